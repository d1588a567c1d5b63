"""A laboratory's file of assays: columns, rows, and every fault by row and column; rows without a fault are taken.

Columns: sample, hole, chainage_m, offset_m, collar_m, from_m, to_m, material, kind, of, sampled (a day), bulk_t_m3,
water_percent (of the mass of solids) and oxidised_m (of the hole, below its collar); every other
column is one of results (`WO3 % [XRF15]`). kind: primary, duplicate (of names the first), blank, standard (of names the
material). A blank or a standard has no place. Row 1 is the heading, as a spreadsheet counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from tailings.laboratory.contents import BadContent, Content, read_content
from tailings.laboratory.result import BadResult, Result, read_result
from tailings.plugins import hint

PLACE: Final = ("hole", "chainage_m", "offset_m", "collar_m", "from_m", "to_m")
NUMBERS: Final = PLACE[1:]
BODY: Final = {"bulk_t_m3": (0.5, 5.0), "water_percent": (0.0, 300.0), "oxidised_m": (0.0, 200.0)}
"""What a column of the body of the sample may hold: t/m3 of moist material, mass of water over that of solids in %; and
how deep its hole is oxidised in m below the collar."""
COLUMNS: Final = ("sample", *PLACE, "material", "kind", "of", "sampled", *BODY)
NEEDED: Final = ("sample", *PLACE)
KINDS: Final = ("primary", "duplicate", "blank", "standard")
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 200
WHOLE_MG_PER_KG: Final = 1e6
MOST_REPORTED: Final = 1.02
"""Our own rule: what a laboratory reports of a sample adds up to no more, rounding and standards included."""
OF_LOSS: Final = ("C", "H")
TINY_M: Final = 1e-6
TWICE: Final = "stands twice; give each method its own heading: W ppm [ICP]"


class CellFault(Struct, frozen=True):
    """What is wrong in one cell: row as a spreadsheet counts it, the column's heading, what to do."""

    row: int
    column: str
    fault: str


class Assay(Struct, frozen=True):
    """One result of a sample: as it was printed, and in mg/kg of the element (None: there is no result)."""

    element: str
    method: str
    substance: str
    unit: str
    printed: str
    sign: str
    mg_per_kg: float | None


class AssayedSample(Struct, frozen=True, omit_defaults=True):
    """One good row. A blank or standard has no hole and no depths.

    sampled: the day it was taken; bulk_t_m3: density of the moist material; water_share: mass of water over mass of
    solids; oxidised_m: how deep the hole is oxidised below its collar. None where the file does not say.
    """

    row: int
    name: str
    kind: str
    of: str
    hole: str
    chainage_m: float | None
    offset_m: float | None
    collar_m: float | None
    top_m: float | None
    bottom_m: float | None
    material: str
    assays: tuple[Assay, ...]
    sampled: dt.date | None = None
    bulk_t_m3: float | None = None
    water_share: float | None = None
    oxidised_m: float | None = None


class ParsedAssays(Struct, frozen=True):
    """The good rows of a file, and its faults."""

    samples: tuple[AssayedSample, ...]
    faults: tuple[CellFault, ...]


class _RowFault(ValueError):
    """A fault of one cell of the row in hand."""

    def __init__(self, column: str, fault: str) -> None:
        super().__init__(fault)
        self.column, self.fault = column, fault


