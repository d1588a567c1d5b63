"""Packages: readings of a span that can be cited, as they were made; never changed."""
