"""The form of a calibration: what stands in it now, for a person to change and send as a command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api.instruments.models import InstrumentDetail
from dashboard import ages

NEW: Final = "new"


@dataclass(frozen=True)
class Field:
    """One value of a calibration; kind: number, word or time."""

    key: str
    value: str
    kind: str


@dataclass(frozen=True)
class Edit:
    """A calibration in a form; replaces: when the one that is written anew begins, '' for a further one.

    base: hash of the facility file that it was read from. since: from when history is derived anew.
    """

    fields: tuple[Field, ...]
    replaces: str
    base: str
    since: str


def of_instrument(found: InstrumentDetail, asked: str, now: datetime) -> Edit | None:
    """Give the form that an address asks for (`new`, or when a calibration begins); None where it asks for none."""
    known = found.instrument.calibrations
    starts = {ages.utc(one.valid_from): one for one in known}
    if not starts or (asked != NEW and asked not in starts):
        return None
    is_new = asked == NEW
    one = known[-1] if is_new else starts[asked]
    begins = ages.utc(now) if is_new else asked
    ends = "" if is_new or one.valid_to is None else ages.utc(one.valid_to)
    fields = [Field("valid_from", begins, "time"), Field("valid_to", ends, "time")]
    fields += [Field(key, *_written(value)) for key, value in one.values.items()]
    return Edit(tuple(fields), "" if is_new else asked, found.hash, begins)


def _written(value: Any) -> tuple[str, str]:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return (repr(value), "number") if is_number else (str(value), "word")
