"""The points of a path of straight lines, as SVG reads it: a move, then lines from each point to the next."""

import re

Point = tuple[float, float]


def points(d: str) -> list[Point]:
    """Where a path goes, in pixels; ValueError for what is no path of `m`, `l`, `h`, `v` and `z`."""
    words = re.findall(r"([Mlhv])(-?[\d.]+)(?: (-?[\d.]+))?", d)
    read = "".join(f"{letter}{first}{' ' * bool(second)}{second}" for letter, first, second in words)
    if read != d.removesuffix("z"):
        raise ValueError(f"this is no path of straight lines: {d}")
    found, at = list[Point](), (0.0, 0.0)
    for letter, first, second in words:
        by = {"h": (float(first), 0.0), "v": (0.0, float(first))}.get(letter) or (float(first), float(second))
        at = by if letter == "M" else (round(at[0] + by[0], 1), round(at[1] + by[1], 1))
        found.append(at)
    return found
