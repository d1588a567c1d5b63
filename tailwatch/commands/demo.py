"""`tailwatch demo`: `up` with a simulated dam, its nodes, and sixty days of history that fill in behind them."""

import time
from pathlib import Path
from typing import Annotated, Final

import typer

import tailwatch.demo
from tailings.facility import Facility
from tailwatch.commands import _panels
from tailwatch.demo import history
from tailwatch.demo.dam import Dam, anchor_in
from tailwatch.demo.demo_jobs import Errands
from tailwatch.demo.duty import Duty, Pager, shifts_of_the_demo
from tailwatch.demo.field import DamSite, DemoField, stories
from tailwatch.demo.history_import import Filling
from tailwatch.owner import STATE_DEFAULT, STATE_HELP
from tailwatch.site import read_facilities
from tailwatch.state import StateFolder, default_folder
from tailwatch.supervise import Supervisor
from tailwatch.terminal import Terminal
from tailwatch.terminal_run import Beside, heading, refusing, require, run

PANEL: Final = _panels.SITE

FACILITY_FILE: Final = Path(tailwatch.demo.__file__).with_name("dam.toml")
FOLDER: Final = "demo"


def demo(
    state: Annotated[Path | None, typer.Option(help=STATE_HELP, show_default=f"{FOLDER} in {STATE_DEFAULT}")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the web pages and the API on this machine.")] = None,
) -> None:
    """Show a living dam: a simulated one, watched by everything that is real, until Ctrl-C.

    Eight nodes run the real firmware and measure rain, pond, pore pressure,
    movement, seepage and water quality every ten seconds. Sixty days of history
    fill in behind them. Eight faults are built in, to be found on the pages.
    What by-hand.json in the state folder names ({"n03": {"vw1.frequency": 2800}})
    the instruments say instead: to see an alarm come, and go with the file.
    Ctrl-C ends all of it; the same command continues where it ended.
    """
    folder = state.resolve() if state else default_folder() / FOLDER
    with refusing():
        require("micropython")
        facilities = read_facilities([FACILITY_FILE])
        with StateFolder(folder) as opened, Terminal(folder / "tailwatch.log") as terminal:
            _show(DamSite(opened, facilities, port), terminal)


class Show(Beside):
    """What happens beside the parts: weather and faults at the nodes, the history that fills in, and who is on duty."""

    def __init__(self, site: DamSite, facility: Facility, dam: Dam, field: DemoField, terminal: Terminal) -> None:
        self._site, self._field, self._terminal = site, field, terminal
        folder, tell = site.state.folder, terminal.tell
        assert facility.location is not None, "the demo's file states its place"
        self._filling = Filling(history.write(folder / "history", dam), facility.id, folder, tell)
        self._errands = Errands(facility.id, facility.location, folder, dam, tell)
        self._pager = Pager(site.state.ports, tell)
        self._duty = Duty(facility.id, folder, self._pager, tell, shifts=shifts_of_the_demo())
        self._turns = 0

    def turn(self, supervisor: Supervisor) -> None:
        if self._turns == 0:
            self._tell_faults()
        self._turns += 1
        self._field.turn(supervisor)
        self._filling.turn()
        self._errands.turn(self._filling.is_done)
        self._duty.turn()
        self._terminal.show(supervisor.watched.values(), f"{heading(self._site)}  {self._filling.bar()}")

    def end(self) -> None:
        self._filling.end()
        self._errands.end()
        self._field.end()
        self._pager.close()

    def _tell_faults(self) -> None:
        self._terminal.tell("demo", "eight faults are built in, to be found on the pages:")
        for story in stories():
            self._terminal.tell("demo", story)


def _show(site: DamSite, terminal: Terminal) -> None:
    """Run the site with its field and its history."""
    terminal.tell("demo", f"in some seconds the pages are at {site.api_url}")
    (facility,) = site.facilities.values()
    dam = Dam(anchor_in(site.state.folder, time.time()))
    site.prepare()
    field = DemoField(site, facility, dam, terminal.tell)
    show = Show(site, facility, dam, field, terminal)
    parts = [*site.parts(), *field.parts()]
    run(site, parts, terminal, show)
