"""The log of alarms as a file: one line each, the newest first, times in UTC."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from api.alarms.models import Alarm

COLUMNS: Final = (
    "id",
    "facility",
    "family",
    "rule",
    "subject",
    "type",
    "title",
    "state",
    "level",
    "signal",
    "highest",
    "is_simulated",
    "began_at",
    "noted_at",
    "returned_at",
    "acknowledged_at",
    "acknowledged_by",
    "closed_at",
    "corrections",
    "is_taken_back",
)
MAX_ROWS: Final = 10_000


def lines(alarms: Iterable[Alarm]) -> str:
    """Return RFC 4180 with a header; empty fields are not known, or did not happen."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows(
        [_field(one, name) for name in COLUMNS] for one in (alarm.model_dump(mode="json") for alarm in alarms)
    )
    return file.getvalue()


def _field(alarm: dict[str, object], name: str) -> object:
    value = alarm[name]
    return "" if value is None else value
