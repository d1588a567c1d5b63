"""A region: what this site measures and what registers say, in one list, on one map and in sums with their doubt."""
