"""`tailwatch gateway`: an edge agent before its start, at work, and in front of a technician at the gateway."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

import edge_agent
from tailwatch import provisioning, system_users
from tailwatch.commands import _panels
from tailwatch.commands._import_progress import drawn, log
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import StateOption
from tailwatch.exit_codes import ExitCode
from tailwatch.state import default_folder
from tailwatch.terminal_run import refusing

PANEL: Final = _panels.FACILITIES
app = typer.Typer(
    help="An edge agent: check its settings, run it, see how it stands, bring history again.", no_args_is_help=True
)
File = Annotated[Path, typer.Argument(help="Settings file of the agent.", metavar="SETTINGS.toml")]
Files = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Settings files of agents; without one, all that run under --state.", metavar="[SETTINGS.toml]"
    ),
]


@app.command()
def run(file: File) -> None:
    """Run one agent in this terminal until Ctrl-C, as its systemd unit does."""
    # In place of this program, which takes as much memory again as the agent needs.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "edge_agent", str(file)])


@app.command()
def join(
    folder: Annotated[
        Path,
        typer.Argument(help="What `tailwatch device provision` wrote for this gateway.", file_okay=False, exists=True),
    ],
) -> None:
    """Let this machine be a gateway: check its folder, reach the centre with it, and run the agent until Ctrl-C.

    The folder comes from the centre's machine, on a stick or by ssh. Nothing
    in it is to be edited: settings, passwords, certificate and facility file
    are there. What the agent keeps lies beside them. Exit code 2 when
    something must be put right first; 3 when another agent of this name runs.
    """
    file = folder.resolve() / provisioning.AGENT_SETTINGS
    check(file)
    with refusing():
        settings = edge_agent.load(file)
        facility = edge_agent.facility_in_force(settings, edge_agent.log)
        edge_agent.reach(settings, facility.id, edge_agent.log)
    typer.echo(f"{settings.agent}: the centre at {settings.uplink.host}:{settings.uplink.port} lets it in; it runs now")
    run(file)


@app.command()
def check(file: File, is_json: JsonOption = False) -> None:
    """Show what an agent would do, without starting anything.

    Each datastream with its unit, where it comes from or its formula, and its
    filters; then every error of the settings and of the facility file, with
    line and nearest known key. Exit code 2 when the agent would not start.
    """
    checked = edge_agent.check(file)
    if is_json:
        print_json(checked)
    else:
        typer.echo(edge_agent.table(checked), nl=False)
    if not checked.is_good:
        raise typer.Exit(ExitCode.REFUSED)


@app.command()
def status(files: Files = None, is_json: JsonOption = False, state: StateOption = None) -> None:
    """Show how an agent stands, from its state folder on this machine.

    Whether it runs, its links, what waits for the centre, alarms, silent
    nodes, and the newest value of each datastream with age and quality. It
    also works while the agent or the network is down. --json prints a line an
    agent; its times are Unix ms.
    """
    with refusing():
        for file in files or _under(state or default_folder()):
            now_ms = edge_agent.GatewayClock().own_ms
            sheet = edge_agent.read_sheet(edge_agent.load(file), now_ms, edge_agent.log)
            if is_json:
                print_json(_document(sheet))
            else:
                typer.echo(edge_agent.sheet_text(sheet))


def _document(sheet: edge_agent.StatusReport) -> dict[str, Any]:
    """A report as plain values: of the facility its id and version, of a datastream its newest value."""
    return {
        "agent": sheet.agent,
        "facility": sheet.facility.id,
        "version": sheet.facility.version,
        "is_running": sheet.is_running,
        "at_ms": sheet.at_ms,
        "said": sheet.said,
        "backlog": sheet.backlog,
        "silent": sheet.silent,
        "alarms": [{"plan": row.plan, "level": row.level, "since_ms": row.since_ms} for row in sheet.alarms],
        "datastreams": [
            {"name": row.datastream.name, "unit": row.datastream.unit}
            | (msgspec.to_builtins(row.latest) if row.latest is not None else {})
            for row in sheet.rows
        ],
    }


@app.command()
def replay(
    file: File,
    history: Annotated[
        Path | None, typer.Argument(help="A logger's file. Without one: what the centre has not marked.")
    ] = None,
    map_: Annotated[Path | None, typer.Option("--map", help="How its columns are read (TOML).")] = None,
) -> None:
    """Bring history to the centre again, at the gateway.

    A file goes the same way as when it was dropped: calibrated, checked,
    forwarded, also if it was brought before; the centre keeps each row once.
    Without --map its columns are read as its drop folder says.
    Ended at any moment, the same command goes on where it was. The agent may
    run beside it. Without a file the running agent sends again, at once, all
    that the centre has not acknowledged.
    """
    with refusing():
        settings = edge_agent.load(file)
        if history is None:
            with system_users.as_owner_of(settings.state_dir):
                edge_agent.ask(settings, edge_agent.RESEND)
            typer.echo(
                f"asked the agent to send again what is unmarked; `tailwatch gateway status {file}` shows the backlog"
            )
            return
        mapping = edge_agent.load_mapping(map_) if map_ else edge_agent.mapping_of(settings, history, log)
        gateway = edge_agent.GatewayClock()
        steps = edge_agent.import_history(settings, history, mapping, gateway, log, is_again=True)
        done = drawn(steps, history.name)
        typer.echo(f"{history.name}: {done.rows} rows brought, {done.refused} refused")


@app.command()
def salvage(file: File) -> None:
    """Put back what is whole of a damaged buffer.

    An agent that finds its buffer damaged sets it aside (buffer.sqlite.corrupt-...)
    and goes on with an empty one. This reads every batch that is still whole
    in what was set aside, and puts it into the buffer, to be sent; what cannot
    be read is named. Stop the agent first and start it afterwards. Nothing is
    put back twice, however often it is called; the file stays.
    """
    with refusing():
        settings = edge_agent.load(file)
        with system_users.as_owner_of(settings.state_dir):
            for one in edge_agent.salvage_all(settings):
                typer.echo(_salvaged(one))


def _salvaged(one: edge_agent.Salvaged) -> str:
    lines = [f"{one.file}: {one.batches} batches with {one.packs} packs put back, to be sent"]
    if one.before:
        lines.append(f"  {one.before} batches were put back before")
    if one.waits:
        lines.append(f"  {one.waits} batches wait: the buffer is full; call it again when the centre has acknowledged")
    if one.unreadable is None:
        lines.append(f"  {one.damaged} batches are damaged; how many more there were cannot be read")
    elif one.unreadable:
        ranges = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in one.unreadable)
        count = sum(last - first + 1 for first, last in one.unreadable)
        lines.append(f"  {count} batches are unreadable: {ranges}")
    else:
        lines.append("  nothing is missing")
    return "\n".join(lines)


@app.command()
def release(
    plan: Annotated[str, typer.Argument(help="Id of the plan, as in the facility file.")],
    file: File,
    reason: Annotated[str, typer.Option(help="Why; it stays in the record.")] = "",
) -> None:
    """Lower the local alarm of a plan to what is measured now.

    The agent does it within a second and its relays follow. The event at the
    centre stays open until somebody acknowledges it there.
    """
    with refusing():
        settings = edge_agent.load(file)
        with system_users.as_owner_of(settings.state_dir):
            edge_agent.ask_release(settings, plan, reason, edge_agent.log)
    typer.echo(f"asked the agent to release {plan}; `tailwatch gateway status {file}` shows whether it has")


@app.command("trust-clock")
def trust_clock(file: File) -> None:
    """Say that you compared the gateway's time of day with a good clock.

    For a gateway that holds its own clock for wrong while the centre cannot be
    reached: it takes in readings again at once, and answers nodes that ask for
    the time. What it had kept in quarantine is released at the centre. As
    soon as the centre answers, its word counts and not yours.
    """
    with refusing():
        settings = edge_agent.load(file)
        with system_users.as_owner_of(settings.state_dir):
            edge_agent.ask(settings, edge_agent.CLOCK_IS_RIGHT)
    typer.echo(f"told the agent; `tailwatch gateway status {file}` shows how it stands")


def _under(folder: Path) -> list[Path]:
    """The settings of the agents that `tailwatch up` runs on a state folder."""
    found = sorted(folder / "settings" / f"{agent.name}.toml" for agent in (folder / "agents").glob("*"))
    if not found:
        raise edge_agent.BadSettings(folder, "no agent was started on this state folder; name it, or a SETTINGS.toml")
    return found
