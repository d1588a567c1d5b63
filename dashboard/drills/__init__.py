"""Drills of a facility: the record of one as bars over time, and the list."""
