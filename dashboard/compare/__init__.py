"""The page that compares facilities: two axes drawn, weights that a person moves, ranks and how sure they are."""
