"""`tailwatch api`: the api and the pages alone, for a centre whose parts run one by one."""

from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch.commands import _panels

PANEL: Final = _panels.PROGRAMS
app = typer.Typer(help="The api and the pages alone, for a centre whose parts run one by one.", no_args_is_help=True)


@app.command()
def run(settings: Annotated[Path, typer.Argument(help="Settings of the api, as TOML.")]) -> None:
    """Serve the api and the pages until Ctrl-C or SIGTERM.

    The systemd unit of a centre runs the same program. Exit code 2 when the
    settings are refused; the log says which and why.
    """
    from tailwatch.api import main  # the web framework is needed by this command alone

    raise typer.Exit(main([str(settings)]))
