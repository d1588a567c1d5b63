"""`tailwatch drill`: exercises of the response plans on simulated readings, in which nobody outside is told."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import msgspec
import typer

import tailwatch.drill
from ingest import drills
from ingest.drills import NotThisFacility
from tailings.drill import BadScenario, DrillScenario, DrillScope, read_scenario
from tailings.drill.draft import draft as drafted
from tailings.drill.readings import CalmReadings, DrillReadings, calm_of, simulated_nodes
from tailings.drill.rehearsal import check
from tailings.facility import Facility
from tailwatch import facility_file, toml
from tailwatch.commands import _panels
from tailwatch.commands._refusals import FILE_HELP, DatabaseOption, StateOption, as_owner, refusals
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.demo.duty import Duty, Pager
from tailwatch.demo.history_import import Filling
from tailwatch.drill import past_files, sealed_record
from tailwatch.drill.dam import DrillDam
from tailwatch.drill.leader import Leader
from tailwatch.drill.site import DRIVERS, DrillSite, facility_of, plans_in_force
from tailwatch.owner import STATE_DEFAULT, STATE_HELP
from tailwatch.state import StateFolder, default_folder
from tailwatch.supervise import Supervisor
from tailwatch.terminal import Terminal
from tailwatch.terminal_run import Beside, heading, refusing, require, run
from tailwatch.vm_field import VmField

PANEL: Final = _panels.SITE
OF_THE_DEMO: Final = Path(tailwatch.drill.__file__).with_name("pond-rise.toml")
FOLDER: Final = "drill"
AUDIT: Final = (
    "SELECT audit_append(audit_actor(), 'drill.brought', %s, jsonb_build_object('sha256', %s::text, 'seal', %s::text))"
)
FileOption = Annotated[
    Path,
    typer.Option("--file", exists=True, dir_okay=False, help=FILE_HELP, show_default="the demo's"),
]
PlanOption = Annotated[
    str | None, typer.Option("--plan", help="Plan that is exercised; by default the one with the most levels.")
]

app = typer.Typer(help="Drills of the response plans on simulated readings.", no_args_is_help=True)


@app.callback()
def drill() -> None:
    """Drills of the response plans on simulated readings."""


class DrilledDam(NamedTuple):
    """A dam on which a drill is held: its file, what its nodes read while all is calm, and the plans that call."""

    facility: Facility
    text: str
    calm: CalmReadings
    plans: tuple[str, ...]

    def scope(self) -> DrillScope:
        """Return what a scenario may name."""
        return DrillScope(frozenset(self.calm.values), frozenset(self.facility.instruments), frozenset(self.plans))


@app.command()
def hold(
    scenario: Annotated[
        Path | None, typer.Argument(help="File of the scenario; by default it is made from a plan.")
    ] = None,
    file: FileOption = FACILITY_FILE,
    plan: PlanOption = None,
    state: Annotated[
        Path | None, typer.Option(help=STATE_HELP, show_default=f"{FOLDER}-FACILITY in {STATE_DEFAULT}")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the web pages and the API on this machine.")] = None,
    wait: Annotated[
        float, typer.Option(min=0, max=120, help="Minutes from when the dam is watched to the first.")
    ] = 2.0,
) -> None:
    """Hold a drill on a dam, and record how quickly people react.

    The facility file gives instruments, plans and levels; what the nodes read is
    simulated. In a state folder of its own: the installation that watches the
    real dam goes on undisturbed, and no receiver of the file is opened. Real
    firmware, agents, plans and notifications follow; every message goes to a
    pager on this machine, is marked as a drill, and has the link with which who
    is told answers. Before it begins the scenario is rehearsed: one by which a
    plan cannot reach its level is refused. Where a plan looks back (rates), calm
    readings are brought first, as far back as it does; the record says so. When
    the drill is over its record stands on the page Drills and in a sealed file,
    for `tailwatch drill bring`.
    """
    with refusals(BadScenario, OSError), refusing():
        require("micropython")
        dam = _dam(file)
        played = _scenario(dam, scenario, plan, is_demo=file == FACILITY_FILE)
        folder = state.resolve() if state else default_folder() / f"{FOLDER}-{dam.facility.id}"
        with StateFolder(folder) as opened, Terminal(folder / "tailwatch.log") as terminal:
            pager = Pager(opened.ports, terminal.tell)
            site = DrillSite(opened, facility_of(opened, dam.text, played), pager, port)
            _hold(site, dam, played, wait * 60, pager=pager, terminal=terminal)


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Facility file of the dam.")],
    plan: PlanOption = None,
) -> None:
    """Print the scenario that is made from a plan, to be changed and given to `hold`.

    Its levels come in turn, with values from the plan itself; the roles of its
    actions are called. How fast is tried out on the chain with all filters.
    """
    with refusals(BadScenario), refusing():
        dam = _dam(file)
        made = drafted(dam.facility, dam.calm, dam.plans, datetime.now(UTC), plan)
    typer.echo(_text(made), nl=False)


@app.command()
def bring(
    record: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="ZIP as `hold` wrote it.")],
    certificate: Annotated[str, typer.Option(help="SHA-256 that the seal's certificate has to have.")] = "",
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Take the record of a drill into the installation that watches the dam.

    Every byte is checked by the manifest and the manifest by the signature; a
    record of another facility is refused, and one that is there already is not
    brought twice. It then stands on the page Drills.
    """
    with refusals(sealed_record.BadRecord, NotThisFacility, OSError), as_owner(state, database) as connection:
        found = sealed_record.read(record.read_bytes())
        if certificate and found.certificate != certificate.lower().replace(":", ""):
            raise sealed_record.BadRecord(f"its seal is {found.certificate}, another one than you asked for")
        number, is_new = drills.bring(connection, found.drill)
        if is_new:
            connection.execute(AUDIT, (f"drill:{number}", found.drill.sha256, found.certificate))
    typer.echo(f"drill {number} of {found.drill.facility}: {'brought' if is_new else 'it was here already'}")
    typer.echo(f"sealed by {found.certificate}: is it that of where the drill was held?")


