"""What shows only between rows of assays: faults (names, collars, overlaps, duplicates) and notes (gaps, twins)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from tailings.laboratory import differences
from tailings.laboratory.samples import AssayedSample
from tailings.mapped_tables.faults import CellFault

TINY_M: Final = 1e-6
OF_ONE_NUMBER: Final = (
    "none of them is taken: keep the right one, give the other its own number, or send it as a duplicate of the first"
)


class HoleLog:
    """Primary samples of one hole by their depths, for the question which of them another one overlaps."""

    def __init__(self, samples: Iterable[AssayedSample] = ()) -> None:
        self._tops: list[float] = []
        self._samples: list[AssayedSample] = []
        for one in samples:
            self.add(one)

    def add(self, one: AssayedSample) -> None:
        """Put a sample, which overlaps none of them, in its place."""
        at = bisect_right(self._tops, one.top_m or 0.0)
        self._tops.insert(at, one.top_m or 0.0)
        self._samples.insert(at, one)

    def overlapped(self, one: AssayedSample) -> AssayedSample | None:
        """The sample that another one overlaps: of some that do not overlap one another the next above or below."""
        top, bottom = one.top_m or 0.0, one.bottom_m or 0.0
        at = bisect_right(self._tops, top)
        for other in self._samples[max(at - 1, 0) : at + 1]:
            if top < (other.bottom_m or 0.0) - TINY_M and bottom > (other.top_m or 0.0) + TINY_M:
                return other
        return None


def once(samples: Sequence[AssayedSample]) -> tuple[list[AssayedSample], list[CellFault], list[CellFault]]:
    """The samples whose number stands once, faults and notes: rows of one number and one content count once, which is
    noted; of rows that differ none counts, since nobody can tell which is right."""
    by_name: dict[str, list[AssayedSample]] = {}
    for one in samples:
        by_name.setdefault(one.name, []).append(one)
    good, faults, doubled = [], [], []
    for name, (first, *others) in by_name.items():
        other = next((one for one in others if differences.digest(one) != differences.digest(first)), None)
        if other is None:
            good.append(first)
            doubled += [
                CellFault(one.row, "sample", f"{name} stands so in row {first.row} too: taken once") for one in others
            ]
            continue
        told = ", ".join(differences.between(first, other))
        fault = f"{name} stands in rows {first.row} and {other.row} and differs ({told}); {OF_ONE_NUMBER}"
        faults += [CellFault(one.row, "sample", fault) for one in (first, *others)]
    return sorted(good, key=lambda one: one.row), faults, doubled


def checked(
    samples: Sequence[AssayedSample], stored: Collection[str] = ()
) -> tuple[tuple[AssayedSample, ...], list[CellFault]]:
    """The samples without such a fault, and the faults. stored: names of samples of earlier files."""
    names: set[str] = set()
    collars: dict[str, AssayedSample] = {}
    logs: dict[str, AssayedSample] = {}
    reach: dict[str, HoleLog] = {}
    good, faults = [], []
    for one in samples:
        fault = _against(one, collars, reach) or _logged_otherwise(one, logs)
        if fault is not None:
            faults.append(fault)
            continue
        names.add(one.name)
        if one.hole and one.kind in ("primary", "duplicate"):
            collars.setdefault(one.hole, one)
        if one.hole and one.oxidised_m is not None:
            logs.setdefault(one.hole, one)
        if one.kind == "primary":
            reach.setdefault(one.hole, HoleLog()).add(one)
        good.append(one)
    orphans = {one.row: one for one in good if one.kind == "duplicate" and one.of not in names and one.of not in stored}
    faults += [
        CellFault(row, "of", f"there is no sample {one.of!r} in this file, nor in an earlier one")
        for row, one in orphans.items()
    ]
    return tuple(one for one in good if one.row not in orphans), faults


def _against(
    one: AssayedSample, collars: Mapping[str, AssayedSample], reach: Mapping[str, HoleLog]
) -> CellFault | None:
    first = collars.get(one.hole) if one.hole else None
    if first and (one.chainage_m, one.offset_m, one.collar_m) != (first.chainage_m, first.offset_m, first.collar_m):
        return CellFault(one.row, "collar_m", f"the collar of {one.hole} is another one in row {first.row}")
    other = reach[one.hole].overlapped(one) if one.kind == "primary" and one.hole in reach else None
    if other is not None:
        return CellFault(one.row, "from_m", f"the interval overlaps that of {other.name} in row {other.row}")
    return None


def _logged_otherwise(one: AssayedSample, logs: Mapping[str, AssayedSample]) -> CellFault | None:
    first = logs.get(one.hole) if one.hole and one.oxidised_m is not None else None
    if first is None or first.oxidised_m == one.oxidised_m:
        return None
    return CellFault(one.row, "oxidised_m", f"{one.hole} is oxidised to {first.oxidised_m:g} m in row {first.row}")


def notes(samples: Sequence[AssayedSample]) -> Iterator[CellFault]:
    """What is taken and worth a look: gaps within holes, and holes that stand at one collar."""
    holes: dict[str, list[AssayedSample]] = {}
    for one in samples:
        if one.kind == "primary":
            holes.setdefault(one.hole, []).append(one)
    for name, inside in holes.items():
        inside.sort(key=lambda one: one.top_m or 0.0)
        for above, one in pairwise(inside):
            if (one.top_m or 0.0) - (above.bottom_m or 0.0) > TINY_M:
                yield CellFault(
                    one.row,
                    "from_m",
                    f"{name} has no sample from {above.bottom_m:g} to {one.top_m:g} m; nothing is put into the gap: "
                    "add what was sampled there, or correct the depths",
                )
    stand: dict[tuple[float | None, float | None], str] = {}
    for name, inside in holes.items():
        other = stand.setdefault((inside[0].chainage_m, inside[0].offset_m), name)
        if other != name:
            yield CellFault(
                inside[0].row,
                "hole",
                f"{name} stands where {other} does; give a twin the collar that was surveyed, or send its samples as "
                "duplicates",
            )
