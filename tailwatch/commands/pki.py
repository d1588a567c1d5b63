"""`tailwatch pki`: the certificates with which broker, api and agents prove who they are."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import StateOption, enter_in_audit, refusals
from tailwatch.exit_codes import ExitCode
from tailwatch.pki import AUTHORITY, LOOPBACK, Authority, NoAuthority
from tailwatch.state import default_folder

SERVERS: Final = ("broker", "api")

PANEL: Final = _panels.PROGRAMS
app = typer.Typer(help="Certificates of broker, API and agents.", no_args_is_help=True)
Hosts = Annotated[list[str] | None, typer.Option("--host", help="Name or address it is reached by; repeat it.")]


@app.command()
def init(
    host: Hosts = None,
    name: Annotated[str, typer.Option(help="Name of the installation, in the authority's certificate.")] = "this site",
    state: StateOption = None,
) -> None:
    """Make the authority, and certificates for broker and API. Give ca.crt to whoever connects."""
    authority, now = _authority(state), datetime.now(UTC)
    with refusals(NoAuthority, OSError):
        authority.make(name, now)
        for server in SERVERS:
            authority.issue(server, (*(host or ()), *LOOPBACK), now)
    enter_in_audit(state, "authority.make", name)
    typer.echo(f"authority: {authority.certificate_file}")
    _show(authority, now)


@app.command()
def issue(
    name: Annotated[str, typer.Argument(help="Whose it is, e.g. vale-gw1.")],
    host: Hosts = None,
    state: StateOption = None,
) -> None:
    """Issue one certificate more, for example for the broker of a gateway."""
    authority, now = _authority(state), datetime.now(UTC)
    with refusals(NoAuthority, OSError):
        typer.echo(authority.issue(name, host or [name], now))
    enter_in_audit(state, "certificate.issue", name, hosts=host or [name])


@app.command()
def renew(
    is_all: Annotated[bool, typer.Option("--all", help="Also those that are not due yet.")] = False,
    state: StateOption = None,
) -> None:
    """Renew what ends within 30 days, for the same hosts. Restart what uses it."""
    authority, now = _authority(state), datetime.now(UTC)
    with refusals(NoAuthority, OSError):
        renewed = authority.renew(now, is_all)
    for one in renewed:
        enter_in_audit(state, "certificate.renew", one)
    typer.echo(f"renewed: {', '.join(renewed)}; restart what uses them" if renewed else "nothing is due")


@app.command()
def status(is_json: JsonOption = False, state: StateOption = None) -> None:
    """Show every certificate with its end. Exit code 1 when one ends within 30 days: a timer makes that an alarm."""
    authority, now = _authority(state), datetime.now(UTC)
    if not authority.certificate_file.exists():
        typer.echo(f"tailwatch: {authority.folder} holds no authority: make one with `tailwatch pki init`", err=True)
        raise typer.Exit(ExitCode.REFUSED)
    if is_json:
        print_json([one._asdict() | {"is_due": one.is_due(now)} for one in authority.issued()])
    else:
        _show(authority, now)
    if any(one.is_due(now) for one in authority.issued()):
        raise typer.Exit(ExitCode.FOUND)


def _authority(state: Path | None) -> Authority:
    return Authority((state or default_folder()) / "pki")


def _show(authority: Authority, now: datetime) -> None:
    for one in authority.issued():
        days = one.days_left(now)
        word = "EXPIRED" if days < 0 else f"{days} days left"
        fix = (
            ""
            if not one.is_due(now)
            else ("  -> tailwatch pki init" if one.name == AUTHORITY else "  -> tailwatch pki renew")
        )
        typer.echo(f"{one.name}: until {one.ends_at:%Y-%m-%d}, {word} ({', '.join(one.hosts) or 'authority'}){fix}")
