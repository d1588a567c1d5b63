"""The points of a path of straight lines, as SVG reads it: a move, then lines from each point to the next."""

import re

Point = tuple[float, float]


def points(d: str) -> list[Point]:
    """Where a path goes, in pixels; ValueError for what is no path of `m`, `l`, `h`, `v` and `z`."""
    words = re.findall(r"([Mmlhvz])(-?[\d.]+)?(?: ?(-?[\d.]+))?", d)
    if re.sub(r"[Mml]-?[\d.]+( |(?=-))-?[\d.]+|[hv]-?[\d.]+|z", "", d):
        raise ValueError(f"this is no path of straight lines: {d}")
    found, at, start = list[Point](), (0.0, 0.0), (0.0, 0.0)
    for letter, first, second in words:
        if letter == "z":
            at = start
            continue
        by = {"h": (float(first), 0.0), "v": (0.0, float(first))}.get(letter) or (float(first), float(second))
        at = by if letter == "M" else (round(at[0] + by[0], 1), round(at[1] + by[1], 1))
        start = at if letter in "Mm" else start
        found.append(at)
    return found
