"""Proofs of sight at the terminal: a table, and below it why a plan is blind, what to mend first, what may not fail."""

from collections.abc import Sequence
from typing import Final

import typer
from rich.console import Console
from rich.table import Table

from tailings.sight.model import Mend, SightProof
from tailwatch.commands._sight_year import cause_words, duration

WIDE: Final = 200


def show(found: Sequence[SightProof]) -> None:
    """Print proofs, each under the name of its plan."""
    Console(width=WIDE, soft_wrap=True).print(_table(found))
    for one in found:
        for line in _lines(one):
            typer.echo(f"{one.plan}: {line}")


def _table(found: Sequence[SightProof]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("plan", "failure", "state", "first told", "worst told", "seen by", "may fail"):
        table.add_column(name)
    for one in found:
        first = "" if one.first_level is None else f"{one.first_level} {duration(one.first_s)}"
        seen = "stands" if one.state == "stands" else f"{one.level} {duration(one.seen_s)}"
        by = ", ".join(one.instruments)
        cells = (one.plan, one.scenario.kind, one.state, first, seen, by, str(one.may_fail))
        table.add_row(*cells)
    return table


def _mend(mend: Mend) -> str:
    """The instruments to mend first, what they cost, and whether that was tried."""
    cost = "" if mend.cost is None else f", {mend.cost:g} {mend.currency}"
    untried = "" if mend.is_tried else " (not tried: its readings are not known)"
    return f"{', '.join(mend.instruments)}{cost}{untried}"


def _lines(one: SightProof) -> list[str]:
    lines = [cause_words(cause) for cause in one.reasons]
    if one.mend is not None:
        lines.append(f"mend first: {_mend(one.mend)}")
    lost = [f"{loss.kind} {loss.subject}".strip() for loss in one.losses if loss.seen_s is None]
    return lines + ([f"blind without {', or '.join(lost)}"] if lost else [])
