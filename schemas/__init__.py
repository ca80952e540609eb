"""What a collection round is: tables, columns, rules, code lists and words. No I/O but reading its own files."""
