"""Drills: a row for each, and its record from what the database knows of alarms, notifications and actions.

rows    begins a drill, writes its record as it goes on, and ends it
facts   what the alarms of a drill did, who was told, who answered
"""

from ingest.drills.rows import HeldAlready, HeldDrill, begin, end, held, update

__all__ = ["HeldAlready", "HeldDrill", "begin", "end", "held", "update"]
