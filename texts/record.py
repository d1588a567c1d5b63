"""What the stored record says: titles of faults, lines of an alarm's history, reasons and evidence of programs.

The record keeps {"code": ..., and values}. A value whose name ends with _at is an instant (ISO 8601), written as the
reader's clock does; names in `CODES` are codes with words of their own; a list is joined. All else is written as it is:
names of the facility file, numbers, and what a person typed.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from texts import Texts, say, writing

ROOM: Final = "record"
Write = Callable[[datetime], str]
"""Writes an instant by the clock of who reads it."""
Detail = Mapping[str, Any]
CODES: Final = {
    "level": "levels",
    "levels": "levels",
    "before": "levels",
    "after": "levels",
    "quality": "qualities",
    "tests": "tests",
    "error": "errors",
}
"""The table of words for each value that is a code, or a list of them."""
DAYS: Final = ("day",)
"""Values that are days of a calendar."""
FLAGGED: Final = "filter-rate"
WHOLE: Final = 100
"""Percent of readings that were flagged from which on they are all of them."""
PROGRAMS: Final = ("program:", "agent:")


def title(stored: str, detail: Detail, texts: Texts, write: Write) -> str:
    """Say what an alarm is about: of equipment what is wrong; of a plan its failure mode, as it is stored."""
    if "code" not in detail:
        return stored
    is_all = detail["code"] == FLAGGED and float(detail["percent"]) >= WHOLE
    return _sentence("titles", {**detail, "code": f"{FLAGGED}-all"} if is_all else detail, texts, write)


def line(note: str, detail: Detail, texts: Texts, write: Write) -> str:
    """Say what a line of an alarm's history notes: by its code, else what a person typed."""
    return _sentence("lines", {**detail, "note": note}, texts, write) if "code" in detail else note


def reason(stored: str, author: str, version: int | None, texts: Texts) -> str:
    """Say why values were changed: what a person typed, or the code of a program; version: that of the revision."""
    words = _of_program("reasons", stored, author, texts)
    return stored if words is None else say(words, version=version)


def evidence(stored: str, author: str, texts: Texts) -> str:
    """Say how an action was closed: what a person typed, or the code of a program."""
    return _of_program("evidence", stored, author, texts) or stored


def preview(note: str, texts: Texts) -> str:
    """Say what a person should know of the preview of a re-derivation, by its code."""
    return str(texts[ROOM]["previews"][note])


def tests(some: str | None, texts: Texts) -> str:
    """Say the tests that decided a quality, stored joined by commas; one without words is said by its code."""
    return _joined([one for one in (some or "").split(",") if one], "tests", texts)


def utc(at: datetime) -> str:
    """Write an instant to the minute, in UTC, for files."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%MZ}"


def _of_program(table: str, stored: str, author: str, texts: Texts) -> str | None:
    words: str | None = texts[ROOM][table].get(stored) if author.startswith(PROGRAMS) else None
    return words


def _sentence(table: str, detail: Detail, texts: Texts, write: Write) -> str:
    sentence: str = texts[ROOM][table][detail["code"]]
    return writing.filled(sentence, {name: _value(name, value, texts, write) for name, value in detail.items()})


def _value(name: str, value: object, texts: Texts, write: Write) -> object:
    if name.endswith("_at"):
        return write(datetime.fromisoformat(str(value)))
    if name in CODES:
        return _joined(value if isinstance(value, list) else [value], CODES[name], texts)
    if name in DAYS:
        return writing.calendar_day(str(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _joined(codes: list[Any], table: str, texts: Texts) -> str:
    words = texts[ROOM][table]
    return str(texts[ROOM]["and"]).join(str(words.get(str(one), str(one).replace("_", " "))) for one in codes)
