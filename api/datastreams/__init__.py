"""Datastreams with their newest observation."""
