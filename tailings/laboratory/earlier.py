"""A file of assays beside what is stored already: what is new, what it changes, and what it would bring twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from tailings.laboratory import differences
from tailings.laboratory.between_rows import HoleLog
from tailings.laboratory.samples import AssayedSample
from tailings.mapped_tables.faults import CellFault

IN_A_HOLE: Final = ("primary", "duplicate")
Place = tuple[float | None, float | None, float | None]


class EarlierSample(Struct, frozen=True):
    """The newest revision of a sample that is stored, and where it came from; `sample.row` is that of its file."""

    sample: AssayedSample
    digest: str
    file: str


class RevisedSample(Struct, frozen=True):
    """A sample of the file that is stored with other contents: where, and what differs."""

    row: int
    name: str
    before: str
    differences: tuple[str, ...]


class ComparedAssays(Struct, frozen=True):
    """The samples of a file by what becomes of them; `clashes` are faults, and not among the others."""

    added: tuple[AssayedSample, ...]
    revised: tuple[AssayedSample, ...]
    unchanged: int
    revisions: tuple[RevisedSample, ...]
    clashes: tuple[CellFault, ...]


def compare(samples: Sequence[AssayedSample], stored: Mapping[str, EarlierSample]) -> ComparedAssays:
    """Compare the good samples of a file with the stored ones by their names."""
    names = {one.name for one in samples}
    beside = [one for name, one in stored.items() if name not in names]
    clashes = {fault.row: fault for fault in _clashes(samples, beside)}
    added, revised, revisions, unchanged = [], [], [], 0
    for one in samples:
        before = stored.get(one.name)
        if one.row in clashes:
            continue
        if before is None:
            added.append(one)
        elif before.digest == differences.digest(one):
            unchanged += 1
        else:
            revised.append(one)
            place = f"{before.file} row {before.sample.row}"
            revisions.append(RevisedSample(one.row, one.name, place, differences.between(before.sample, one)))
    return ComparedAssays(tuple(added), tuple(revised), unchanged, tuple(revisions), tuple(clashes.values()))


def _clashes(samples: Sequence[AssayedSample], beside: Sequence[EarlierSample]) -> Iterator[CellFault]:
    """What an earlier file has of the same hole under other names: the same interval, or another collar."""
    collars: dict[str, dict[Place, EarlierSample]] = {}
    logs: dict[str, HoleLog] = {}
    by_name = {one.sample.name: one for one in beside}
    for stored in beside:
        if stored.sample.hole and stored.sample.kind in IN_A_HOLE:
            collars.setdefault(stored.sample.hole, {}).setdefault(_place(stored.sample), stored)
        if stored.sample.kind == "primary":
            logs.setdefault(stored.sample.hole, HoleLog()).add(stored.sample)
    for one in samples:
        known = collars.get(one.hole, {}) if one.kind in IN_A_HOLE else {}
        moved = next((other for place, other in known.items() if place != _place(one)), None)
        same = logs[one.hole].overlapped(one) if one.kind == "primary" and one.hole in logs else None
        if moved is not None:
            yield CellFault(one.row, "collar_m", f"the collar of {one.hole} is another one for {_said(moved)}")
        elif same is not None:
            help_ = "give it that name to correct it, or send it as a duplicate"
            before = _said(by_name[same.name])
            yield CellFault(one.row, "sample", f"{one.name} is of the interval of {before}; {help_}")


def _place(one: AssayedSample) -> Place:
    return one.chainage_m, one.offset_m, one.collar_m


def _said(one: EarlierSample) -> str:
    return f"{one.sample.name} in {one.file} row {one.sample.row}"
