"""Observations of a datastream: as rows, buckets and files, as known today or at an earlier time."""
