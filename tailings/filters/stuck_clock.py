"""Stuck clock: rows that follow each other much faster than they are taken, so their times cannot be right.

A clock that has stopped, or starts again from a stored time at each wake, dates its rows in a heap. After `rows` steps
in a row that are shorter than `fraction` of the expected interval, a row is suspect; fewer are a burst and pass.

Source: our own rule; no test of QARTOD or ioos_qc looks at this (their timing tests look for silence).
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.filters import Around, FlagWindow
from tailings.series import Flags, Series
from wire import quality as flag


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """How short a step is (share of the expected interval) and how many of them make a stuck clock."""

    fraction: Annotated[float, Meta(gt=0, lt=1)] = 0.1
    """The share of the expected interval below which a step is too short."""
    rows: Annotated[int, Meta(ge=1, le=1000)] = 3
    """How many such steps in a row make a stuck clock."""


def window(settings: Settings) -> FlagWindow:
    """The steps that are counted."""
    return FlagWindow(before_rows=settings.rows)


def flag_values(series: Series, settings: Settings, around: Around) -> Flags:
    """Flags of each row, uint8[n]."""
    flags = np.full(series.value.shape, flag.PASS, dtype=np.uint8)
    shortest_ms = settings.fraction * around.expected_interval_s * 1000
    is_short = np.diff(series.time_ms) < shortest_ms
    if is_short.size >= settings.rows:
        runs = np.lib.stride_tricks.sliding_window_view(is_short, settings.rows).all(axis=1)
        flags[settings.rows :][runs] = flag.SUSPECT
    flags[np.isnan(series.value)] = flag.MISSING
    return flags
