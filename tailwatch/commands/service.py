"""`tailwatch service`: a site or a gateway that starts with the machine."""

from pathlib import Path
from typing import Annotated, Final

import typer

import edge_agent
from tailings.facility import BadFacility
from tailwatch import facility_file, provisioning, service, systemd
from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import StateOption, refusals
from tailwatch.commands.gateway import check
from tailwatch.commands.systemd import ReplaceOption, RootOption
from tailwatch.commands.up import ListenOption, PortOption, PublicNameOption
from tailwatch.service import ServiceUnit, UnitRefused
from tailwatch.state import default_folder
from tailwatch.system_users import NoSystemUser
from tailwatch.tools import ToolMissing

PANEL: Final = _panels.SITE
app = typer.Typer(help="A site or a gateway that starts with the machine, by systemd.", no_args_is_help=True)
SERVICE_REFUSALS: Final = (
    BadFacility,
    edge_agent.BadSettings,
    NoSystemUser,
    OSError,
    systemd.Differs,
    ToolMissing,
    UnitRefused,
)
ASKED: Final = "Facility file"
RUNS: Final = "{name} runs, and starts with the machine; see it: systemctl status {name}, journalctl -u {name}"
WAITS: Final = "{name} starts with the next boot of the machine that {root} is for: systemd does not run it now"
NEXT: Final = "the first administrator, once it runs: tailwatch user add NAME --role admin --state {state}"


@app.command()
def install(
    facility: Annotated[
        list[Path] | None,
        typer.Argument(help="Facility files, one for each dam or heap; asked for where none is given."),
    ] = None,
    gateway: Annotated[
        Path | None,
        typer.Option(
            help="Be a gateway instead: what `tailwatch device provision` wrote for it.", exists=True, file_okay=False
        ),
    ] = None,
    state: StateOption = None,
    port: PortOption = None,
    listen: ListenOption = None,
    public_name: PublicNameOption = None,
    root: RootOption = Path("/"),
    replace: ReplaceOption = False,
) -> None:
    """Run a site, or a gateway, as a service: now, and after each boot.

    One systemd unit runs what `tailwatch up` or `tailwatch gateway join` runs
    in a terminal, with the same options. The files are looked at first. Again
    with other files or options it is changed, and started anew.
    """
    with refusals(*SERVICE_REFUSALS):
        if gateway is not None:
            if facility:
                raise typer.BadParameter("a machine's gateway and its site are two services; give one at a time")
            wanted = _gateway(gateway)
        else:
            files = facility or [Path(typer.prompt(ASKED))]
            folder = state or default_folder()
            wanted = service.site(
                [(facility_file.read(one)[0].id, one) for one in files], folder, _more(port, listen, public_name)
            )
        is_running = service.install(wanted, root, is_replacing=replace)
    typer.echo((RUNS if is_running else WAITS).format(name=wanted.name, root=root))
    if gateway is None:
        typer.echo(NEXT.format(state=folder))


@app.command("list")
def list_(root: RootOption = Path("/"), is_json: JsonOption = False) -> None:
    """List the services of this machine."""
    names = service.installed(root)
    if is_json:
        print_json(names)
        return
    for name in names:
        typer.echo(name)


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="As `tailwatch service list` has it.")], root: RootOption = Path("/")
) -> None:
    """End a service and take its unit away. What it stored stays where it is."""
    with refusals(UnitRefused, ToolMissing, OSError):
        service.remove(name, root)
    typer.echo(f"{name} is gone from {root}; its state folder is as it was")


def _gateway(folder: Path) -> ServiceUnit:
    file = folder / provisioning.AGENT_SETTINGS
    check(file)
    return service.gateway(edge_agent.load(file).agent, folder)


def _more(port: int | None, listen: str | None, public_names: list[str] | None) -> list[str]:
    """The options of `tailwatch up`, as they were given."""
    given = [("--port", port), ("--listen", listen), *(("--public-name", name) for name in public_names or [])]
    return [word for option, value in given if value is not None for word in (option, str(value))]
