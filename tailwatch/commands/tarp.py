"""`tailwatch tarp`: trigger action response plans against history, before anybody approves them; and withdrawn."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
import typer

from ingest import rederive
from ingest.alarms import NotPossible, change_signal, operator_actions, plan_backtest, plans
from ingest.revisions import RevisionRefused
from ingest.sight import proposed as proposed_sight
from tailings.facility import BadFacility, parse_bytes
from tailings.sight.model import SightProof
from tailings.sight.proposed import ProposedSight
from tailwatch.commands import _panels, _sight_lines
from tailwatch.commands._ingest_rights import (
    DatabaseOption,
    FacilityOption,
    FromOption,
    ReasonOption,
    StateOption,
    ToOption,
    as_ingest,
    author,
    instant,
    progress,
)
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import OptionalFile

PANEL: Final = _panels.SAFETY
app = typer.Typer(help="Trigger action response plans: replay one on history, withdraw one.", no_args_is_help=True)
HOUR_S: Final = 3600


@app.callback()
def group() -> None:
    """Trigger action response plans: replay one on history, withdraw one."""


@app.command()
def backtest(
    facility: FacilityOption,
    plan: Annotated[str, typer.Option(help="Which plan.")],
    start: FromOption,
    stop: ToOption,
    file: OptionalFile = None,
    mark: Annotated[
        list[datetime] | None, typer.Option(parser=instant, help="An event that it should have seen; again for more.")
    ] = None,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Replay a plan on what is stored: alarms a month, first crossings, time in each level, what it missed.

    It says as well what would be seen with it if it were approved, as the page
    of the plan does: its failure is injected into the newest readings. With
    --file the plan that it proposes stands beside the present one. Nothing is
    changed and nobody is called.
    """
    question = plan_backtest.Question(plan, start, stop, mark or [])
    with as_ingest(state, database, NotPossible, RevisionRefused, BadFacility, OSError) as connection:
        stored = rederive.stored_facility(connection, facility)
        proposed = parse_bytes(file.read_bytes(), str(file)).tarp.get(plan) if file else None
        with progress("replaying") as tell:
            found = plan_backtest.replay(connection, stored, question, proposed, tell)
        plans_of = {"present": stored.tarp.get(plan), "proposed": proposed}
        proposed_sight.add_sight(connection, stored, found, plans_of, datetime.now(UTC))
    if is_json:
        print_json(found)
        return
    typer.echo(f"{facility}, plan {plan}: {found['rows']} readings replayed")
    shown = [name for name in ("present", "proposed") if name in found]
    for name in shown:
        _show(name, found[name])
    _show_sight(facility, {name: msgspec.convert(found[name]["sight"], ProposedSight) for name in shown})


@app.command()
def withdraw(
    plan: Annotated[str, typer.Argument(help="Which plan.")],
    facility: FacilityOption,
    role: Annotated[str, typer.Option(help="The named role that answers for it; you must hold it.")],
    reason: ReasonOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Let a plan call nobody from now on, at the centre and the gateways, until it is approved anew.

    An approval that ends does not do this: the plan goes on calling.
    """
    with as_ingest(state, database, NotPossible, facility=facility) as connection, connection.transaction():
        operator_actions.require_duty(connection, facility, role, author())
        with change_signal.told(connection):
            plans.withdraw(connection, facility, plans.Withdrawal(plan, role, author(), reason), datetime.now(UTC))
    typer.echo(f"{facility}, plan {plan}: withdrawn; it only simulates until it is approved anew")


def _show_sight(facility: str, found: Mapping[str, ProposedSight]) -> None:
    typer.echo("what would be seen, if it were approved:")
    named = {name: one.proof | {"plan": name} for name, one in found.items() if one.proof}
    proofs = [proof | {"facility": facility, "digest": ""} for proof in named.values()]
    _sight_lines.show(msgspec.convert(proofs, list[SightProof]))
    for name, one in found.items():
        if one.unproved is not None:
            typer.echo(f"{name}: not proved, {one.unproved}")


def _show(name: str, one: dict[str, Any]) -> None:
    typer.echo(f"{name}: {one['alarms']} alarms, {one['alarms_a_month']} a month")
    for level, times in one["reached"].items():
        first = one["first"][level]
        hours = one["time_in_s"][level] / HOUR_S
        typer.echo(f"  {level}: reached {times} times, first {first or 'never'}, {hours:.1f} h in it")
    for mark in one["marked"]:
        lead = "missed" if mark["lead_s"] is None else f"seen {mark['lead_s'] / HOUR_S:.1f} h before"
        typer.echo(f"  event {mark['at']}: {lead}")
