"""A file of assays beside what is stored already: what is new, what it changes, and what it would bring twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from tailings.laboratory.between_rows import TINY_M
from tailings.laboratory.samples import AssayedSample, CellFault

SHOWN: Final = (
    *("kind", "of", "hole", "chainage_m", "offset_m", "collar_m", "top_m", "bottom_m"),
    *("material", "sampled", "bulk_t_m3", "water_share", "oxidised_m"),
)
MOST_DIFFERENCES: Final = 8
"""Of one sample that are told."""


class EarlierSample(Struct, frozen=True):
    """The newest revision of a sample that is stored, and where it came from; `sample.row` is that of its file."""

    sample: AssayedSample
    revision: int
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


def digest(sample: AssayedSample) -> str:
    """The SHA-256 of what a sample is, wherever in a file it stands."""
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(sample, row=0))).hexdigest()


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
        elif before.digest == digest(one):
            unchanged += 1
        else:
            revised.append(one)
            place = f"{before.file} row {before.sample.row}"
            revisions.append(RevisedSample(one.row, one.name, place, tuple(_differences(before.sample, one))))
    return ComparedAssays(tuple(added), tuple(revised), unchanged, tuple(revisions), tuple(clashes.values()))


def _clashes(samples: Sequence[AssayedSample], beside: Sequence[EarlierSample]) -> Iterator[CellFault]:
    """What an earlier file has of the same hole under other names: the same interval, or another collar."""
    holes: dict[str, list[EarlierSample]] = {}
    for stored in beside:
        if stored.sample.hole and stored.sample.kind in ("primary", "duplicate"):
            holes.setdefault(stored.sample.hole, []).append(stored)
    for one in samples:
        for other in holes.get(one.hole, []) if one.kind in ("primary", "duplicate") else ():
            was, place = other.sample, f"{other.sample.name} in {other.file} row {other.sample.row}"
            if (one.chainage_m, one.offset_m, one.collar_m) != (was.chainage_m, was.offset_m, was.collar_m):
                yield CellFault(one.row, "collar_m", f"the collar of {one.hole} is another one for {place}")
                break
            if one.kind == was.kind == "primary" and _overlap(one, was):
                help_ = "give it that name to correct it, or send it as a duplicate"
                yield CellFault(one.row, "sample", f"{one.name} is of the interval of {place}; {help_}")
                break


def _overlap(one: AssayedSample, other: AssayedSample) -> bool:
    tops, bottoms = (one.top_m, other.top_m), (one.bottom_m, other.bottom_m)
    return max(top or 0.0 for top in tops) < min(bottom or 0.0 for bottom in bottoms) - TINY_M


def _differences(before: AssayedSample, after: AssayedSample) -> list[str]:
    """What differs, as sentences without a verb: `W ppm 120 -> 150`."""
    found = [
        f"{name} {_text(old)} -> {_text(new)}"
        for name in SHOWN
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]
    old_results, new_results = _results(before), _results(after)
    for heading in old_results | new_results:
        if (was := old_results.get(heading, "")) != (now := new_results.get(heading, "")):
            found.append(f"{heading} {_text(was)} -> {_text(now)}")
    more = len(found) - MOST_DIFFERENCES
    return found if more <= 0 else [*found[:MOST_DIFFERENCES], f"{more} more"]


def _results(sample: AssayedSample) -> dict[str, str]:
    return {
        f"{one.substance} {one.unit}" + (f" [{one.method}]" if one.method else ""): one.printed for one in sample.assays
    }


def _text(value: object) -> str:
    return "nothing" if value in (None, "") else f"{value:g}" if isinstance(value, float) else str(value)
