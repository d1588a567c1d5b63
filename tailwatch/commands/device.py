"""`tailwatch device`: a node or an agent is let in at the broker, and taken away."""

import shlex
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from tailings.facility import BadFacility, parse_bytes
from tailwatch import bring_up, facility_file, provisioning, small_boards, vm_node
from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import FileOption, StateOption, enter_in_audit, refusals
from tailwatch.ports import Ports
from tailwatch.provisioning import Endpoint, NotInFacility
from tailwatch.secrets import write_private
from tailwatch.servers.dynamic_security import UsersRefused
from tailwatch.site import USUAL_TLS_PORT
from tailwatch.state import default_folder
from tailwatch.supervise import NotStarted
from tailwatch.tools import ToolMissing
from wire.topics import CENTRE_USER

PANEL: Final = _panels.FACILITIES
app = typer.Typer(help="Nodes and agents: their identity, password and rights at the broker.", no_args_is_help=True)
PLAIN_PORT: Final = 1883
"""MQTT without TLS (IANA, service name mqtt)."""
Name = Annotated[
    str,
    typer.Argument(
        help="Node or agent, as the facility file names it; _others, or _other/NAME for each of several: "
        "who publishes what agents listen to; _ingest: the centre, at a broker of your own.",
        metavar="NODE|AGENT|_others|_other/NAME|_ingest",
    ),
]
BrokerOption = Annotated[
    Path | None, typer.Option(help="Folder of the broker's users.json; without it that of `tailwatch up`.")
]
DEVICE_REFUSALS: Final = (BadFacility, NotInFacility, UsersRefused, OSError, ToolMissing)


@app.command()
def provision(
    name: Name,
    file: FileOption,
    out: Annotated[Path, typer.Option(help="Folder for the device: identity, password (mode 600), ca.crt.")],
    host: Annotated[str, typer.Option(help="Where the device reaches the broker.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port of the broker.", show_default="that of `tailwatch up`, else by TLS"),
    ] = None,
    is_vm: Annotated[
        bool, typer.Option("--vm", help="A node on the MicroPython VM: firmware and instruments too, ready to run.")
    ] = False,
    broker: BrokerOption = None,
    state_dir: Annotated[str, typer.Option(help="Where the gateway keeps the agent's buffer.")] = "state",
    state: StateOption = None,
) -> None:
    """Give a node or an agent its identity. A new password replaces the old one.

    The password is written once, into the folder for the device; the broker
    keeps its digest. A broker that runs here takes it at once: who was
    connected with the old password is not any more, nor are nodes and agents
    that the facility file names no more.
    """
    folder = state or default_folder()
    place = broker or folder / "broker"
    authority = folder / "pki" / "ca.crt"
    with refusals(*DEVICE_REFUSALS, NotStarted):
        known, text = facility_file.read(file)
        if is_vm:
            if name not in known.nodes:
                raise NotInFacility(f"{name} is no node, and --vm is for one; leave it out")
            vm_node.write(out, known, name)  # what fails here has given nobody another password
        if name == CENTRE_USER and broker is None:
            raise NotInFacility(f"`tailwatch up` has made {CENTRE_USER} itself; name another broker with --broker")
        passwords, is_told = provisioning.admit(place, known, name)
        if broker is None and (folder / "secrets").is_dir():
            for user, password in passwords.items():
                secret = folder / "secrets" / "mqtt" / user
                secret.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_private(secret, password)
        known_authority = authority if authority.exists() else None
        endpoint = Endpoint(host, port or _usual_port(folder, known_authority), known_authority)
        user, password = next(iter(passwords.items()))
        if name in known.nodes:
            written = provisioning.write_node(out, known, name, password, endpoint)
        elif name not in known.agents:
            written = provisioning.write_password(out, password)
        else:
            written = provisioning.write_agent(out, known, text, name, passwords, broker=endpoint, state_dir=state_dir)
    enter_in_audit(state, "device.provision", user, host=host, port=endpoint.port)
    typer.echo(f"{user}: {written}")
    if name in (large := dict(small_boards.too_large(known))):
        typer.echo(f"warning: {large[name]}", err=True)
    typer.echo("the broker knows it" if is_told else "the broker learns it at its next start")
    if is_vm:
        typer.echo(f"run it: {shlex.join(vm_node.words('micropython', out / vm_node.FIRMWARE, out))}")


@app.command("bring-up")
def bring_up_board(
    port: Annotated[str, typer.Argument(help="Serial port of the board, such as /dev/serial/by-id/….")],
    fixture: Annotated[
        list[str] | None, typer.Option(help="What hangs on the terminals (hardware/bring_up.toml); repeat it.")
    ] = None,
    measured: Annotated[
        list[str] | None,
        typer.Option(help="STEP=VALUE that a person measured or saw; repeat it.", metavar="STEP=VALUE"),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, help="Add the record to this file, one line, and judge the board by all of its records."
        ),
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """Measure each rail, bus and channel of a new board, and judge it.

    The firmware at the other end of the port measures with known inputs on its
    terminals. A step that could not be done is not done, and never passed.
    Some fixtures exclude each other: with --keep, each step counts as it came
    out when it was done last, over all runs of this board in the file. The
    exit code is 0 where all was done and passed, else 1.
    """
    with refusals(bring_up.NoBoard, bring_up.NoRecords, bring_up.UnknownWord, OSError):
        before = () if keep is None else bring_up.kept(keep)
        values = bring_up.known(fixture or [], measured or [])
        tell = (lambda one: None) if is_json else (lambda one: typer.echo(bring_up.line(one)))
        record = bring_up.run(port, fixture or [], values, tell=tell)
        if keep is not None:
            with keep.open("ab") as file:
                file.write(msgspec.json.encode(record) + b"\n")
    steps = bring_up.of_board((*before, record))
    result = bring_up.verdict(steps)
    if is_json:
        print_json(record)
    else:
        board = f"{record.board} {record.revision}, firmware {record.firmware}"
        typer.echo(f"{board}: {result}")
        for one in steps:
            if before and one.result != "pass":
                typer.echo(bring_up.line(one))
    raise typer.Exit(0 if result == "pass" else 1)


@app.command()
def revoke(
    name: Name,
    file: FileOption,
    broker: BrokerOption = None,
    state: StateOption = None,
) -> None:
    """Take a node or an agent from the broker: its password is worth nothing.

    A broker that runs here ends its connections at once. A device that the
    facility file names no more is taken away too. `tailwatch device provision`
    lets the device, or another in its place, in again with a new password.
    """
    folder = state or default_folder()
    with refusals(*DEVICE_REFUSALS):
        place = broker or folder / "broker"
        users = provisioning.users_to_revoke(place, parse_bytes(file.read_bytes(), str(file)), name)
        is_told = provisioning.revoke(place, users)
        if broker is None:
            for user in users:
                (folder / "secrets" / "mqtt" / user).unlink(missing_ok=True)
    enter_in_audit(state, "device.revoke", users[0])
    typer.echo(f"{users[0]}: {'taken from the broker' if is_told else 'the broker refuses it from its next start'}")


def _usual_port(state: Path, authority: Path | None) -> int:
    """The port by which `tailwatch up` lets devices in: by TLS with an authority, else the one on this machine."""
    ports = Ports(state / "ports.json")
    part, usual = ("broker", PLAIN_PORT) if authority is None else ("broker-tls", USUAL_TLS_PORT)
    return ports.known(part) or usual
