"""The log of alarms as a file: one line each, the newest first, times in UTC."""

from collections.abc import Iterable, Sequence
from typing import Final

from api.alarms.models import Alarm
from tailings import csv_text
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
    rows: list[Sequence[object]] = [COLUMNS]
    for alarm in alarms:
        row = alarm.model_dump(mode="json")
        row["title"] = record.title(alarm.title, alarm.detail, texts, record.utc)
        rows.append([row[name] for name in COLUMNS])
    return csv_text.text(rows)