def read_assays(table: Sequence[Sequence[str]]) -> ParsedAssays:
    """Read a table of cells, its first row the headings; faults are returned, never raised."""
    if not table or len(table) > MAX_ROWS or len(table[0]) > MAX_COLUMNS:
        return ParsedAssays(
            (), (CellFault(1, "", f"a file has a heading, up to {MAX_ROWS} rows and {MAX_COLUMNS} columns"),)
        )
    heading = [cell.strip() for cell in table[0]]
    contents, faults = _columns(heading)
    missing = [name for name in NEEDED if name not in heading]
    faults += [CellFault(1, name, f"the column is missing; headings are {', '.join(NEEDED)}") for name in missing]
    if missing:
        return ParsedAssays((), tuple(faults))
    samples: list[AssayedSample] = []
    for number, cells in enumerate(table[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            samples.append(_sample(number, heading, cells, contents, samples))
        except _RowFault as error:
            faults.append(CellFault(number, error.column, error.fault))
    good, late = _whole_file(samples)
    return ParsedAssays(good, tuple(sorted([*faults, *late], key=lambda fault: fault.row)))


def _columns(heading: Sequence[str]) -> tuple[dict[int, Content], list[CellFault]]:
    contents: dict[int, Content] = {}
    faults: list[CellFault] = []
    for number, name in enumerate(heading):
        if name in heading[:number]:
            faults.append(CellFault(1, name, TWICE))
        elif name and name not in COLUMNS:
            try:
                content = read_content(name)
            except BadContent as error:
                faults.append(CellFault(1, name, str(error)))
                continue
            if content in contents.values():
                faults.append(CellFault(1, name, TWICE))
            else:
                contents[number] = content
    return contents, faults


def _sample(
    number: int,
    heading: Sequence[str],
    cells: Sequence[str],
    contents: Mapping[int, Content],
    before: Sequence[AssayedSample],
) -> AssayedSample:
    if len(cells) > len(heading) and any(cell.strip() for cell in cells[len(heading) :]):
        raise _RowFault("", f"has {len(cells)} cells for {len(heading)} headings; quote cells that hold a comma")
    if len(cells) < len(heading):
        raise _RowFault(heading[len(cells)], f"the row ends after {len(cells)} of {len(heading)} cells")
    row = {name: cell.strip() for name, cell in zip(heading, cells, strict=False) if name in COLUMNS}
    if not row["sample"]:
        raise _RowFault("sample", "is empty; each row needs the laboratory's number")
    kind = row.get("kind", "") or "primary"
    if kind not in KINDS:
        raise _RowFault("kind", f"{kind!r} is no kind{hint(kind, KINDS)}")
    if kind == "duplicate" and not row.get("of"):
        raise _RowFault("of", "is empty; a duplicate names the sample that it repeats")
    place = _place(row) if kind in ("primary", "duplicate") else dict.fromkeys(NUMBERS)
    assays = tuple(_assays(heading, cells, contents))
    body = {name: _body(row, name) for name in BODY}
    if all(one.mg_per_kg is None for one in assays) and body["bulk_t_m3"] is None:
        raise _RowFault("", "has no result in any column; leave the row out")
    total = _reported(assays, contents.values())
    if total > MOST_REPORTED * WHOLE_MG_PER_KG:
        raise _RowFault("", f"all results together are {total / 1e4:.0f} % of the sample; check the units")
    return AssayedSample(
        number,
        row["sample"],
        kind,
        row.get("of", ""),
        row["hole"],
        chainage_m=place["chainage_m"],
        offset_m=place["offset_m"],
        collar_m=place["collar_m"],
        top_m=place["from_m"],
        bottom_m=place["to_m"],
        material=row.get("material", ""),
        assays=assays,
        sampled=_day(row),
        bulk_t_m3=body["bulk_t_m3"],
        water_share=None if body["water_percent"] is None else body["water_percent"] / 100,
        oxidised_m=body["oxidised_m"],
    )


def _reported(assays: Sequence[Assay], contents: Collection[Content]) -> float:
    """How much of a sample its results are together [mg/kg]: each element once, as its heaviest compound.

    What is a loss or a sum is no part beside the others, and carbon and hydrogen are in the loss on ignition too.
    """
    parts: dict[str, float] = {}
    for assay, content in zip(assays, contents, strict=True):
        known = content.known
        if known.element not in ("", *OF_LOSS) and assay.mg_per_kg is not None:
            parts[known.element] = max(parts.get(known.element, 0.0), assay.mg_per_kg / known.share)
    return sum(parts.values())


def _day(row: Mapping[str, str]) -> dt.date | None:
    if not (text := row.get("sampled", "")):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _RowFault("sampled", f"{text!r} is no day; write it like 2026-05-31") from None


def _body(row: Mapping[str, str], name: str) -> float | None:
    """Bulk density, water content, depth of oxidation; what cannot be is a fault of units."""
    if not (text := row.get(name, "")):
        return None
    low, high = BODY[name]
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise _RowFault(name, f"{text!r} is no number; write digits with one decimal mark") from None
    if not low <= value <= high:
        raise _RowFault(name, f"{value:g} is not within {low:g} to {high:g}; check the unit of the column")
    return value


def _place(row: Mapping[str, str]) -> dict[str, float | None]:
    if not row["hole"]:
        raise _RowFault("hole", "is empty; a surface sample is a hole of its own")
    place: dict[str, float | None] = {}
    for name in NUMBERS:
        if not row[name]:
            raise _RowFault(name, "is empty; a sample without a place cannot be estimated with")
        try:
            place[name] = float(row[name].replace(",", "."))
        except ValueError:
            raise _RowFault(name, f"{row[name]!r} is no number; write metres with one decimal mark") from None
    top, bottom = float(row["from_m"].replace(",", ".")), float(row["to_m"].replace(",", "."))
    if top < 0:
        raise _RowFault("from_m", f"{top:g} is above the collar; depths count from it, downwards")
    if bottom <= top:
        raise _RowFault("to_m", f"{bottom:g} is not below from_m, {top:g}")
    return place


def _assays(heading: Sequence[str], cells: Sequence[str], contents: Mapping[int, Content]) -> Iterator[Assay]:
    for number, content in contents.items():
        printed = cells[number].strip()
        try:
            result: Result = read_result(printed)
            known = None if result.value is None else content.to_mg_per_kg(result.value)
        except (BadResult, BadContent) as error:
            raise _RowFault(heading[number], str(error)) from error
        yield Assay(
            content.element, content.method, content.substance, content.unit, printed, sign=result.sign, mg_per_kg=known
        )


def _whole_file(samples: Sequence[AssayedSample]) -> tuple[tuple[AssayedSample, ...], list[CellFault]]:
    """Faults that show only between rows: names, collars, overlaps, what a duplicate repeats."""
    names: dict[str, int] = {}
    collars: dict[str, AssayedSample] = {}
    logs: dict[str, AssayedSample] = {}
    reach: dict[str, list[AssayedSample]] = {}
    good, faults = [], []
    for one in samples:
        fault = _against(one, names, collars, reach) or _logged_otherwise(one, logs)
        if fault is not None:
            faults.append(fault)
            continue
        names[one.name] = one.row
        if one.hole and one.kind in ("primary", "duplicate"):
            collars.setdefault(one.hole, one)
        if one.hole and one.oxidised_m is not None:
            logs.setdefault(one.hole, one)
        if one.kind == "primary":
            reach.setdefault(one.hole, []).append(one)
        good.append(one)
    orphans = {one.row: one for one in good if one.kind == "duplicate" and one.of not in names}
    faults += [CellFault(row, "of", f"there is no sample {one.of!r} in this file") for row, one in orphans.items()]
    return tuple(one for one in good if one.row not in orphans), faults


def _against(
    one: AssayedSample,
    names: Mapping[str, int],
    collars: Mapping[str, AssayedSample],
    reach: Mapping[str, list[AssayedSample]],
) -> CellFault | None:
    if one.name in names:
        return CellFault(one.row, "sample", f"{one.name} stands in row {names[one.name]} too")
    first = collars.get(one.hole) if one.hole else None
    if first and (one.chainage_m, one.offset_m, one.collar_m) != (first.chainage_m, first.offset_m, first.collar_m):
        return CellFault(one.row, "collar_m", f"the collar of {one.hole} is another one in row {first.row}")
    if one.kind == "primary" and one.top_m is not None and one.bottom_m is not None:
        for other in reach.get(one.hole, []):
            if one.top_m < (other.bottom_m or 0) - TINY_M and one.bottom_m > (other.top_m or 0) + TINY_M:
                return CellFault(one.row, "from_m", f"the interval overlaps that of {other.name} in row {other.row}")
    return None


def _logged_otherwise(one: AssayedSample, logs: Mapping[str, AssayedSample]) -> CellFault | None:
    first = logs.get(one.hole) if one.hole and one.oxidised_m is not None else None
    if first is None or first.oxidised_m == one.oxidised_m:
        return None
    return CellFault(one.row, "oxidised_m", f"{one.hole} is oxidised to {first.oxidised_m:g} m in row {first.row}")
