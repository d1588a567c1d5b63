"""Partners: the instruments that a redundant pair or a neighbour test compares with, and when one may take part.

Flags are found in two stages, so that none depends on whose turn it is, though two instruments may watch each other.
Stage one judges partners, and all that they are made of, by their own tests and the quality of their inputs, without
any comparison. Stage two judges everything, and compares with the partners of stage one: a row takes part whose quality
there is pass or not evaluated. While a partner's row may still change, for a test of it that looks ahead, a comparison
with it waits: so it can only be added to what was said before, never be taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from tailings import filters
from tailings.facility.model import Facility
from tailings.series import Times

NEVER_MS: Final = 2**62


def stage_one(facility: Facility) -> Facility | None:
    """The partners of a facility with all that they are made of, each with its own tests alone; None without any."""
    names: dict[str, None] = {}
    wanted = [partner for one in facility.datastreams.values() for partner in filters.partners_of(one)]
    while wanted:
        name = wanted.pop()
        if name not in names:
            names[name] = None
            one = facility.datastreams[name]
            wanted += [*one.inputs.values(), *filters.others_of(replace(one, filters=filters.own_tests(one)))]
    if not names:
        return None
    found = {name: one for name, one in facility.datastreams.items() if name in names}
    return replace(
        facility,
        datastreams={name: replace(one, filters=filters.own_tests(one)) for name, one in found.items()},
        derived_order=tuple(name for name in facility.derived_order if name in names),
    )


def open_since_ms(first: Facility, name: str, times_of: Callable[[str], Times]) -> int:
    """From when on [Unix ms] rows of a datastream of stage one may still get another flag; NEVER_MS: none may.

    times_of: the times of all rows of a datastream, by its name.
    """
    one = first.datastreams[name]
    found = [open_since_ms(first, source, times_of) for source in one.inputs.values()]
    ahead = filters.widest(one.filters).after_rows
    if ahead:
        found += times_of(name)[-ahead:][:1].tolist()
    return min(found, default=NEVER_MS)
