"""What the frame of every page tells: how many alarms of the dam are open, who is on duty, whether to log in; and that
all data are invented, as those of a drill are."""

from typing import Final

from fastapi import Depends, Request

from api.access import Seen
from api.alarms import open_alarms
from api.facilities.invented import invented
from api.http.dependencies import Data
from dashboard.duty_line import note_duty


async def count_alarms(request: Request, database: Data, seen: Seen) -> None:
    """Leave the number of what the caller may see where the frame of the page finds it."""
    request.state.open_alarms = (await open_alarms.open_alarms(database, seen)).dam


async def note_sight(request: Request, seen: Seen) -> None:
    """Leave there whether the caller may see nothing at all."""
    request.state.sees_none = seen is not None and not seen


async def note_invented(request: Request, database: Data, seen: Seen) -> None:
    """Leave there what is invented, where that is said of every facility that the caller may see."""
    request.state.invented = await invented(database, seen)


COUNTED: Final = [Depends(count_alarms), Depends(note_sight), Depends(note_duty), Depends(note_invented)]
"""Of every router of pages."""
