"""The log of alarms as a file: one line each, the newest first, times in UTC."""

from collections.abc import Iterable, Mapping, Sequence
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
    "evidence_sha256",
)
MAX_ROWS: Final = 10_000


def lines(alarms: Iterable[Alarm], hashes: Mapping[int, Sequence[str]], texts: Texts) -> str:
    """Return RFC 4180 with a header; empty fields are not known, or did not happen.

    hashes: of the evidence, by alarm.
    """
    rows: list[Sequence[object]] = [COLUMNS]
    for alarm in alarms:
        row = alarm.model_dump(mode="json")
        row["title"] = record.title(alarm.title, alarm.detail, texts, record.utc)
        row["evidence_sha256"] = " ".join(hashes.get(alarm.id, ()))
        rows.append([row[name] for name in COLUMNS])
    return csv_text.text(rows)
