"""The database of closed facilities that Article 27(4) to (8) of Regulation (EU) 2024/1252 asks for, from registers.

A facility is in it when the newest register that states a status calls it closed, reclaimed or abandoned, unless a
register says why it is left out. A field counts as stated when a register or a study with measured assays says it; what
a screening alone says is counted apart, for it is no estimate. Read: the regulation as `article_27.toml` has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct

from tailings.register.values import Value, Values

CLOSED: Final = ("closed", "reclaimed", "abandoned")
UNSAID: Final = ("unknown", "")
RENEWED_AFTER_YEARS: Final = 3
"""Article 27(6): "at least every three years"."""
FieldState = Literal["stated", "screened", "missing"]
STATES: Final[tuple[FieldState, ...]] = ("stated", "screened", "missing")


class AskedField(Struct, frozen=True):
    """What a point of the article asks; columns: those of registers that say it together. Others only where there is
    something to say: "where applicable", "where available", "where possible"."""

    name: str
    ref: str
    columns: tuple[str, ...]
    is_needed: bool = True


FIELDS: Final = (
    AskedField("location", "Art. 27(4)(a)", ("longitude", "latitude")),
    AskedField("extent", "Art. 27(4)(a)", ("area_m2",)),
    AskedField("volume", "Art. 27(4)(a)", ("volume_m3",)),
    AskedField("operator", "Art. 27(4)(b)", ("operator",)),
    AskedField("quantities", "Art. 27(4)(c)", ("quantities",)),
    AskedField("concentrations", "Art. 27(4)(c)", ("concentrations",)),
    AskedField("legal_successor", "Art. 27(4)(b)", ("legal_successor",), is_needed=False),
    AskedField("original_deposit", "Art. 27(4)(c)", ("original_deposit",), is_needed=False),
    AskedField("unfc", "Art. 27(8)", ("unfc",), is_needed=False),
    AskedField("note", "Art. 27(4)(d)", ("note",), is_needed=False),
)
NEEDED: Final = tuple(one.name for one in FIELDS if one.is_needed)
STAGES: Final = {"permits": "permits_reviewed", "sampling": "sampled", "detail": "characterised"}
"""Points (a), (b) and (c) of Article 27(7), by the names of their dates, and the column that says when it was done."""


class RegisteredRow(Struct, frozen=True):
    """A row of a register as it stands, with the day of the register's newest file that has it."""

    number: int
    register: str
    day: dt.date
    is_public: bool
    values: Values


class StudiedFacility(Struct, frozen=True):
    """What this site knows of a facility: fields that its newest study says of measured assays, and how many places
    were sampled."""

    facility: str
    version: int = 0
    values: Values = {}
    samples: int = 0
    made: dt.date | None = None
    sampled: dt.date | None = None


class StatedField(Struct, frozen=True):
    """What is known of a field. source: a register, "study" or "screening"; "" where it is missing."""

    name: str
    state: FieldState
    values: Values = {}
    source: str = ""
    day: dt.date | None = None


class ClosedFacility(Struct, frozen=True):
    """A closed facility: its rows, the newest first, each field, and when each stage of Article 27(7) was done."""

    rows: tuple[RegisteredRow, ...]
    facility: str | None
    status: str
    is_disputed: bool
    """Another register has another status."""
    fields: tuple[StatedField, ...]
    stages: dict[str, dt.date | None]
    samples: int = 0
    excluded_because: str = ""

    @property
    def number(self) -> int:
        """The row that it is known by: the first that was ever imported."""
        return min(one.number for one in self.rows)

    @property
    def is_public(self) -> bool:
        """Whether everybody may read of it."""
        return any(one.is_public for one in self.rows)

    def value(self, column: str) -> Value | None:
        """What the newest register that fills a column says."""
        return next((one.values[column] for one in self.rows if column in one.values), None)

    def names(self, state: FieldState) -> tuple[str, ...]:
        """The needed fields of a state."""
        return tuple(one.name for one in self.fields if one.state == state and one.name in NEEDED)


def closed(
    rows: Iterable[RegisteredRow], studied: StudiedFacility | None = None, screened: Sequence[str] = ()
) -> ClosedFacility | None:
    """Return a facility as the database has it, None where it is not closed.

    rows: what is one facility by the words of people; screened: elements of which a screening states an interval.
    """
    of = sorted(rows, key=lambda one: (-one.day.toordinal(), one.number))
    statuses = stated_statuses(one.values for one in of)
    if not statuses or statuses[0] not in CLOSED:
        return None
    return ClosedFacility(
        rows=tuple(of),
        facility=studied.facility if studied else None,
        status=statuses[0],
        is_disputed=any((one in CLOSED) != (statuses[0] in CLOSED) for one in statuses),
        fields=tuple(_field(one, of, studied, screened) for one in FIELDS),
        stages={name: _stage(name, of, studied) for name in STAGES},
        samples=studied.samples if studied else 0,
        excluded_because=next(
            (str(one.values["excluded_because"]) for one in of if "excluded_because" in one.values), ""
        ),
    )


def stated_statuses(rows: Iterable[Values]) -> list[str]:
    """The statuses of rows in their order; a register that writes that it does not know says nothing."""
    return [str(one["status"]) for one in rows if one.get("status") not in (None, *UNSAID)]


def _field(
    asked: AskedField, rows: Sequence[RegisteredRow], studied: StudiedFacility | None, screened: Sequence[str]
) -> StatedField:
    for one in rows:
        if all(name in one.values for name in asked.columns):
            said = {name: one.values[name] for name in asked.columns}
            return StatedField(asked.name, "stated", said, one.register, one.day)
    if studied is not None and all(name in studied.values for name in asked.columns):
        said = {name: studied.values[name] for name in asked.columns}
        return StatedField(asked.name, "stated", said, "study", studied.made)
    if screened and asked.name in ("quantities", "concentrations"):
        return StatedField(asked.name, "screened", {asked.columns[0]: ", ".join(screened)}, "screening")
    return StatedField(asked.name, "missing")


def _stage(name: str, rows: Sequence[RegisteredRow], studied: StudiedFacility | None) -> dt.date | None:
    """The first day on which it was done, as any register or this site has it."""
    days = [dt.date.fromisoformat(str(one.values[STAGES[name]])) for one in rows if STAGES[name] in one.values]
    if name == "sampling" and studied is not None and studied.sampled is not None:
        days.append(studied.sampled)
    return min(days, default=None)


class FieldCount(Struct, frozen=True):
    """Of how many facilities a field is stated, only screened, or missing."""

    name: str
    ref: str
    is_needed: bool
    stated: int
    screened: int
    missing: int


def completeness(facilities: Sequence[ClosedFacility]) -> tuple[FieldCount, ...]:
    """Count each field over the facilities of the database."""
    found = []
    for at, asked in enumerate(FIELDS):
        states = [one.fields[at].state for one in facilities]
        counts = {state: states.count(state) for state in STATES}
        found.append(FieldCount(asked.name, asked.ref, asked.is_needed, **counts))
    return tuple(found)


def is_complete(one: ClosedFacility) -> bool:
    """Whether each needed field is stated."""
    return len(one.names("stated")) == len(NEEDED)


def renewal(day: dt.date) -> dt.date:
    """By when a register of this day has to be renewed."""
    try:
        return day.replace(year=day.year + RENEWED_AFTER_YEARS)
    except ValueError:
        return day.replace(year=day.year + RENEWED_AFTER_YEARS, day=28)
