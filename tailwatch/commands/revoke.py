"""`tailwatch revoke NODE|AGENT`: its users are taken from the broker, and their connections end."""

from pathlib import Path
from typing import Annotated

import typer

from tailings.facility import parse_bytes
from tailwatch import provisioning
from tailwatch.commands._devices import DEVICE_REFUSALS, BrokerOption, Name
from tailwatch.commands._refusals import StateOption, enter_in_audit, refusals
from tailwatch.state import default_folder


def revoke(
    name: Name,
    facility: Annotated[Path, typer.Option(help="The facility file.")],
    broker: BrokerOption = None,
    state: StateOption = None,
) -> None:
    """Take a node or an agent from the broker: its password is worth nothing.

    A broker that runs here ends its connections at once. A device that the
    facility file names no more is taken away too. `tailwatch provision` lets
    the device, or another in its place, in again with a new password.
    """
    folder = state or default_folder()
    with refusals(*DEVICE_REFUSALS):
        place = broker or folder / "broker"
        users = provisioning.users_to_revoke(place, parse_bytes(facility.read_bytes(), str(facility)), name)
        is_told = provisioning.revoke(place, users)
        if broker is None:
            for user in users:
                (folder / "secrets" / "mqtt" / user).unlink(missing_ok=True)
    enter_in_audit(state, "device.revoke", users[0])
    typer.echo(f"{users[0]}: {'taken from the broker' if is_told else 'the broker refuses it from its next start'}")
