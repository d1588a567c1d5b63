"""Rollups: hours and days of each datastream, kept equal to a recount of its observations.

A transaction that stores or revises says which spans it touched (`dirty_span`); `rebuild` counts those hours anew, and
their days from the hours.
"""

from ingest.rollups.rebuild import rebuild

__all__ = ["rebuild"]
