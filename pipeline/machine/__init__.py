"""What the machine gives: the time of day, processes, and files in folders or object stores."""