class DrillRun(Beside):
    """What happens beside the parts: injects at the nodes, who is told, and the lead of the drill."""

    def __init__(
        self, site: DrillSite, field: VmField, duty: Duty, pager: Pager, *, leader: Leader, terminal: Terminal
    ) -> None:
        self._site, self._field, self._duty, self._pager = site, field, duty, pager
        self._leader, self._terminal = leader, terminal

    def turn(self, supervisor: Supervisor) -> None:
        self._duty.turn()
        if self._duty.is_done:
            self._leader.turn()
        self._terminal.show(supervisor.watched.values(), heading(self._site))

    def end(self) -> None:
        self._leader.end()
        self._field.end()
        self._pager.close()


def _dam(file: Path) -> DrilledDam:
    facility, text = facility_file.read(file)
    plans = plans_in_force(facility)
    return DrilledDam(facility, text, calm_of(facility, DRIVERS, plans), plans)


def _scenario(dam: DrilledDam, given: Path | None, plan: str | None, *, is_demo: bool) -> DrillScenario:
    """Read or make the scenario, and rehearse it."""
    now = datetime.now(UTC)
    if given is None and is_demo and plan is None:
        given = OF_THE_DEMO
    if given is None:
        return drafted(dam.facility, dam.calm, dam.plans, now, plan)
    found = read_scenario(given.read_text("utf-8"), dam.scope())
    check(dam.facility, dam.calm, found, now, dam.plans)
    return found


def _text(made: DrillScenario) -> str:
    """Return a scenario as its file, a table for each inject."""
    plain = msgspec.to_builtins(made)
    injects = plain.pop("injects")
    text = toml.encode(plain)
    for one in injects:
        text += "\n[[injects]]\n"
        text += "".join(f"{key} = {toml.plain(value)}\n" for key, value in one.items() if value is not None)
    return text


def _hold(
    site: DrillSite, dam: DrilledDam, scenario: DrillScenario, wait_s: float, *, pager: Pager, terminal: Terminal
) -> None:
    """Run the site with its field and its drill."""
    (facility,) = site.facilities.values()
    folder, tell = site.state.folder, terminal.tell
    simulated = DrillDam(DrillReadings(dam.facility, dam.calm, scenario))
    site.prepare()
    field = VmField(site, facility, simulated.now, simulated_nodes(facility, DRIVERS))
    people = {one.name: one.after_min for one in scenario.people}
    duty = Duty(facility.id, folder, pager, tell, people)
    files = past_files.write(site.state.subfolder("past"), facility, dam.calm, scenario, time.time())
    past = Filling(files, facility.id, folder, tell)
    leader = Leader(facility.id, folder, scenario, simulated, past=past, wait_s=wait_s, tell=tell)
    parts = [*site.parts(), *field.parts()]
    run(site, parts, terminal, DrillRun(site, field, duty, pager, leader=leader, terminal=terminal))
