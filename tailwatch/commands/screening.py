"""`tailwatch screening`: what facilities with few samples or none may hold, how that held, and where to sample."""

from typing import Annotated, Final

import msgspec
import typer

from ingest import screening
from ingest.screening import Scope
from tailings.screening import STANDING, BadPlan, GradeSpread, PlanCosts, ScreeningParameters, sampling_plan
from tailings.screening.hit_rate import CLAIMED
from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import DatabaseOption, StateOption, as_ingest, author
from tailwatch.commands._json import JsonOption, print_json

PANEL: Final = _panels.VALUE
WHY: Final = {
    "nothing_known": "no commodity and no assays",
    "few_donors": "only {count} facilities have samples of it",
    "many_samples": "has {count} samples: run a study",
}
app = typer.Typer(help="Facilities with few samples or none: screened, no estimate.", no_args_is_help=True)
PublicOption = Annotated[bool, typer.Option("--public", help="The one that everybody may read.")]
ElementOption = Annotated[str | None, typer.Option("--element", help="Only this one, by its symbol.")]


@app.command()
def run(
    mass_factor: Annotated[
        float, typer.Option("--mass-factor", min=1.0, max=10.0, help="80 % of stated masses are assumed within it.")
    ] = ScreeningParameters().mass_factor,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Score intervals that samples have come for, then state all anew; the same inputs change nothing."""
    with as_ingest(state, database, screening.TooManyFacilities) as connection:
        made = screening.make(connection, author(), ScreeningParameters(mass_factor))
    if is_json:
        print_json(made)
        return
    for one in made:
        typer.echo(
            f"{one.scope}: screening {one.run}{'' if one.is_new else ' (unchanged)'}: {one.facilities} facilities, "
            f"{one.stated} intervals, {one.without} without; {one.scored} earlier ones scored"
        )


@app.command("list")
def list_(
    element: ElementOption = None,
    is_public: PublicOption = False,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """List what the newest screening states: P90, P50 and P10 of the mean grade, or why there is none."""
    with as_ingest(state, database) as connection:
        found = screening.newest(connection, _scope(is_public), element)
    if is_json:
        print_json(found)
        return
    for one in found:
        typer.echo(f"{one.name} {one.element}: {_said(one)}")
    typer.echo(f"{len(found)} rows; {STANDING}")


@app.command()
def record(
    is_public: PublicOption = False,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Tell how often intervals held what was sampled after them."""
    with as_ingest(state, database) as connection:
        rate, undecided = screening.stored_hit_rate(connection, _scope(is_public))
    if is_json:
        print_json({"claimed": CLAIMED, "share": rate.share, "undecided": undecided} | msgspec.to_builtins(rate))
    elif rate.share is None:
        typer.echo(f"not yet scored: no samples have come for an interval; {undecided} undecided")
    else:
        typer.echo(
            f"our {100 * CLAIMED:.0f} % intervals held {100 * rate.share:.0f} % of {rate.scored} "
            f"({100 * rate.low:.0f} to {100 * rate.high:.0f} %); {undecided} undecided"
        )


@app.command()
def plan(
    samples: Annotated[int, typer.Option("--samples", min=1, max=1_000, help="How many, over all facilities.")] = 20,
    sample_cost: Annotated[float, typer.Option("--sample-cost", help="Of one with its assay, in any money.")] = 1.0,
    visit_cost: Annotated[float, typer.Option("--visit-cost", help="Of the way to a facility.")] = 0.0,
    element: ElementOption = None,
    is_public: PublicOption = False,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Tell where the next samples take away most doubt for their cost (Regulation (EU) 2024/1252, Article 27(7))."""
    with as_ingest(state, database, BadPlan, msgspec.ValidationError) as connection:
        costs = msgspec.convert({"sample": sample_cost, "visit": visit_cost}, PlanCosts)
        found = screening.newest(connection, _scope(is_public), element)
        stated = [one.statement for one in found if one.statement is not None]
        planned = sampling_plan(stated, samples, costs)
    names = {one.statement.key: one.name for one in found if one.statement is not None}
    if is_json:
        print_json(msgspec.to_builtins(planned) | {"names": {one.key: names[one.key] for one in planned.facilities}})
        return
    for one in planned.facilities:
        typer.echo(f"{names[one.key]}: {one.samples} for {one.cost:g}, removes {100 * one.removes:.1f} %")
    typer.echo(
        f"{planned.samples} samples for {planned.cost:g}: remove {100 * planned.removes:.1f} % of the doubt about "
        f"tonnes of metal; spread evenly {100 * planned.evenly:.1f} %; {planned.without_mass} facilities without a mass"
    )


def _scope(is_public: bool) -> Scope:
    return "public" if is_public else "all"


def _said(one: screening.StoredInterval) -> str:
    found = one.statement
    if found is None:
        return WHY[one.reason].format(count=one.count)
    metal = f"; {_spread(found.metal)} t" if found.metal is not None else ""
    return f"{_spread(found.grade)} mg/kg{metal}; {found.own} own samples, {found.borrowed.all} other facilities"


def _spread(spread: GradeSpread) -> str:
    return f"P50 {spread.p50:.3g} (P90 {spread.p90:.3g} to P10 {spread.p10:.3g})"
