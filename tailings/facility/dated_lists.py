"""Reading the dated lists of a facility file: each entry with its day, in their order, none over the next."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from tailings.geometry import Dated
from toml_file import shapes
from toml_file.problems import Path, Report, spell

DATES: Final = ("valid_from", "valid_to")


class DatedList(NamedTuple):
    """One list of the file: where it stands, the shape of an entry (None: there is no such list), and its zone.

    what: what an entry is called in a sentence ("calibration").
    """

    path: Path
    shape: Any
    zone: ZoneInfo
    what: str = "entry"


def read(report: Report, known: DatedList, tables: Any, refusal: str = "") -> tuple[Any, ...]:
    """The entries of a list, those that cannot be read left out and reported.

    refusal: the sentence where entries stand though the list has no shape.
    """
    path = known.path
    if known.shape is None:
        if tables != []:
            report.add(path, refusal)
        return ()
    if not isinstance(tables, list):
        report.add(path, f"expected [[{spell(path)}]] with double brackets")
        return ()
    found = []
    for index, table in enumerate(tables):
        if isinstance(table, dict):
            table = table | {key: _instant(value, known.zone) for key, value in table.items() if key in DATES}
            if "valid_from" not in table:
                report.add((*path, index), f"the {known.what} has no date; add valid_from, the day it took effect")
                continue
        found.append(shapes.read(report, (*path, index), table, known.shape))
    entries = tuple(entry for entry in found if entry is not None)
    if len(entries) == len(tables):
        _check(report, known, entries)
    return entries


def refuse_undated(report: Report, table: Any, path: Path, known: DatedList) -> Any:
    """The table without the keys that belong into its dated list; each of them is reported with the new form."""
    if not isinstance(table, dict) or known.shape is None:
        return table
    own = {*known.shape.__struct_fields__} - {*Dated.__struct_fields__}
    moved = [key for key in table if key in own]
    for key in moved:
        report.add(
            (*path, key),
            f"{key} changes with time, so it stands with its day: write [[{spell(known.path)}]] with valid_from = "
            f"2024-06-12 (the day from which it holds) and {key}",
        )
    return {key: value for key, value in table.items() if key not in moved}


def _check(report: Report, known: DatedList, entries: tuple[Any, ...]) -> None:
    path = known.path
    for index, entry in enumerate(entries):
        if entry.valid_to is not None and entry.valid_to <= entry.valid_from:
            report.add((*path, index, "valid_to"), "valid_to is not after valid_from; it is the end, put it later")
    for index, (before, after) in enumerate(pairwise(entries), start=1):
        at = (*path, index, "valid_from")
        if after.valid_from <= before.valid_from:
            report.add(at, "entries must stand in the order of their valid_from, no two alike")
        elif before.valid_to is not None and after.valid_from < before.valid_to:
            report.add(at, f"overlaps the {known.what} before it; end that one by its valid_to earlier")


def _instant(value: Any, zone: ZoneInfo) -> Any:
    """A day as its first instant in the facility's time zone; a local time is taken in that zone."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=zone)
    return value
