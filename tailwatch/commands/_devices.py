"""What the commands share that let a device in at the broker and take it away."""

from pathlib import Path
from typing import Annotated, Final

import typer

from tailings.facility import BadFacility
from tailwatch.provisioning import NotInFacility
from tailwatch.servers.dynamic_security import UsersRefused
from tailwatch.tools import ToolMissing

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
