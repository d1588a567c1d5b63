"""The `tailwatch` command."""

import typer

from tailwatch.commands import CommandLine

app = typer.Typer(cls=CommandLine, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def tailwatch() -> None:
    """Tailwatch watches mine-waste facilities: is the dam safe and clean, and what is the waste worth?"""


def main() -> None:
    """Run the command line."""
    app(prog_name="tailwatch")


if __name__ == "__main__":
    main()
