"""A check of an agent's settings and facility file without starting anything: what it would do, and every error.

`tailwatch gateway check SETTINGS.toml` prints it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from edge_agent.alarm.alarm import strangers
from edge_agent.config import site
from edge_agent.config.settings import Settings, load
from edge_agent.report.status_report_text import columns
from runtime.secrets import read_secret
from runtime.settings import BadSettings
from tailings.facility import BadFacility, Datastream, Facility, lint

HEADS = ("datastream", "unit", "from", "filters")


class CheckedDatastream(msgspec.Struct, frozen=True):
    """One datastream as it will be handled: where it comes from, or its formula with its inputs, and its filters."""

    datastream: str
    unit: str
    origin: str
    filters: str


class CheckedSettings(msgspec.Struct, frozen=True):
    """`problems` are sentences with file, line and key; with any of them there may be no rows."""

    rows: tuple[CheckedDatastream, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the agent would start with this."""
        return not self.problems


def check(file: Path) -> CheckedSettings:
    """Read everything that an agent reads at its start; never raises for what a person wrote."""
    try:
        settings = load(file)
    except BadSettings as error:
        return CheckedSettings(problems=(str(error),))
    try:
        facility = site.read_facility(settings)
    except BadSettings as error:
        return CheckedSettings(problems=(str(error), *_unreadable(settings, settings.receivers)))
    except BadFacility as error:
        found = tuple(f"{error.source}: {problem}" for problem in error.problems)
        return CheckedSettings(problems=(*found, *_unreadable(settings, settings.receivers)))
    secrets = tuple(_unreadable(settings, site.receivers(settings, facility)))
    return CheckedSettings(tuple(rows(settings, facility)), secrets, tuple(_notes(settings, facility)))


def rows(settings: Settings, facility: Facility) -> Iterator[CheckedDatastream]:
    """One row for each datastream of the agent's nodes, in the order of the file."""
    fed = {
        name: _origin(one, place, name)
        for one in site.receivers(settings, facility)
        for place, name in one.feeds().items()
    }
    for name, datastream in facility.datastreams.items():
        if facility.nodes[datastream.node].agent == settings.agent:
            origin = fed.get(name, "node") if datastream.is_raw else _formula(datastream)
            yield CheckedDatastream(name, datastream.unit, origin, ", ".join(datastream.filters) or "-")


def table(checked: CheckedSettings) -> str:
    """The rows as aligned text, then the problems."""
    cells = [HEADS, *((row.datastream, row.unit, row.origin, row.filters) for row in checked.rows)]
    lines = columns(cells) if checked.rows else []
    notes = [f"note: {note}" for note in checked.notes]
    return "\n".join([*lines, *notes, *(f"error: {problem}" for problem in checked.problems)]) + "\n"


def _notes(settings: Settings, facility: Facility) -> Iterator[str]:
    file = settings.facility_file
    for one in lint.find_errors(facility, file.read_text("utf-8")):
        yield f"line {one.line} of {file}: {' '.join(lint.describe(one))} The centre does not take it in."
    nodes = facility.agents[settings.agent].nodes
    for plan in facility.tarp.values():
        if others := strangers(facility, plan, nodes):
            yield f"plan {plan.id} needs {', '.join(others)} of another agent; only the centre follows it"
    listens = facility.agents[settings.agent].listens
    for one in site.receivers(settings, facility):
        for topic in one.topics() if hasattr(one, "topics") and one.broker is None else ():
            if topic not in listens:
                key = f"[agents.{settings.agent}] listens"
                yield f"the site's broker lets nobody read {topic}; add it to {key} in the facility file"
    kept = site.kept_file(settings)
    if kept.exists():
        yield f"the centre has sent {kept}, which is in force; {settings.facility_file} counts only without it"


def _origin(receiver: Any, place: str, name: str) -> str:
    unit = site.said_units(receiver).get(name)
    return f"{type(receiver).__struct_config__.tag}: {place}" + (f" in {unit}" if unit else "")


def _formula(datastream: Datastream) -> str:
    inputs = ", ".join(f"{role}={source}" for role, source in datastream.inputs.items())
    return f"{datastream.formula}({inputs})"


def _unreadable(settings: Settings, receivers: Sequence[Any]) -> Iterator[str]:
    """Passwords that cannot be read: the agent would not start."""
    others = (getattr(receiver, "broker", None) for receiver in receivers)
    ends = [settings.site_broker, settings.uplink, settings.history, *others]
    for end in dict.fromkeys(one for one in ends if one is not None):
        try:
            read_secret(end.password_file)
        except BadSettings as error:
            yield str(error)
