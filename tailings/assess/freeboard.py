"""The minimum freeboard: the level of the pond at which it is reached, and whether it is."""

from __future__ import annotations


def minimum_level_m(crest_m: float | None, minimum_m: float | None) -> float | None:
    """Return the level [m] at which the minimum freeboard is reached; None where crest or minimum is not stated."""
    return None if crest_m is None or minimum_m is None else crest_m - minimum_m


def has_reached_minimum(level_m: float | None, crest_m: float | None, minimum_m: float | None) -> bool:
    """Whether a pond leaves its minimum freeboard or less; not where nobody knows."""
    limit_m = minimum_level_m(crest_m, minimum_m)
    return limit_m is not None and level_m is not None and level_m >= limit_m
