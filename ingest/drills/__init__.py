"""Drills: a row for each, and its record from what the database knows of alarms, notifications and actions.

rows    begins a drill, writes its record as it goes on, ends it; takes in one that was held elsewhere
facts   what the alarms of a drill did, who was told, who answered
"""

from ingest.drills.rows import (
    EndedDrill,
    HeldAlready,
    HeldDrill,
    NotThisFacility,
    begin,
    bring,
    end,
    held,
    update,
)

__all__ = [
    "EndedDrill",
    "HeldAlready",
    "HeldDrill",
    "NotThisFacility",
    "begin",
    "bring",
    "end",
    "held",
    "update",
]
