"""The page for a leader: a few sentences and four small charts, read in two minutes."""
