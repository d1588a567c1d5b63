"""`tailwatch sight record FACILITY 2026`: for how much of a year failures were proven seen, with the digests."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.table import Table

from ingest.sight import proofs
from tailings.sight.model import BlindReason
from tailings.sight.year import BlindStretch, ChainLink, PlanYear, SightYear, record_of
from tailwatch.commands._ingest_rights import as_ingest
from tailwatch.commands._json import print_json

WIDE: Final = 200
COLUMNS: Final = ("plan", "seen", "blind", "simulated", "not proved", "times blind", "usual", "slowest", "may fail")


def tell(facility: str, year: int, state: Path | None, database: Path | None, *, is_json: bool) -> None:
    """Print the record of a year of a facility, as a table or as JSON."""
    with as_ingest(state, database, facility=facility) as connection:
        found = record_of(proofs.history(connection, facility, year), datetime.now(UTC))
    if is_json:
        print_json(found)
        return
    typer.echo(f"{found.facility} {found.year}: {_clock(found.from_at)} to {_clock(found.until)}")
    Console(width=WIDE, soft_wrap=True).print(_table(found))
    for line in _lines(found):
        typer.echo(line)


def cause_words(cause: BlindReason) -> str:
    """The code of a cause, what it is of, by which tests, and since when."""
    since = "" if cause.since is None else f" since {_clock(cause.since)}"
    tests = f" ({', '.join(cause.tests)})" if cause.tests else ""
    return f"{cause.code}: {cause.subject}{tests}{since}"


def duration(seconds: float | None) -> str:
    """Minutes, from two hours on hours; None is never."""
    if seconds is None:
        return "never"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def cells(one: PlanYear) -> tuple[str, ...]:
    """The row of a failure mode."""
    shares = [_percent(math.floor(1e4 * one.seen))]
    shares += [_percent(math.ceil(1e4 * share)) for share in (one.blind, one.simulated, one.not_proved)]
    times = ("" if time is None else duration(time) for time in (one.usual_s, one.slowest_s))
    may_fail = "" if one.may_fail is None else str(one.may_fail)
    return (one.plan, *shares, str(one.blind_stretches), *times, may_fail)


def _table(found: SightYear) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name)
    for one in found.plans:
        table.add_row(*cells(one))
    return table


def _percent(hundredths: int) -> str:
    """What was seen is rounded down and the rest up: no blindness is rounded away."""
    return f"{hundredths / 100:.2f} %"


def _lines(found: SightYear) -> Iterator[str]:
    for one in found.plans:
        for stretch in one.longest:
            yield f"{one.plan}: {_stretch(stretch)}"
    for version in found.versions:
        yield f"version {version.version} of the file, from {_clock(version.applied_at)}"
    if found.first is None or found.last is None:
        yield "no proofs"
        return
    yield f"{found.proofs} proofs, first {_link(found.first)}"
    yield f"last {_link(found.last)}"
    yield f"check: tailwatch audit verify --proof {_link(found.last)}"


def _stretch(one: BlindStretch) -> str:
    causes = "; ".join(map(cause_words, one.reasons)) or "cause not known"
    mended = f"; mended: {', '.join(f'{cause.code} {cause.subject}' for cause in one.mended)}" if one.mended else ""
    return f"blind {_clock(one.from_at)} to {_clock(one.until)}, {duration(one.blind_s)}: {causes}{mended}"


def _link(one: ChainLink) -> str:
    return f"{one.number}:{one.digest}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
