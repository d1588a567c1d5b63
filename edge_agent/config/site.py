"""What the agent must know before it starts: its facility file, checked against its own settings, and its folder."""

import fcntl
import os
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from edge_agent.config import approvals
from edge_agent.config.settings import Settings
from edge_agent.values import Mapping
from runtime.log import Log
from runtime.settings import BadSettings
from tailings import plugins
from tailings.facility import BadFacility, Facility, decoded, mapping_checks, parse

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
        where = f"receiver {type(receiver).__struct_config__.tag}"
        check_feeds(receiver.feeds(), facility, where)
        _check_nodes(receiver.feeds(), facility, settings.agent, where)
        if isinstance(getattr(receiver, "mapping", None), Mapping):
            check_mapping(receiver.mapping, facility, where)
    for plan in (plan for output in settings.outputs for plan in output.plans):
        if plan not in facility.tarp:
            raise BadSettings(file, f"there is no plan {plan!r} in it{plugins.hint(plan, facility.tarp)}")
    return facility


def receivers(settings: Settings, facility: Facility) -> tuple[Any, ...]:
    """The settings of the receivers, with what they take from the facility by its name; raises BadSettings."""
    return tuple(one.within(facility) if hasattr(one, "within") else one for one in settings.receivers)


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
