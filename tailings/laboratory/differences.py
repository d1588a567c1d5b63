"""What differs between two samples of one number, by the headings of the assay file: `W ppm 120 -> 150`."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from tailings.laboratory.samples import AssayedSample

SHOWN: Final = {
    **{name: name for name in ("kind", "of", "hole", "chainage_m", "offset_m", "collar_m")},
    "from_m": "top_m",
    "to_m": "bottom_m",
    **{name: name for name in ("material", "sampled", "bulk_t_m3", "water_share", "oxidised_m")},
}
"""By heading, what of a sample stands beneath it; water is told as a share."""
MOST_DIFFERENCES: Final = 8
"""Of one sample that are told."""


def digest(sample: AssayedSample) -> str:
    """The SHA-256 of what a sample is, wherever in a file it stands."""
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(sample, row=0))).hexdigest()


def between(before: AssayedSample, after: AssayedSample) -> tuple[str, ...]:
    """Return what differs, as sentences without a verb."""
    found = [
        f"{heading} {_text(old)} -> {_text(new)}"
        for heading, name in SHOWN.items()
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]
    old_results, new_results = _results(before), _results(after)
    for heading in old_results | new_results:
        if (was := old_results.get(heading, "")) != (now := new_results.get(heading, "")):
            found.append(f"{heading} {_text(was)} -> {_text(now)}")
    more = len(found) - MOST_DIFFERENCES
    return tuple(found if more <= 0 else [*found[:MOST_DIFFERENCES], f"{more} more"])


def _results(sample: AssayedSample) -> dict[str, str]:
    return {
        f"{one.substance} {one.unit}" + (f" [{one.method}]" if one.method else ""): one.printed for one in sample.assays
    }


def _text(value: object) -> str:
    return "nothing" if value in (None, "") else f"{value:g}" if isinstance(value, float) else str(value)
