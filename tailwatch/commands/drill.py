"""`tailwatch drill`: the simulated dam drives an exercise of the response plans, and nobody outside is told."""

import time
from pathlib import Path
from typing import Annotated, Final

import typer

import tailwatch.drill
from tailings.drill import BadScenario, DrillScenario, read_scenario
from tailings.facility import parse
from tailwatch.commands import _panels
from tailwatch.commands._refusals import refusals
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.demo.dam import anchor_in
from tailwatch.demo.duty import Duty, Pager
from tailwatch.demo.field import DemoField
from tailwatch.drill.dam import DrillDam, known
from tailwatch.drill.leader import Leader
from tailwatch.drill.site import DrillSite, facility_of
from tailwatch.owner import STATE_DEFAULT, STATE_HELP
from tailwatch.state import StateFolder, default_folder
from tailwatch.supervise import Supervisor
from tailwatch.terminal import Terminal
from tailwatch.terminal_run import Beside, heading, refusing, require, run

PANEL: Final = _panels.SITE
USUAL: Final = Path(tailwatch.drill.__file__).with_name("pond-rise.toml")
FOLDER: Final = "drill"


def drill(
    scenario: Annotated[
        Path | None, typer.Argument(help="File of the scenario; by default the pond of the dam rises.")
    ] = None,
    state: Annotated[Path | None, typer.Option(help=STATE_HELP, show_default=f"{FOLDER} in {STATE_DEFAULT}")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the web pages and the API on this machine.")] = None,
    wait: Annotated[
        float, typer.Option(min=0, max=120, help="Minutes from when the dam is watched to the first.")
    ] = 2.0,
) -> None:
    """Hold a drill on the simulated dam, and record how quickly people react.

    In a state folder of its own: the installation that watches the real dam goes
    on undisturbed. The scenario lets the pond rise; real firmware, agents, plans
    and notifications follow, and every message goes to a pager on this machine,
    is marked as a drill, and has the link with which who is told answers. When
    the drill is over its record stands on the page Drills and in a file: each
    level, call, acknowledgement and action with its time, limit and outcome.
    """
    folder = state.resolve() if state else default_folder() / FOLDER
    with refusals(BadScenario), refusing():
        require("micropython")
        played = read_scenario((scenario or USUAL).read_text("utf-8"), known(parse(FACILITY_FILE.read_text("utf-8"))))
        with StateFolder(folder) as opened, Terminal(folder / "tailwatch.log") as terminal:
            pager = Pager(opened.ports, terminal.tell)
            site = DrillSite(opened, facility_of(opened, FACILITY_FILE, played), pager, port)
            _hold(site, played, wait * 60, pager, terminal)


class DrillRun(Beside):
    """What happens beside the parts: weather and injects at the nodes, who is told, and the lead of the drill."""

    def __init__(
        self, site: DrillSite, field: DemoField, duty: Duty, pager: Pager, *, leader: Leader, terminal: Terminal
    ) -> None:
        self._site, self._field, self._duty, self._pager = site, field, duty, pager
        self._leader, self._terminal = leader, terminal

    def turn(self, supervisor: Supervisor) -> None:
        self._field.turn(supervisor)
        self._duty.turn()
        if self._duty.is_done:
            self._leader.turn()
        self._terminal.show(supervisor.watched.values(), heading(self._site))

    def end(self) -> None:
        self._leader.end()
        self._field.end()
        self._pager.close()


def _hold(site: DrillSite, scenario: DrillScenario, wait_s: float, pager: Pager, terminal: Terminal) -> None:
    """Run the site with its field and its drill."""
    (facility,) = site.facilities.values()
    folder, tell = site.state.folder, terminal.tell
    dam = DrillDam(anchor_in(folder, time.time()), scenario)
    site.prepare()
    field = DemoField(site, facility, dam, tell)
    people = {one.name: one.after_min for one in scenario.people}
    duty = Duty(facility.id, folder, pager, tell, people)
    leader = Leader(facility.id, folder, scenario, dam, wait_s=wait_s, tell=tell)
    parts = [*site.parts(), *field.parts()]
    run(site, parts, terminal, DrillRun(site, field, duty, pager, leader=leader, terminal=terminal))
