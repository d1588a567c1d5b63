"""The log of alarms as a file: one line each, the newest first, times in UTC."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from api.alarms.models import Alarm
from texts import Texts, record

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


def lines(alarms: Iterable[Alarm], texts: Texts) -> str:
    """Return RFC 4180 with a header; empty fields are not known, or did not happen."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for alarm in alarms:
        row = alarm.model_dump(mode="json")
        row["title"] = record.title(alarm.title, alarm.detail, texts, record.utc)
        writer.writerow(["" if row[name] is None else row[name] for name in COLUMNS])
    return file.getvalue()
