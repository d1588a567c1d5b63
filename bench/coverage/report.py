"""The results of the coverage benchmark as a file, a document with its table, and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from bench import kept
from bench.coverage import chance
from bench.coverage.cases import CASES
from bench.coverage.chance import FALSE, Key
from bench.coverage.counting import FEW, LEAST, MOST, MOST_BIAS, MOST_RATIO, Counted, Row
from tailings.tables import table

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
that the deposit was drawn from, and an unknown mean. Nothing is asked of G3, nor of a class that a case has in fewer
than {few} runs. The shares above cut-offs are G3 in every deposit
([decision 27](../decisions/0027-curve-and-class.md)): how often they hold, and their scores, stand here, and nothing is
asked of them.

Chance and fault: a figure beyond its limit by more than two standard errors of so many runs is a *miss*. Of hundreds of
figures some miss by chance, so a miss is a *failure* where it still is one by Benjamini and Hochberg's rule over all
figures that were asked, by which {false:.0f} % of the failures are there by chance, in the mean. All misses are named
below, with how likely each is alone: by the binomial distribution of a true 80 %, and by Student's t for bias and
score. Beside it stands how often the interval of the true model held the same truths: that one errs by chance alone.
What is beyond its limit by less than two standard errors is a *doubt*.

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
    return kept.read(folder / RESULTS, Counted)


def write(folder: Path, found: Sequence[Counted]) -> None:
    """Write the results with their document and picture."""
    kept.write(folder / RESULTS, found)
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
        parts.append(f"  {row.confidence} x{row.runs}: {' | '.join(shares)} | {_verdict(row, faults(one.rows))}")
    return "\n".join(parts)


def text(found: Sequence[Counted]) -> str:
    """The document of results."""
    introduction = INTRODUCTION.format(
        least=100 * LEAST, most=100 * MOST, bias=100 * MOST_BIAS, ratio=MOST_RATIO, few=FEW, false=100 * FALSE
    )
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
    every = [row for one in found for row in one.rows]
    faulty, asked = faults(every), sum(row.is_asked for row in every)
    rows = [_cells(one, row, faulty) for one in found for row in one.rows]
    missing = [row for row in every if row.misses]
    return "\n".join(
        [
            introduction,
            table(headings, rows),
            "",
            f"{len(found)} of {len(CASES)} cases have been run.",
            "",
            "Score: that of the mean grade over that of the true model, and the worst of the six.",
            "",
            f"Over all runs of G1 and G2: {_pooled(every)}.",
            "",
            f"Re-drilling: of {twice} deposits that were drilled a second time by the same plan from another start, "
            f"{jumped} went from G1 to G3 or back.",
            "",
            f"## Misses\n\n{len(missing)} of {asked} rows of G1 and G2 miss something that was asked, and "
            f"{len({row for row, _ in faulty})} have a failure (bold). In brackets: how likely a figure is by chance, "
            "alone.\n",
            *(_missed(row, faulty) for row in missing),
            *([] if missing else ["- none"]),
            "",
            "## Doubts\n",
            *(f"- {row.case}: {', '.join(row.near_misses.values())}" for row in every if row.near_misses),
            *([] if any(row.near_misses for row in every) else ["- none"]),
            "",
        ]
    )


def faults(rows: Sequence[Row]) -> set[Key]:
    """The misses that are no chance, by row and figure."""
    found = chance.faults({(row.case, name): one for row in rows for name, one in row.likely.items()})
    return found & {(row.case, name) for row in rows for name in row.misses}


def _missed(row: Row, faulty: set[Key]) -> str:
    figures = []
    for name, words in row.misses.items():
        control = f"; true model {100 * row.known[name]:.0f} %" if name in row.known else ""
        bold = "**" if (row.case, name) in faulty else ""
        figures.append(f"{bold}{words} ({row.likely[name]:.1g}{control}){bold}")
    return f"- {row.case}: {', '.join(figures)}"


def _pooled(rows: Sequence[Row]) -> str:
    """Shares of intervals that hold, of all that were asked."""
    runs = sum(row.runs for row in rows if row.is_asked)
    if runs == 0:
        return "none was asked"
    shares = (sum(row.coverage[name] * row.runs for row in rows if row.is_asked) / runs for name in NAMES)
    held = ", ".join(f"{name} {100 * share:.1f} %" for name, share in zip(NAMES, shares, strict=True))
    return f"{held}, of {runs}"


def _cells(one: Counted, row: Row, faulty: set[Key]) -> tuple[str, ...]:
    shares = (f"{100 * row.coverage[name]:.0f}" for name in NAMES)
    worst = max(row.ratio, key=lambda name: row.ratio[name])
    score = f"{row.ratio['grade']:.2f}; {worst} {row.ratio[worst]:.2f}"
    verdict = _verdict(row, faulty)
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


def _verdict(row: Row, faulty: set[Key]) -> str:
    if not row.is_asked:
        return ""
    if any((row.case, name) in faulty for name in row.misses):
        return "**no**"
    return "miss" if row.misses else "doubt" if row.near_misses else "yes"


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
