"""The results of the screening benchmark as a file and a document with its tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

import msgspec

from bench.screening.counting import Counted
from bench.screening.country import MOST_SAMPLES
from tailings.screening.hit_rate import of_counts
from tailings.tables import table

RESULTS: Final = "screening.json"
LEAST, MOST = 0.76, 0.84
WAYS: Final = {
    "pooled": "the product",
    "own": "control: no pooling, own samples alone (2 or more)",
    "halved": "control: half the spread",
}
INTRODUCTION: Final = """# Screening of a simulated country

Generated from [screening.json](screening.json), which `make bench-screening` writes; do not edit.

{countries} countries of {facilities} facilities (`bench/screening/country.py`): lognormal grades with effects of
commodity, type, age and neighbours, 0 to 8 samples of each facility. It is counted how often P90 to P10 of the mean
grade holds the truth, which it claims in 80 %, and how often the interval for the mean of three further samples held
it, by which intervals are scored in use. Asked: {least:.0f} to {most:.0f} %, overall and of each number of samples. The
controls are broken on purpose.

"""
PLAN: Final = """
## The sampling plan

{samples} further samples for each country, by the plan, spread evenly (facilities drawn), and by the plan turned over
(control). Error: the sum over the facilities of squared errors of tonnes of metal, after all samples are pooled anew;
of the error before.

"""


class Results(msgspec.Struct, frozen=True):
    """All countries that were counted, of so many facilities, each with so many samples further."""

    facilities: int
    samples: int
    countries: tuple[Counted, ...]


def write(folder: Path, found: Results) -> None:
    """Write the results with their document."""
    (folder / RESULTS).write_bytes(msgspec.json.encode(found) + b"\n")
    (folder / "screening.md").write_text(text(found))


def read(folder: Path) -> Results:
    """Read the results of a folder."""
    return msgspec.json.decode((folder / RESULTS).read_bytes(), type=Results)


def text(found: Results) -> str:
    """The document of results."""
    introduction = INTRODUCTION.format(
        countries=len(found.countries), facilities=found.facilities, least=100 * LEAST, most=100 * MOST
    )
    held = table(("way", "own samples", "intervals", "held, %", "within 95 %, %", "verdict"), _rows(found.countries))
    errors = table(("further samples", "median error", "total error", "better than evenly"), _errors(found.countries))
    return introduction + held + "\n" + PLAN.format(samples=found.samples) + errors + "\n"


def coverage(countries: Sequence[Counted], way: str, own: int | None = None) -> tuple[int, int]:
    """How many intervals of a way held, of how many; own: only of facilities with so many samples."""
    counts = [
        count for one in countries for samples, count in enumerate(one.held[way]) if own is None or own == samples
    ]
    return sum(held for held, _ in counts), sum(all for _, all in counts)


def beaten(countries: Sequence[Counted], way: str) -> int:
    """In how many countries a way left less error than spreading evenly did."""
    return sum(one.errors[way] < one.errors["evenly"] for one in countries)


def _rows(countries: Sequence[Counted]) -> list[tuple[str, ...]]:
    rows = [_row(WAYS["pooled"], str(own), *coverage(countries, "pooled", own)) for own in range(MOST_SAMPLES + 1)]
    rows.insert(0, _row(WAYS["pooled"], "all", *coverage(countries, "pooled")))
    later, all = (sum(one.later[place] for one in countries) for place in range(2))
    rows.append(_row("scored by 3 further samples", "all", later, all))
    return rows + [_row(WAYS[way], "all", *coverage(countries, way)) for way in ("own", "halved")]


def _row(way: str, own: str, held: int, all: int) -> tuple[str, ...]:
    rate, share = of_counts(held, all), held / max(all, 1)
    verdict = "as asked" if LEAST <= share <= MOST else "fails"
    bounds = f"{100 * rate.low:.1f} to {100 * rate.high:.1f}"
    return way, own, str(all), f"{100 * share:.1f}", bounds, verdict


def _errors(countries: Sequence[Counted]) -> list[tuple[str, ...]]:
    rows = list[tuple[str, ...]]()
    for way in ("plan", "evenly", "turned over"):
        ratios = [one.errors[way] / one.errors["before"] for one in countries]
        total = math.fsum(one.errors[way] for one in countries) / math.fsum(one.errors["before"] for one in countries)
        better = "" if way == "evenly" else f"{beaten(countries, way)} of {len(countries)}"
        rows.append((way, f"{median(ratios):.2f}", f"{total:.2f}", better))
    return rows
