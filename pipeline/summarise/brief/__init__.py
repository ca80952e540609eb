"""The page for a leader: the round in a few sentences and four small charts, to be read in two minutes."""
