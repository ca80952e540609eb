"""What the machine gives: the time of day, processes, and files wherever they lie."""
