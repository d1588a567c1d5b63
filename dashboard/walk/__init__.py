"""The page of the walk: what is read by hand, and the form that enters it; it works without scripts."""
