"""Facilities, their versions and what they have."""
