"""`tailwatch up`: everything for some facilities, in one terminal."""

import shlex
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch import owner, people
from tailwatch.commands import _panels
from tailwatch.commands._refusals import StateOption
from tailwatch.site import Site, read_facilities, refuse_new
from tailwatch.state import StateFolder, default_folder
from tailwatch.supervise import Supervisor
from tailwatch.terminal import Terminal
from tailwatch.terminal_run import Beside, refusing, require, run

PANEL: Final = _panels.SITE
PortOption = Annotated[int | None, typer.Option("--port", help="Port of the web pages and the API on this machine.")]
ListenOption = Annotated[
    str | None, typer.Option("--listen", help="Address for nodes and agents on the network, by TLS.")
]
PublicNameOption = Annotated[
    list[str] | None,
    typer.Option("--public-name", help="Name by which a proxy on this machine passes the pages on; again for more."),
]

FIRST_LOGIN: Final = (
    "nobody can log in yet. In another terminal: tailwatch user add NAME --role admin{state} (it asks for a password)"
)


class FirstLogin(Beside):
    """Says once how the first administrator is made, where there is none."""

    def __init__(self, folder: Path, terminal: Terminal) -> None:
        self._folder, self._terminal = folder, terminal
        self._is_told = False

    def turn(self, supervisor: Supervisor) -> None:
        if not self._is_told:
            self._is_told = True
            with suppress(owner.NoDatabase), owner.connected(owner.conninfo(self._folder, None)) as connection:
                if not people.has_administrator(connection):
                    state = "" if self._folder == default_folder() else f" --state {shlex.quote(str(self._folder))}"
                    self._terminal.tell("tailwatch", FIRST_LOGIN.format(state=state))


def up(
    facility: Annotated[list[Path], typer.Argument(help="Facility files, one for each dam or heap to watch.")],
    state: StateOption = None,
    port: PortOption = None,
    listen: ListenOption = None,
    public_name: PublicNameOption = None,
) -> None:
    """Run everything for these facilities in this terminal, until Ctrl-C.

    Starts the message broker, the database, the ingest, the API and the edge
    agents, all on this machine only, unless --listen (0.0.0.0 is every address)
    opens the broker to the network with the certificate of `tailwatch pki init`
    and the users of `tailwatch device provision`. What dies is started again
    and you are told. Ctrl-C ends all of it in order, and nothing is lost; a
    second Ctrl-C ends it at once. The same command continues where it ended.
    """
    folder = state or default_folder()
    with refusing():
        require()
        facilities = read_facilities(facility)
        with StateFolder(folder) as opened, Terminal(folder / "tailwatch.log") as terminal:
            refuse_new(folder, facilities)
            site = Site(opened, facilities, port)
            site.public_names = public_name or []
            if listen:
                terminal.tell("broker", f"listens for TLS on {listen}:{site.open_door(listen)}")
            site.prepare()
            run(site, site.parts(), terminal, FirstLogin(folder, terminal))
