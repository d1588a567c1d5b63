"""The form of a walk as a browser sends it: which readings it holds, and what of it is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from api.walk.models import CheckedReading, NewReading, WalkStop
from dashboard import period
from texts import writing


@dataclass(frozen=True)
class WalkForm:
    """What was typed, the readings in it, and by stop the code of what is wrong there (`number`, `at`)."""

    fields: Mapping[str, str]
    readings: Sequence[NewReading] = ()
    wrong: dict[str, str] = field(default_factory=dict)

    def typed(self, name: str, key: str) -> str:
        """What a field of a stop holds."""
        return self.fields.get(f"{name}:{key}", "").strip()

    @property
    def reason(self) -> str:
        """Why a stored value is to be corrected; '': it is not."""
        return self.fields.get("reason", "").strip()

    def refused_at(self, place: int, code: str) -> "WalkForm":
        """The same with what is wrong at the reading of this place."""
        return replace(self, wrong={**self.wrong, key_of(self.readings[place].datastream): code})

    def is_confirmed(self, checked: Sequence[CheckedReading]) -> bool:
        """Whether all that is to be confirmed of readings was shown just so, and sent again."""
        return set(told(checked)) <= set(self.fields.get("confirmed", "").split())


def key_of(datastream: str) -> str:
    """The name of a stop in the form: that of its datastream without the facility."""
    return datastream.partition(":")[2]


def told(checked: Sequence[CheckedReading]) -> list[str]:
    """What is to be confirmed of readings, a word each; that one is stored just so needs no word."""
    return [
        f"{key_of(one.datastream)}={one.value}@{one.at:%Y%m%dT%H%M%S}:{finding.code}"
        for one in checked
        for finding in one.findings
        if finding.code != "stored"
    ]


def read(fields: Mapping[str, str], stops: Sequence[WalkStop], zone: str) -> WalkForm:
    """Read the form; a stop whose field is empty was not read, unless it says that it could not be."""
    readings: list[NewReading] = []
    wrong: dict[str, str] = {}
    form = WalkForm(fields)
    for stop in stops:
        key = key_of(stop.datastream)
        text, is_missing = form.typed("value", key), form.typed("missing", key)
        if not (text or is_missing):
            continue
        value = writing.read(text) if text else None
        at = period.instant(form.typed("at", key) or fields.get("at", ""), zone)
        if text and (value is None or is_missing):
            wrong[key] = "both" if is_missing else "number"
        elif at is None:
            wrong[key] = "at"
        else:
            readings.append(NewReading(datastream=stop.datastream, at=at, value=value))
    return WalkForm(fields, readings, wrong)
