"""Callers and the names of users."""
