"""The page of closed facilities: which there are, what Article 27(4) asks of each, and what is missing."""
