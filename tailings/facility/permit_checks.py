"""What must hold in the limits of a permit: words of the laboratory's table, a number of samples, dates apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from tailings.analytes import MEDIA, BadAnalyte, analyte
from tailings.facility.model import Facility
from tailings.facility.permits import PermitLimit
from tailings.plugins import hint
from toml_file.problems import Path, Report
from wire import names as wire_names

MONTHS = 12


def check(facility: Facility, report: Report) -> None:
    """Report what does not fit in the limits of a facility's permit."""
    for index, one in enumerate(facility.permit):
        for path, problem in _problems(one):
            report.add(("facility", "permit", index, *path), problem)
    for (_, before), (index, after) in combinations(enumerate(facility.permit), 2):
        if _key(before) == _key(after) and _overlap(before, after):
            report.add(
                ("facility", "permit", index, "valid_from"),
                f"overlaps another limit of {after.substance} at {after.point}; end the earlier one by its valid_to",
            )


def _problems(one: PermitLimit) -> Iterator[tuple[Path, str]]:
    if not wire_names.is_id(one.point):
        yield ("point",), f"{one.point!r} is no id: use a-z, 0-9 and -, at most 32, as the laboratory's table does"
    if one.medium not in MEDIA:
        yield ("medium",), f"{one.medium!r} is not known{hint(one.medium, MEDIA)}"
    yield from _analyte(one)
    if (one.least is None) == (one.statistic == "range"):
        yield ("least",), "a range has both ends: give least and most; any other statistic has no least"
    elif one.least is not None and one.least >= one.most:
        yield ("least",), f"{one.least:g} is not below most ({one.most:g}); exchange them"
    asked = one.samples_a_year
    if asked is None and one.statistic == "annual-mean":
        yield ("samples_a_year",), "an annual mean needs the number of samples a year that the permit asks for; add it"
    elif asked is not None and asked < MONTHS and MONTHS % asked:
        yield ("samples_a_year",), f"{asked} does not divide the year into equal parts; write 1, 2, 3, 4, 6, 12 or more"
    if one.valid_to is not None and one.valid_to < one.valid_from:
        yield ("valid_to",), "valid_to is before valid_from; it is the last day, put it later"


def _analyte(one: PermitLimit) -> Iterator[tuple[Path, str]]:
    try:
        found = analyte(one.substance, one.unit, one.fraction)
    except BadAnalyte as error:
        yield (error.part,), str(error)
        return
    if found.unit != one.unit:
        yield ("unit",), f"write {found.unit}, not {one.unit}"


def _key(one: PermitLimit) -> tuple[object, ...]:
    return one.point, one.medium, one.substance, one.fraction, one.statistic


def _overlap(before: PermitLimit, after: PermitLimit) -> bool:
    first_ends, second_ends = before.valid_to or dt.date.max, after.valid_to or dt.date.max
    return before.valid_from <= second_ends and after.valid_from <= first_ends
