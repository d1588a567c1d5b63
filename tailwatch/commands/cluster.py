"""`tailwatch cluster`: several machines as one centre: what they share, how they stand, and one that is gone."""

from pathlib import Path
from typing import Annotated, Final

import typer

from runtime.settings import BadSettings
from tailings.facility import BadFacility
from tailwatch.cluster import control, database_parts, file, gateway, shared
from tailwatch.cluster.control import BrokerRefuses
from tailwatch.cluster.etcd import StoreRefuses
from tailwatch.cluster.file import NoSuchMachine
from tailwatch.cluster.shared import NotPrepared
from tailwatch.cluster.site import here
from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import FileOption, StateOption, refusals
from tailwatch.pki import NoAuthority
from tailwatch.provisioning import NotInFacility
from tailwatch.site import TwoFacilities, read_facilities
from tailwatch.state import StateUnreachable, default_folder, make
from tailwatch.tools import ToolMissing

PANEL: Final = _panels.PROGRAMS
app = typer.Typer(help="Several machines as one centre: brokers and a database that do not stop.", no_args_is_help=True)
ClusterFile = Annotated[
    Path, typer.Argument(metavar="CLUSTER", exists=True, dir_okay=False, help="The file that names the machines.")
]
REFUSED: Final = (
    BadFacility,
    BadSettings,
    BrokerRefuses,
    NoAuthority,
    NoSuchMachine,
    NotInFacility,
    NotPrepared,
    OSError,
    StateUnreachable,
    StoreRefuses,
    ToolMissing,
    TwoFacilities,
)


@app.command()
def prepare(
    cluster: ClusterFile,
    facility: Annotated[list[Path], typer.Argument(help="Facility files, whose agents the brokers let in.")],
    state: StateOption = None,
) -> None:
    """Make what all machines share: certificates, cookie, users of the brokers. Copy that folder to each.

    What is there already stays; again after a facility has another agent, or
    after `tailwatch pki renew`.
    """
    with refusals(*REFUSED):
        known, facilities = file.read(cluster), read_facilities(facility)
        folder = state or default_folder()
        make(folder)
        made = shared.prepare(folder, known, facilities.values())
    typer.echo(f"shared by {', '.join(one.name for one in known.machines)}: {made.folder}")
    typer.echo("copy it to the state folder of each machine, as root or over ssh; whoever has it is one of them")


@app.command()
def agent(
    cluster: ClusterFile,
    name: Annotated[str, typer.Argument(help="Agent, as the facility file names it.")],
    file_: FileOption,
    out: Annotated[Path, typer.Option(help="Folder of the gateway, as `tailwatch device provision` made it.")],
    state: StateOption = None,
) -> None:
    """Let an agent send to the brokers of a cluster: all hosts, its passwords and the authority, into its folder."""
    folder = state or default_folder()
    with refusals(*REFUSED):
        written = gateway.point(folder, file.read(cluster), file_, name, out)
    typer.echo(f"{written}: uplink and history go to the cluster")


@app.command()
def show(cluster: ClusterFile, is_json: JsonOption = False, state: StateOption = None) -> None:
    """Say how the brokers stand, as the one of this machine sees them. The exit code is 1 where something is wrong."""
    with refusals(*REFUSED):
        found = control.standing(state or default_folder(), file.read(cluster))
    if is_json:
        print_json(found)
    else:
        for line in found.lines():
            typer.echo(line)
    raise typer.Exit(0 if found.is_well else 1)


@app.command()
def forget(
    cluster: ClusterFile,
    machine: Annotated[str, typer.Argument(help="The machine that does not come back, or comes back empty.")],
    state: StateOption = None,
) -> None:
    """Have the others forget a machine that is gone, on one that lives. An empty one may then join."""
    folder = state or default_folder()
    with refusals(*REFUSED):
        known = file.read(cluster)
        if "broker" in known.machine(machine).roles:
            control.forget(folder, known, machine)
            typer.echo(f"{machine} is forgotten by the other brokers")
        if database_parts.forget(folder, known, here(known), machine):
            typer.echo(f"{machine} is forgotten by the other databases")
