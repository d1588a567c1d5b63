"""The `tailwatch` command."""

import sys
import traceback
from typing import Annotated, Final

import typer

from runtime.release import release
from tailwatch.commands import CommandLine
from tailwatch.exit_codes import ExitCode

HELP_OPTIONS: Final = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(cls=CommandLine, no_args_is_help=True, pretty_exceptions_enable=False, context_settings=HELP_OPTIONS)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"tailwatch {release()}")
        raise typer.Exit


@app.callback()
def tailwatch(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the release and exit.")
    ] = False,
) -> None:
    """Tailwatch watches mine-waste facilities: is the dam safe and clean, and what would its waste bring?"""


def main() -> None:
    """Run the command line; a fault of ours has its trace and an exit code of its own."""
    try:
        app(prog_name="tailwatch")
    except Exception as error:  # noqa: BLE001  the one broad net of the program
        traceback.print_exception(error)
        sys.exit(ExitCode.CRASHED)


if __name__ == "__main__":
    main()
