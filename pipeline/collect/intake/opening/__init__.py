"""What lies in mails and in archives other than .zip: opened in a process of its own, within limits."""
