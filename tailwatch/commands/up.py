"""`tailwatch up`: everything for some facilities, in one terminal."""

from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch.cluster import file as cluster_file
from tailwatch.cluster.site import ClusterSite, needed
from tailwatch.commands import _panels
from tailwatch.commands._refusals import StateOption
from tailwatch.commands._up_tells import FirstLogin, UndeclaredChannels
from tailwatch.site import Site, read_facilities, refuse_new
from tailwatch.state import StateFolder, default_folder
from tailwatch.terminal import Terminal
from tailwatch.terminal_run import refusing, require, require_only, run

PANEL: Final = _panels.SITE
PortOption = Annotated[int | None, typer.Option("--port", help="Port of the web pages and the API on this machine.")]
ListenOption = Annotated[
    str | None, typer.Option("--listen", help="Address for nodes and agents on the network, by TLS.")
]
PublicNameOption = Annotated[
    list[str] | None,
    typer.Option("--public-name", help="Name by which a proxy on this machine passes the pages on; again for more."),
]

ClusterOption = Annotated[
    Path | None,
    typer.Option("--cluster", exists=True, dir_okay=False, help="Several machines: the file that names them."),
]


def up(
    facility: Annotated[list[Path], typer.Argument(help="Facility files, one for each dam or heap to watch.")],
    state: StateOption = None,
    port: PortOption = None,
    listen: ListenOption = None,
    public_name: PublicNameOption = None,
    cluster: ClusterOption = None,
) -> None:
    """Run everything for these facilities in this terminal, until Ctrl-C.

    Starts the message broker, the database, the ingest, the API and the edge
    agents, all on this machine only, unless --listen (0.0.0.0 is every address)
    opens the broker to the network with the certificate of `tailwatch pki init`
    and the users of `tailwatch device provision`. What dies is started again
    and you are told. Ctrl-C ends all of it in order, and nothing is lost; a
    second Ctrl-C ends it at once. The same command continues where it ended.

    With --cluster it runs what that file gives to the machine with one of this
    machine's addresses, and no agents, which run at their gateways; the same
    command on each machine, after `tailwatch cluster prepare` on one of them.
    """
    folder = state or default_folder()
    if cluster is not None:
        _run_of_cluster(folder, facility, cluster, port)
        return
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
            known = [one.id for one in facilities.values()]
            tells = FirstLogin(folder, terminal.tell), UndeclaredChannels(folder, known, terminal.tell)
            run(site, site.parts(), terminal, *tells)


def _run_of_cluster(folder: Path, files: list[Path], cluster: Path, port: int | None) -> None:
    with refusing():
        known = cluster_file.read(cluster)
        require_only(*needed(known))
        facilities = read_facilities(files)
        with StateFolder(folder) as opened, Terminal(folder / "tailwatch.log") as terminal:
            site = ClusterSite(opened, facilities, known, port)
            site.prepare()
            run(site, site.parts(), terminal)
