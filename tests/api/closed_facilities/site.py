"""Closed facilities that are made up: rows of two registers with gaps, and the same counted by the test itself."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Sequence
from typing import Final

NEEDED: Final = {
    "location": ("longitude", "latitude"),
    "extent": ("area_m2",),
    "volume": ("volume_m3",),
    "operator": ("operator",),
    "quantities": ("quantities",),
    "concentrations": ("concentrations",),
}
"""Read by hand in Article 27(4), points (a) to (c)."""
FILLED: Final = {
    "longitude": "-7.5",
    "latitude": "40.1",
    "area_m2": "12000",
    "volume_m3": "90000",
    "operator": "Minas do Sul",
    "quantities": "Cu 90 t; W 12 t",
    "concentrations": "Cu 1000 mg/kg; W 130 mg/kg",
    "legal_successor": "Estado",
    "original_deposit": "Cu 0.4 %",
    "unfc": "E3;F3;G4",
    "permits_reviewed": "2025-10-01",
    "sampled": "2026-03-02",
    "characterised": "2026-06-02",
    "excluded_because": "peat; no mineral waste",
}
STATUSES: Final = ("closed", "abandoned", "reclaimed", "active", "removed", "unknown", "")
CLOSED: Final = STATUSES[:3]
Row = dict[str, str]


def rows(count: int, seed: int) -> list[Row]:
    """So many rows, each column filled or not by chance; a place only as a whole, an exclusion seldom."""
    draw, found = random.Random(seed), []
    for number in range(count):
        one = {"id": f"C{number:03d}", "name": f"Heap {number:03d}", "country": draw.choice(("PT", "ES"))}
        one["status"] = draw.choice(STATUSES)
        one |= {name: value if draw.random() < 0.85 else "" for name, value in FILLED.items()}
        if not (one["longitude"] and one["latitude"]):
            one |= {"longitude": "", "latitude": ""}
        if one["country"] == "ES" and one["longitude"]:
            one |= {"longitude": "-4.0"}
        if draw.random() < 0.8:
            one["excluded_because"] = ""
        found.append(one)
    return found


def text(found: Sequence[Row]) -> list[str]:
    """The lines of their file."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(found[0]))
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue().splitlines()


def counted(found: Sequence[Row]) -> dict[str, object]:
    """What the database has to say of these rows, by another way: one pass over the cells of the file."""
    closed = [one for one in found if one["status"] in CLOSED]
    kept = [one for one in closed if one["excluded_because"] == ""]
    stated: Counter[str] = Counter()
    gaps = {}
    for one in kept:
        lacking = [name for name, cells in NEEDED.items() if "" in [one[cell] for cell in cells]]
        gaps[one["id"]] = lacking
        stated.update(set(NEEDED) - set(lacking))
    return {
        "total": len(kept),
        "excluded": sorted(one["id"] for one in closed if one["excluded_because"]),
        "unsaid": sum(one["status"] in ("", "unknown") for one in found),
        "complete": sum(lacking == [] for lacking in gaps.values()),
        "stated": {name: stated[name] for name in NEEDED},
        "gaps": gaps,
        "done": {
            name: sum(one[column] != "" for one in kept)
            for name, column in (("permits", "permits_reviewed"), ("sampling", "sampled"), ("detail", "characterised"))
        },
    }
