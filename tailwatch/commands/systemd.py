"""`tailwatch systemd`: one unit a program, each with a user of its own and shut off from the rest of the machine."""

from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch import systemd as units
from tailwatch.commands import _panels
from tailwatch.commands._refusals import refusals

PANEL: Final = _panels.PROGRAMS
RootOption = Annotated[Path, typer.Option("--root", help="Below this; another than / fills an image.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Write over units that were edited.")]
app = typer.Typer(help="The units of this machine's programs.", no_args_is_help=True)
NEXT = """Then: systemd-sysusers && systemd-tmpfiles --create && systemctl daemon-reload
and of the programs that this machine runs: systemctl enable --now tailwatch-ingest tailwatch-api tailwatch-sight
(on a gateway tailwatch-edge-agent@AGENT); systemctl enable --now tailwatch-certificates.timer"""


@app.command()
def write(
    root: RootOption = Path("/"),
    programs: Annotated[
        Path | None, typer.Option(help="Folder with python and tailwatch; without it that of this command.")
    ] = None,
    replace: ReplaceOption = False,
) -> None:
    """Write the systemd units, their users and folders, and the drop-in for Debian's Mosquitto.

    Files only; systemd is not asked. A unit that was edited is kept, and named,
    unless --replace is given.
    """
    with refusals(units.Differs, OSError):
        changed = units.write(root, programs, is_replacing=replace)
    for path in changed:
        typer.echo(path)
    typer.echo(NEXT if changed else "all are there already")
