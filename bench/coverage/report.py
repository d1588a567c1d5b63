"""The results of the coverage benchmark as a file, a document with its table, and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

import msgspec

from bench.coverage.cases import CASES
from bench.coverage.counting import FEW, LEAST, MOST, MOST_BIAS, MOST_RATIO, Counted, Row
from tailings.tables import table

FOLDER: Final = Path(__file__).parents[2] / "docs" / "bench"
RESULTS: Final = "coverage.json"
NAMES: Final = ("tonnes", "grade", "metal", "above 0.25", "above 0.5", "above 0.75")
INTRODUCTION: Final = """# Coverage of the estimate

Generated from [coverage.json](coverage.json), which `make bench-coverage` writes; do not edit.

Each case is a kind of deposit and of drilling (`bench/coverage/cases.py`). A simulator that shares no code with the
product draws deposits of 300 x 240 x 16 m with a known truth and drills them; the samples go through
`tailings.study.run`, and it is counted how often its interval from P90 to P10 holds the truth: of dry tonnes, mean
grade, metal, and the share of the tonnes above three cut-offs (quantiles of the panel grades that the case may have).
It claims 80 %.

Asked of what the program calls G1 or G2: {least:.0f} to {most:.0f} %; bias below {bias:.0f} %; interval score at most
{ratio:.2f} times that of the true model, which is conditional simulation with the variogram, distribution and drift
that the deposit was drawn from, and an unknown mean. What misses that by more than two standard errors of so many runs
is a failure; what misses it by less may be chance, and is named as a doubt. Nothing is asked of G3, nor of a class that
a case has in fewer than {few} runs.

![Coverage of metal and of grade against tonnage by case](coverage.svg)
"""
WIDTH, LEFT, RIGHT, TOP, STEP = 760, 190, 90, 50, 22
LOW, HIGH = 0.5, 1.0
COLOURS: Final = {"grade": "#0f766e", "metal": "#b45309", "above 0.5": "#64748b"}
STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #1f2937 } .title { font-weight: 600; font-size: 15px }
.asked { fill: #d1d5db } .end { text-anchor: end }
@media (prefers-color-scheme: dark) { text { fill: #e5e7eb } .asked { fill: #374151 } }"""


def read(folder: Path) -> list[Counted]:
    """Read the results of a folder; none where there are none."""
    path = folder / RESULTS
    return msgspec.json.decode(path.read_bytes(), type=list[Counted]) if path.exists() else []


def write(folder: Path, found: Sequence[Counted]) -> None:
    """Write the results with their document and picture."""
    (folder / RESULTS).write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    (folder / "coverage.md").write_text(text(found))
    (folder / "coverage.svg").write_text(picture(found))


def line(one: Counted) -> str:
    """One case in a few lines, for who waits."""
    classes = ", ".join(f"G{number} {count}" for number, count in enumerate(one.g, 1))
    parts = [f"{one.case.name}: {classes}, jumped {one.jumped}/{one.redrilled}, {one.seconds:.0f} s"]
    for row in one.rows:
        shares = [
            f"{what} " + " ".join(f"{factor * value:.{digits}f}" for value in found.values())
            for what, found, factor, digits in (
                ("holds %", row.coverage, 100, 0),
                ("bias %", row.bias, 100, 1),
                ("score", row.ratio, 1, 2),
            )
        ]
        parts.append(f"  {row.confidence} x{row.runs}: {' | '.join(shares)} | {_verdict(row)}")
    return "\n".join(parts)


def text(found: Sequence[Counted]) -> str:
    """The document of results."""
    introduction = INTRODUCTION.format(
        least=100 * LEAST, most=100 * MOST, bias=100 * MOST_BIAS, ratio=MOST_RATIO, few=FEW
    )
    rows = [_cells(one, row) for one in found for row in one.rows]
    headings = (
        "case",
        "what",
        "class",
        "runs",
        *(f"{name}, %" for name in NAMES),
        "bias of grade, %",
        "score",
        "holds",
    )
    twice, jumped = sum(one.redrilled for one in found), sum(one.jumped for one in found)
    failed = [f"- {row.case}: {', '.join(row.failures)}" for one in found for row in one.rows if row.failures]
    doubted = [f"- {row.case}: {', '.join(row.doubts)}" for one in found for row in one.rows if row.doubts]
    asked = sum(row.holds is not None for one in found for row in one.rows)
    return "\n".join(
        [
            introduction,
            table(headings, rows),
            "",
            f"{len(found)} of {len(CASES)} cases have been run.",
            "",
            "Score: that of the mean grade over that of the true model, and the worst of the six.",
            "",
            f"Re-drilling: of {twice} deposits that were drilled a second time by the same plan from another start, "
            f"{jumped} went from G1 to G3 or back.",
            "",
            f"## Failures\n\n{len(failed)} of {asked} rows of G1 and G2 miss something that was asked:\n",
            *(failed or ["- none"]),
            "",
            "## Doubts\n",
            *(doubted or ["- none"]),
            "",
        ]
    )


def _cells(one: Counted, row: Row) -> tuple[str, ...]:
    shares = (f"{100 * row.coverage[name]:.0f}" for name in NAMES)
    worst = max(row.ratio, key=lambda name: row.ratio[name])
    score = f"{row.ratio['grade']:.2f}; {worst} {row.ratio[worst]:.2f}"
    verdict = _verdict(row)
    return (
        f"`{one.case.name}`",
        one.says,
        row.confidence,
        str(row.runs),
        *shares,
        f"{100 * row.bias['grade']:+.1f}",
        score,
        verdict,
    )


def _verdict(row: Row) -> str:
    if row.holds:
        return "doubt" if row.doubts else "yes"
    return "" if row.holds is None else "**no**"


def picture(found: Sequence[Counted]) -> str:
    """Coverage by case as dots, hollow for G3, on the band that is asked for."""
    rows = [(one, row) for one in found for row in one.rows if row.runs >= FEW]
    height = TOP + STEP * len(rows) + 30
    parts = [
        '<text class="title" x="16" y="20">How often P90 to P10 holds the truth; 80 % is claimed</text>',
        f'<rect class="asked" x="{_x(LEAST):.1f}" y="{TOP - 12}" width="{_x(MOST) - _x(LEAST):.1f}" '
        f'height="{STEP * len(rows)}"/>',
    ]
    for place, (name, colour) in enumerate(COLOURS.items()):
        parts.append(f'<circle cx="{LEFT + 120 * place}" cy="34" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + 120 * place + 10}" y="38">{name}</text>')
    for number, (one, row) in enumerate(rows):
        y = TOP + STEP * number
        parts.append(f'<text class="end" x="{LEFT - 12}" y="{y + 4}">{escape(one.case.name)}</text>')
        parts.append(f'<text x="{WIDTH - RIGHT + 12}" y="{y + 4}">{row.confidence}, {row.runs}</text>')
        for name, colour in COLOURS.items():
            fill = "none" if row.confidence == "G3" else colour
            parts.append(
                f'<circle cx="{_x(row.coverage[name]):.1f}" cy="{y}" r="5" fill="{fill}" stroke="{colour}" '
                f'stroke-width="2"><title>{name} {100 * row.coverage[name]:.0f} %</title></circle>'
            )
    for share in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        parts.append(f'<text class="end" x="{_x(share) + 12:.1f}" y="{height - 10}">{100 * share:.0f}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>Coverage by case</title><style>{STYLE}</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _x(share: float) -> float:
    return LEFT + (min(max(share, LOW), HIGH) - LOW) / (HIGH - LOW) * (WIDTH - LEFT - RIGHT)
