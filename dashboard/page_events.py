"""Asks for the events of the time that a page shows; apart from their words, for what answers it weighs."""

from collections.abc import Mapping
from datetime import datetime

from api.events import answers
from api.events.models import FacilityEvents
from api.http.dependencies import Data
from dashboard import period


async def of_page(
    database: Data, facility: str, zone: str, now: datetime, asked: Mapping[str, str], *, usual: str
) -> FacilityEvents:
    """Ask for the events of the time that a page shows; usual: the range where none is asked for."""
    shows = period.parse(asked.get("from"), asked.get("to"), zone, now, usual)
    return await answers.of_facility(database, facility, shows.start, shows.end)
