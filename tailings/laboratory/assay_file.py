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

from tailings.laboratory import between_rows
from tailings.laboratory.contents import BadContent, Content, read_content
from tailings.laboratory.result import BadResult, Result, numbers_of, read_result
from tailings.laboratory.samples import Assay, AssayedSample, ParsedAssays
from tailings.mapped_tables import number_marks
from tailings.mapped_tables.faults import CellFault, unnamed
from tailings.mapped_tables.number_marks import BadNumber, MixedMarks, NumberMarks, cell_text
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
TWICE: Final = "stands twice; give each method its own heading: W ppm [ICP]"


class _RowFault(ValueError):
    """A fault of one cell of the row in hand."""

    def __init__(self, column: str, fault: str) -> None:
        super().__init__(fault)
        self.column, self.fault = column, fault


def read_assays(
    table: Sequence[Sequence[str]], rows: Sequence[int] = (), decimal: str = "", stored: Collection[str] = ()
) -> ParsedAssays:
    """Read a table of cells, its first row the headings; faults are returned, never raised.

    rows: where in their file the rows stand, the heading too; (): as here. decimal: its mark, where it is stated.
    stored: names of samples of earlier files, which a duplicate may repeat.
    """
    if not table or len(table) > MAX_ROWS or len(table[0]) > MAX_COLUMNS:
        return ParsedAssays(
            (), (CellFault(1, "", f"a file has a heading, up to {MAX_ROWS} rows and {MAX_COLUMNS} columns"),)
        )
    numbered = list(zip(rows or range(1, len(table) + 1), table, strict=True))
    top, heading = numbered[0][0], [_ours(cell.strip()) for cell in table[0]]
    contents, faults = _columns(heading, top)
    missing = [name for name in NEEDED if name not in heading]
    fix = f"headings are {', '.join(NEEDED)}" + ("" if rows else "; a file that has others, or lower, needs a map")
    faults += [CellFault(top, name, f"the column is missing; {fix}") for name in missing]
    if not any(cell.strip() for _, cells in numbered[1:] for cell in cells):
        faults.append(
            CellFault(top, "", "no row with a sample stands beneath the headings; look whether it is the file")
        )
    if missing:
        return ParsedAssays((), tuple(faults))
    faults += unnamed(heading, numbered[1:])
    try:
        places = [at for at, name in enumerate(heading) if name in (*NUMBERS, *BODY) or at in contents]
        decided = number_marks.decide(numbers_of(numbered[1:], places), decimal)
    except MixedMarks as error:
        return ParsedAssays(
            (), (*faults, CellFault(error.places[0], "", f"{error}{number_marks.OR_MAP}; no row is taken"))
        )
    samples: list[AssayedSample] = []
    for number, cells in numbered[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            samples.append(_sample(number, heading, cells, contents, decided))
        except _RowFault as error:
            faults.append(CellFault(number, error.column, error.fault))
    single, of_one_number, doubled = between_rows.once(samples)
    good, late = between_rows.checked(single, stored)
    faults += [*of_one_number, *late]
    notes = [*doubled, *between_rows.notes(good)]
    return ParsedAssays(good, *(tuple(sorted(told, key=lambda one: one.row)) for told in (faults, notes)))


def _ours(heading: str) -> str:
    """A heading as we write it, whatever its capitals."""
    return heading.casefold() if heading.casefold() in COLUMNS else heading


def _columns(heading: Sequence[str], row: int) -> tuple[dict[int, Content], list[CellFault]]:
    contents: dict[int, Content] = {}
    faults: list[CellFault] = []
    for number, name in enumerate(heading):
        if name and name in heading[:number]:
            faults.append(CellFault(row, name, TWICE))
        elif name and name not in COLUMNS:
            try:
                content = read_content(name)
            except BadContent as error:
                faults.append(CellFault(row, name, str(error)))
                continue
            if content in contents.values():
                faults.append(CellFault(row, name, TWICE))
            else:
                contents[number] = content
    return contents, faults


def _sample(
    number: int,
    heading: Sequence[str],
    cells: Sequence[str],
    contents: Mapping[int, Content],
    decided: NumberMarks,
) -> AssayedSample:
    if len(cells) > len(heading) and any(cell.strip() for cell in cells[len(heading) :]):
        raise _RowFault("", f"has {len(cells)} cells for {len(heading)} headings; quote cells that hold a comma")
    if len(cells) < len(heading):
        raise _RowFault(heading[len(cells)], f"the row ends after {len(cells)} of {len(heading)} cells")
    row = {name: cell_text(cell) for name, cell in zip(heading, cells, strict=False) if name in COLUMNS}
    if not row["sample"]:
        raise _RowFault("sample", "is empty; each row needs the laboratory's number")
    kind = row.get("kind", "") or "primary"
    if kind not in KINDS:
        raise _RowFault("kind", f"{kind!r} is no kind{hint(kind, KINDS)}")
    if kind == "duplicate" and not row.get("of"):
        raise _RowFault("of", "is empty; a duplicate names the sample that it repeats")
    place = _place(row, decided) if kind in ("primary", "duplicate") else dict.fromkeys(NUMBERS)
    assays = tuple(_assays(heading, cells, contents, decided))
    body = {name: _body(row, name, decided) for name in BODY}
    if all(one.mg_per_kg is None for one in assays) and body["bulk_t_m3"] is None:
        raise _RowFault("", "has no result in any column; leave the row out")
    for method, total in _reported(assays, contents.values()).items():
        if total > MOST_REPORTED * WHOLE_MG_PER_KG:
            by = f" by {method}" if method else ""
            raise _RowFault("", f"all results{by} together are {total / 1e4:.0f} % of the sample; check the units")
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


def _reported(assays: Sequence[Assay], contents: Collection[Content]) -> dict[str, float]:
    """How much of a sample the results of each method are together [mg/kg], with those of columns that name none.

    Methods overlap (a loss on ignition holds the sulphur of another one), so they are not added up. Each element counts
    once, as its heaviest compound; a loss or a sum is no part beside the others, and carbon and hydrogen are in the
    loss on ignition too.
    """
    methods = {one.method for one in assays if one.method} or {""}
    return {one: _together(assays, contents, one) for one in sorted(methods)}


def _together(assays: Sequence[Assay], contents: Collection[Content], method: str) -> float:
    parts: dict[str, float] = {}
    for assay, content in zip(assays, contents, strict=True):
        known, value = content.known, assay.mg_per_kg
        if assay.method in ("", method) and known.element not in ("", *OF_LOSS) and value is not None:
            parts[known.element] = max(parts.get(known.element, 0.0), value / known.share)
    return sum(parts.values())


def _day(row: Mapping[str, str]) -> dt.date | None:
    if not (text := row.get("sampled", "")):
        return None
    try:
        return dt.datetime.fromisoformat(text).date()  # a sheet holds a day as its midnight
    except ValueError:
        raise _RowFault("sampled", f"{text!r} is no day; write it like 2026-05-31") from None


def _body(row: Mapping[str, str], name: str, decided: NumberMarks) -> float | None:
    """Bulk density, water content, depth of oxidation; what cannot be is a fault of units."""
    if not (text := row.get(name, "")):
        return None
    low, high = BODY[name]
    value = _number(name, text, decided)
    if not low <= value <= high:
        raise _RowFault(name, f"{value:g} is not within {low:g} to {high:g}; check the unit of the column")
    return value


def _number(name: str, text: str, decided: NumberMarks) -> float:
    try:
        return decided.number(text)
    except BadNumber as error:
        raise _RowFault(name, str(error)) from error


def _place(row: Mapping[str, str], decided: NumberMarks) -> dict[str, float | None]:
    if not row["hole"]:
        raise _RowFault("hole", "is empty; a surface sample is a hole of its own")
    place: dict[str, float | None] = {}
    for name in NUMBERS:
        if not row[name]:
            raise _RowFault(name, "is empty; a sample without a place cannot be estimated with")
        place[name] = _number(name, row[name], decided)
    top, bottom = (_number(name, row[name], decided) for name in ("from_m", "to_m"))
    if top < 0:
        raise _RowFault("from_m", f"{top:g} is above the collar; depths count from it, downwards")
    if bottom <= top:
        raise _RowFault("to_m", f"{bottom:g} is not below from_m, {top:g}")
    return place


def _assays(
    heading: Sequence[str], cells: Sequence[str], contents: Mapping[int, Content], decided: NumberMarks
) -> Iterator[Assay]:
    for number, content in contents.items():
        printed = cell_text(cells[number])
        try:
            result: Result = read_result(printed, decided)
            known = None if result.value is None else content.to_mg_per_kg(result.value)
        except (BadResult, BadContent) as error:
            raise _RowFault(heading[number], str(error)) from error
        yield Assay(
            content.element,
            content.method,
            content.substance,
            content.unit,
            str(printed),
            sign=result.sign,
            mg_per_kg=known,
        )
