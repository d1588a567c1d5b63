"""A laboratory's table of water samples as values: one row a sample, one column an analyte, every fault named.

Columns: sample, point, medium, time, laboratory; then analytes (`Cd ug/L dissolved [ICP-MS]`, `pH`, `EC uS/cm`). The
decimal mark is decided once a file: beside 0,15 the text 1.610 is no 1.61.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tailings.analytes import BELOW_ZERO, MEDIA, Analyte, BadAnalyte, read_analyte
from tailings.laboratory import BadResult, CellFault, read_result
from tailings.laboratory.result import numbers_of, read_potential
from tailings.mapped_tables import number_marks
from tailings.mapped_tables.faults import unnamed
from tailings.mapped_tables.number_marks import MixedMarks, NumberMarks, cell_text
from tailings.plugins import hint
from tailings.water.limits import value_of
from wire import names

HEAD: Final = ("sample", "point", "medium", "time", "laboratory")
MAX_ROWS: Final = 20_000
MAX_PH: Final = 14.0
AHEAD: Final = dt.timedelta(days=1)
"""How far in the future a sample may be: its laboratory's clock and zone are not ours."""
END_OF_CALENDAR: Final = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)


class Analysis(Struct, frozen=True):
    """One result of a sample. `sign` "<": below the limit of quantification `value`; ">": above it.

    value in the kept unit (ug/L, [pH], uS/cm, mV).
    """

    symbol: str
    fraction: str
    value: float
    sign: str
    unit: str
    method: str

    @property
    def reckoned(self) -> float:
        """The value to reckon a mean with: half of the limit of quantification where it is below it.

        Source: Directive 2009/90/EC, Article 5(1).
        """
        return self.value * value_of("half-loq") if self.sign == "<" else self.value


class ParsedSample(Struct, frozen=True):
    """One water sample: what it is called, where and when it was taken (UTC), and what was found."""

    name: str
    point: str
    medium: str
    taken_at: dt.datetime
    laboratory: str
    analyses: tuple[Analysis, ...]

    def of(self, symbol: str, fraction: str | None = None) -> Analysis | None:
        """The result of a substance, in one fraction or whichever there is."""
        return next((a for a in self.analyses if a.symbol == symbol and fraction in (None, a.fraction)), None)


class Parsed(Struct, frozen=True):
    """What a table gave: the samples of its good rows, and the faults of the others."""

    samples: tuple[ParsedSample, ...]
    faults: tuple[CellFault, ...]


def parse(cells: Sequence[Sequence[str]], zone: str, now: dt.datetime = END_OF_CALENDAR) -> Parsed:
    """Read a table; times without a zone are of `zone` (IANA). A row with a fault gives no sample.

    now: when the table came. A sample is taken before it; a day more is left to clocks and zones.
    """
    if not cells:
        return Parsed((), (CellFault(1, "", "the table is empty; it needs a line of headings"),))
    headings = [cell.strip() for cell in cells[0]]
    columns, faults = _columns(headings)
    faults = faults or unnamed(headings, enumerate(cells[1:], start=2))
    if faults:
        return Parsed((), tuple(faults))
    if len(cells) - 1 > MAX_ROWS:
        return Parsed((), (CellFault(MAX_ROWS + 2, "", f"more than {MAX_ROWS} rows; send the table in parts"),))
    try:
        marks = number_marks.decide(numbers_of(enumerate(cells[1:], start=2), columns))
    except MixedMarks as error:
        return Parsed((), (CellFault(error.places[0], "", f"{error}; no row is taken"),))
    samples: dict[str, ParsedSample] = {}
    for number, row in enumerate(cells[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        told = len(faults)
        sample = _sample(number, [cell_text(cell) for cell in row], headings, columns, zone, marks=marks, faults=faults)
        if sample is not None and sample.name in samples:
            faults.append(
                CellFault(number, "sample", f"{sample.name} stands here a second time; give each its own name")
            )
        elif sample is not None and sample.taken_at > now + AHEAD:
            faults.append(CellFault(number, "time", f"{sample.taken_at:%Y-%m-%d} is still to come; check the year"))
        elif sample is not None and len(faults) == told:
            samples[sample.name] = sample
    return Parsed(tuple(samples.values()), tuple(faults))


def _columns(headings: Sequence[str]) -> tuple[dict[int, Analyte], list[CellFault]]:
    faults = [CellFault(1, name, f"the column {name!r} is missing; add it") for name in HEAD if name not in headings]
    columns: dict[int, Analyte] = {}
    for place, heading in enumerate(headings):
        if heading in HEAD or not heading:
            if headings.count(heading) > 1 and heading:
                faults.append(CellFault(1, heading, "this heading stands twice; remove one"))
            continue
        try:
            columns[place] = read_analyte(heading)
        except BadAnalyte as error:
            faults.append(CellFault(1, heading, str(error)))
    known = [(one.symbol, one.fraction) for one in columns.values()]
    faults += [
        CellFault(1, headings[place], f"{one.symbol} {one.fraction} stands in two columns; leave one")
        for place, one in columns.items()
        if known.count((one.symbol, one.fraction)) > 1
    ]
    return columns, faults


def _sample(
    number: int,
    row: Sequence[str],
    headings: Sequence[str],
    columns: dict[int, Analyte],
    zone: str,
    *,
    marks: NumberMarks,
    faults: list[CellFault],
) -> ParsedSample | None:
    if len(row) != len(headings):
        faults.append(CellFault(number, "", f"{len(row)} cells under {len(headings)} headings; a delimiter is lost"))
        return None
    head = {name: row[headings.index(name)] for name in HEAD}
    taken_at = _time(head["time"], zone)
    if not 1 <= len(head["sample"]) <= 60:
        faults.append(CellFault(number, "sample", "a sample needs a name of at most 60 characters"))
    if not names.is_id(head["point"]):
        faults.append(CellFault(number, "point", f"{head['point']!r} is no id: use a-z, 0-9 and -, at most 32"))
    if head["medium"] not in MEDIA:
        faults.append(CellFault(number, "medium", f"{head['medium']!r} is not known{hint(head['medium'], MEDIA)}"))
    if taken_at is None:
        faults.append(
            CellFault(number, "time", f"{head['time']!r} is no time; write 2026-05-03 14:10 or with an offset")
        )
    analyses = [
        _analysis(number, row[place], headings[place], one, marks, faults=faults) for place, one in columns.items()
    ]
    found = tuple(analysis for analysis in analyses if analysis is not None)
    if taken_at is None:
        return None
    return ParsedSample(head["sample"], head["point"], head["medium"], taken_at, head["laboratory"], analyses=found)


def _time(text: str, zone: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
    try:
        return aware.astimezone(dt.UTC)
    except OverflowError:  # of the years 1 and 9999 one end is outside of the calendar
        return None


def _analysis(
    number: int, cell: str, heading: str, analyte: Analyte, marks: NumberMarks, *, faults: list[CellFault]
) -> Analysis | None:
    try:
        if analyte.symbol in BELOW_ZERO:
            found, sign = read_potential(cell, marks), ""
        else:
            result = read_result(cell, marks)
            found, sign = result.value, result.sign
    except BadResult as error:
        faults.append(CellFault(number, heading, str(error)))
        return None
    if found is None:
        return None
    value = analyte.convert(found)
    if analyte.symbol == "pH" and value > MAX_PH:
        faults.append(CellFault(number, heading, f"a pH of {value:g} does not exist; check the column"))
        return None
    return Analysis(analyte.symbol, analyte.fraction, value, sign, analyte.kept_unit, method=analyte.method)
