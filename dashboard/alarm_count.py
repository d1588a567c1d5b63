"""How many alarms of the dam are open, for the top bar of every page."""

from typing import Final

from fastapi import Depends, Request

from api.access import Seen
from api.alarms import open_alarms
from api.http.dependencies import Data


async def count_alarms(request: Request, database: Data, seen: Seen) -> None:
    """Leave the number of what the caller may see where the frame of the page finds it."""
    request.state.open_alarms = (await open_alarms.open_alarms(database, seen)).dam


COUNTED: Final = [Depends(count_alarms)]
"""Of every router of pages."""
