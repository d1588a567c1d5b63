"""Failed tests: the names of all that decided the quality of a row, in one order, joined by commas.

A name is a filter, or a cause of a formula: `input.<role>` (that input had this quality; its own row says why),
`missing.<role>`, `stale.<role>`, `calibration.none`, `formula.<reason>`. All that gave a row its final grade are
named, each once, in the order of the alphabet: the gateway, the centre and a second look then say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tailings.series import Flags
from wire import limits
from wire import quality as flag

MORE: Final = "more"
"""Stands last where not all names have room in `wire.limits.MAX_TEXT` characters: of a chain of 200 inputs."""


def names(quality: Flags, tests: Mapping[str, Flags], causes: Mapping[str, Flags] | None = None) -> list[str | None]:
    """For each row the names whose flag is its quality; None when it is not lowered.

    quality: uint8[n]; tests: the flags of each filter, causes: those of each cause, uint8[n] each. A filter says
    nothing of a missing value, a cause may.
    """
    number, texts = grouped(quality, tests, causes)
    named: list[str | None] = [None] * quality.size
    for row in np.flatnonzero(number).tolist():
        named[row] = texts[number[row]]
    return named


def grouped(
    quality: Flags, tests: Mapping[str, Flags], causes: Mapping[str, Flags] | None = None
) -> tuple[NDArray[np.intp], list[str | None]]:
    """The same without an object a row: for each row the place of its names in a short list, 0 where it has none."""
    number = np.zeros(quality.size, np.intp)
    rows = np.flatnonzero(quality >= flag.SUSPECT)
    if rows.size == 0:
        return number, [None]
    graded = quality[rows]
    by_tests = np.where(graded == flag.MISSING, 0, graded)
    found = [(name, flags[rows] == by_tests) for name, flags in tests.items()]
    found += [(name, flags[rows] == graded) for name, flags in (causes or {}).items()]
    groups: list[tuple[str, ...]] = [()]
    group = np.zeros(rows.size, dtype=np.intp)
    for name, decides in found:
        for before in np.unique(group[decides]).tolist():
            group[decides & (group == before)] = len(groups)
            groups.append((*groups[before], name))
    number[rows] = group
    return number, [joined(one) for one in groups]


def joined(some: Iterable[str]) -> str | None:
    """These names as they are stored; None when there is none."""
    wanted = set(some)
    text = ",".join(sorted(wanted - {MORE}))
    if MORE not in wanted and len(text) <= limits.MAX_TEXT:
        return text or None
    end = f"{text},".rfind(",", 0, limits.MAX_TEXT - len(MORE))
    return f"{text[:end]},{MORE}"


def united(first: str, second: str) -> str:
    """The names of both."""
    return joined({*first.split(","), *second.split(",")}) or ""
