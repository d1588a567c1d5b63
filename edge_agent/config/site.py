"""What the agent must know before it starts: its facility file, checked against its own settings, and its folder."""

import fcntl
import os
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from edge_agent.config import approvals
from edge_agent.config.settings import RECEIVERS, Settings, plugged
from edge_agent.values import Mapping
from runtime.log import Log
from runtime.settings import BadSettings, SettingsFile
from tailings import plugins
from tailings.facility import BadFacility, Facility, decoded, mapping_checks, parse
from tailings.facility.bad import stop_if_bad
from toml_file.lines import key_lines
from toml_file.problems import Report

KEPT_FILE: Final = "facility.toml"


class AlreadyRunning(Exception):
    """Another agent works in the same state folder."""


def facility_in_force(settings: Settings, log: Log) -> Facility:
    """The facility as the centre sent it last, or as the agent's own file has it before it sent any.

    One that was good when it was kept, and is not for this program, does not stop the agent: it could then never hear
    of a better one. Its plans have the approvals that the centre sent beside it. Raises BadSettings or BadFacility for
    the agent's own file.
    """
    return approvals.applied(_facility_kept(settings, log), settings, log)


def _facility_kept(settings: Settings, log: Log) -> Facility:
    file = kept_file(settings)
    if file.exists():
        try:
            return read_facility(settings, file)
        except (BadSettings, BadFacility) as error:
            log("ERROR", "stored-configuration-unusable", reason=error, instead=settings.facility_file)
    return read_facility(settings)


def kept_file(settings: Settings) -> Path:
    """Where the facility file that the centre sent last is kept."""
    return settings.state_dir / KEPT_FILE


def read_facility(settings: Settings, file: Path | None = None) -> Facility:
    """The facility in the agent's own file, or in another; raises BadSettings, or BadFacility with line and key."""
    file = file or settings.facility_file
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadSettings(file, f"facility_file cannot be read: {error.strerror}") from error
    return check_facility(decoded(content, str(file)), file, settings)


def check_facility(text: str, file: Path | str, settings: Settings) -> Facility:
    """The facility that a text describes, fit for this agent; raises BadSettings, or BadFacility with line and key."""
    facility = parse(text, str(file))
    if settings.agent not in facility.agents:
        hint = plugins.hint(settings.agent, facility.agents)
        raise BadSettings(file, f"there is no agent {settings.agent!r} in it{hint}")
    for receiver in receivers(settings, facility):
        _check_receiver(receiver, facility, settings.agent)
    for plan in (plan for output in settings.outputs for plan in output.plans):
        if plan not in facility.tarp:
            raise BadSettings(file, f"there is no plan {plan!r} in it{plugins.hint(plan, facility.tarp)}")
    return facility


def receivers(settings: Settings, facility: Facility) -> tuple[Any, ...]:
    """The receivers of the agent's settings, then those of the facility file, as settings of their plug-ins.

    What they take from the facility by its name is in its place. Raises BadSettings.
    """
    report = Report(dict)
    declared = _declared(facility, settings.agent, report)
    if report.problems:
        raise BadSettings("facility file", *report.problems)
    return tuple(_within(one, facility) for one in (*settings.receivers, *declared))


def check_receivers(facility: Facility, text: str, source: str) -> None:
    """Check the receivers that a facility file has for its agents; raises BadFacility with each fault and its line.

    text: of the file. The kinds of receivers are the agent's, so the parser of facility files cannot look at them.
    """
    report = Report(lambda: key_lines(text))
    for agent in facility.agents:
        for index, receiver in enumerate(_declared(facility, agent, report)):
            try:
                if receiver is not None:
                    _check_receiver(_within(receiver, facility), facility, agent)
            except BadSettings as error:
                report.add(("agents", agent, "receivers", index), error.message)
    stop_if_bad(report, source)


def _declared(facility: Facility, agent: str, report: Report) -> list[Any]:
    """The receivers of an agent in the facility file; None for one that does not fit, which the report tells."""
    opened, tables = SettingsFile("facility file", {}, report), facility.agents[agent].receivers
    return [plugged(opened, RECEIVERS, ("agents", agent, "receivers", n), one) for n, one in enumerate(tables)]


def _within(receiver: Any, facility: Facility) -> Any:
    return receiver.within(facility) if hasattr(receiver, "within") else receiver


def _check_receiver(receiver: Any, facility: Facility, agent: str) -> None:
    where = f"receiver {type(receiver).__struct_config__.tag}"
    check_feeds(receiver.feeds(), facility, where)
    _check_nodes(receiver.feeds(), facility, agent, where)
    if isinstance(getattr(receiver, "mapping", None), Mapping):
        check_mapping(receiver.mapping, facility, where)
    _check_said_units(receiver, facility, where)


def check_mapping(mapping: Mapping, facility: Facility, where: Path | str) -> None:
    """Raises BadSettings for the first thing in a mapping that does not fit the facility."""
    for path, problem in mapping_checks.problems(mapping, facility):
        raise BadSettings(where, f"{path[0]}: {problem}")


def check_feeds(feeds: dict[str, str], facility: Facility, where: Path | str) -> None:
    """Raises BadSettings when something is to become what is no raw datastream of the facility."""
    for origin, name in feeds.items():
        datastream = facility.datastreams.get(name)
        if datastream is None:
            hint = plugins.hint(name, facility.datastreams)
            raise BadSettings(where, f"{origin!r} leads to {name!r}, which is no datastream{hint}")
        if not datastream.is_raw:
            raise BadSettings(where, f"{origin!r} leads to {name!r}, which is derived; only raw values come in")
    if len(set(feeds.values())) != len(feeds):
        twice = next(name for name in feeds.values() if list(feeds.values()).count(name) > 1)
        origins = " and ".join(repr(origin) for origin, name in feeds.items() if name == twice)
        raise BadSettings(where, f"{origins} lead to one datastream, {twice!r}")


def _check_nodes(feeds: dict[str, str], facility: Facility, agent: str, where: str) -> None:
    for origin, name in feeds.items():
        node = facility.datastreams[name].node
        if facility.nodes[node].agent != agent:
            raise BadSettings(where, f"{origin!r}: node {node!r} belongs to agent {facility.nodes[node].agent!r}")


def _check_said_units(receiver: Any, facility: Facility, where: str) -> None:
    origins = {name: origin for origin, name in receiver.feeds().items()}
    for name, unit in said_units(receiver).items():
        if problem := mapping_checks.said_unit_problem(repr(origins[name]), unit, name, facility):
            raise BadSettings(where, f"units: {problem}")


def said_units(receiver: Any) -> dict[str, str]:
    """Datastream -> the unit that a receiver's senders say it in, where that is another."""
    said: dict[str, str] = receiver.said_units() if hasattr(receiver, "said_units") else {}
    return said


def earliest_ms(facility: Facility) -> int:
    """The first instant of the commissioning day in the facility's own time, Unix ms."""
    first = datetime.combine(facility.commissioned, time(), ZoneInfo(facility.timezone))
    return round(first.timestamp() * 1000)


def lock(state_dir: Path) -> int:
    """Keep a second agent out of the state folder until this process ends. Raises AlreadyRunning."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = os.open(state_dir / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(held)
        raise AlreadyRunning(f"another agent works in {state_dir}; give each agent a state_dir of its own") from error
    return held
