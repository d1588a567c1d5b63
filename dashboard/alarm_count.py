"""What the top bar of every page tells: how many alarms of the dam are open, and who is on duty."""

from typing import Final

from fastapi import Depends, Request

from api.access import Seen
from api.alarms import open_alarms
from api.http.dependencies import Data
from dashboard.duty_line import note_duty


async def count_alarms(request: Request, database: Data, seen: Seen) -> None:
    """Leave the number of what the caller may see, and whether that is nothing at all, where the frame finds it."""
    request.state.sees_none = seen is not None and not seen
    request.state.open_alarms = (await open_alarms.open_alarms(database, seen)).dam


COUNTED: Final = [Depends(count_alarms), Depends(note_duty)]
"""Of every router of pages."""
