"""`tailwatch doctor`: what is wrong with this installation, and the fix."""

from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch import doctor as looks
from tailwatch import tls_greeting
from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import DatabaseOption, StateOption
from tailwatch.doctor import Checkup
from tailwatch.exit_codes import ExitCode
from tailwatch.state import default_folder
from tailwatch.tls_greeting import NotTrusted

PANEL: Final = _panels.SITE

MARKS: Final = {"good": "ok  ", "warning": "warn", "fault": "BAD "}


def doctor(
    state: StateOption = None,
    server: Annotated[str | None, typer.Option(help="HOST:PORT of a broker or API to greet over TLS.")] = None,
    authority: Annotated[Path | None, typer.Option(help="ca.crt to check it by.")] = None,
    address: Annotated[str | None, typer.Option(help="https://… by which persons open the pages.")] = None,
    database: DatabaseOption = None,
    is_json: JsonOption = False,
) -> None:
    """Look for the usual faults, and for what the hardening guide asks for.

    Machine, state folder, programs, broker, rights in the database, and the
    pages as they answer. Exit code 1 when something is broken. Nothing is
    changed.
    """
    folder = state or default_folder()
    findings = list(looks.examine(folder, database, address))
    if server is not None:
        findings.append(_greeting(server, authority or folder / "pki" / "ca.crt"))
    if is_json:
        print_json(findings)
    else:
        for one in findings:
            fix = f"\n       {one.fix}" if one.fix else ""
            typer.echo(f"{MARKS[one.verdict]} {one.what}: {one.says} [{one.code}]{fix}")
    if any(one.verdict == "fault" for one in findings):
        raise typer.Exit(ExitCode.FOUND)


def _greeting(server: str, authority: Path) -> Checkup:
    host, _, port = server.rpartition(":")
    if not host or not port.isdigit():
        return Checkup(
            "tls-greeting", "server", "fault", f"{server} is no HOST:PORT", "for example broker.example:8883"
        )
    try:
        tls_greeting.look(host, int(port), authority)
    except NotTrusted as error:
        says, _, fix = str(error).partition(". ")
        return Checkup("tls-greeting", "server", "fault", says, fix)
    return Checkup("tls-greeting", "server", "good", f"{server} proves who it is")
