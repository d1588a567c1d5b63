"""The facility that golden vectors are counted at: on the equator, with a minimum freeboard of 2 m."""

from __future__ import annotations

import datetime as dt
from typing import Final

from tailings.facility.model import Facility, Location

SITE: Final = Facility(
    id="example",
    name="Example",
    version=1,
    timezone="UTC",
    location=Location(0.0, 0.0),
    commissioned=dt.date(2019, 1, 1),
    version_hash="",
    minimum_freeboard_m=2.0,
)
