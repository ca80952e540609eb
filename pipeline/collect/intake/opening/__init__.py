"""Open mails and archives other than .zip, in a process of its own, within limits."""
