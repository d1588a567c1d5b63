"""Facilities compared: which is first on each axis, how surely, and what would turn or settle it."""
