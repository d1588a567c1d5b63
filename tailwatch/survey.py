"""What an import needs to know before it begins, and what it has to report at its end."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

import edge_agent
from edge_agent import FilePosition, Mapping, Progress, Settings, TimeBounds, read_chunks
from tailings.facility import Facility
from tailwatch.ports import is_listening

MAX_HEADER_BYTES: Final = 262_144
SHOWN: Final = 20
GAP_INTERVALS: Final = 1.5
"""As the api tells gaps: neighbours that are further apart than so many expected intervals."""
MS_PER_S: Final = 1000


class CannotImport(Exception):
    """The import cannot begin; the sentence says what to add or to start."""


def read_mapping(file: Path, map_file: Path | None, time_zone: str | None) -> Mapping:
    """Return how the columns of a file are to be read: as the map says, or as its header does.

    Without a map the first column is the time and the others are named like raw datastreams (`n01:pond.level`). The
    time zone is never guessed. Raises CannotImport, BadSettings or OSError.
    """
    if map_file is not None:
        return edge_agent.load_mapping(map_file)
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        time_column, *names = [name.strip() for name in lines.readline(MAX_HEADER_BYTES).split(",")]
    columns = {name: name for name in names if ":" in name and "." in name}
    if not columns:
        raise CannotImport(f"no column of {file} is named like a datastream (n01:pond.level); say with --map which is")
    if time_zone is None:
        raise CannotImport(
            f"{file} does not say in which time zone its times are; add --time-zone Europe/Lisbon, UTC or UTC-06:00"
        )
    try:
        return Mapping(time_column=time_column, time_zone=time_zone, columns=columns)
    except ValueError as error:
        raise CannotImport(str(error)) from error


def settings_of(state_folder: Path, facility_id: str, mapping: Mapping) -> Settings:
    """Return the settings of the running edge agent that serves the nodes of a mapping.

    Raises CannotImport when the facility is not set up there or not running, BadSettings or BadFacility.
    """
    found = {
        settings.agent: settings
        for file in sorted((state_folder / "settings").glob(f"{facility_id}-*.toml"))
        for settings in (edge_agent.load(file),)
        if _facility(settings).id == facility_id
    }
    if not found:
        raise CannotImport(
            f"no facility {facility_id!r} was started with the state folder {state_folder}; "
            "start it first (tailwatch up FACILITY.toml), or name its folder with --state"
        )
    nodes = {name.partition(":")[0] for name in mapping.columns.values()}
    facility = _facility(next(iter(found.values())))
    agents = {facility.nodes[node].agent for node in nodes if node in facility.nodes} or set(found)
    if len(agents) > 1:
        raise CannotImport(f"the columns belong to several agents ({', '.join(sorted(agents))}); map one of them a run")
    settings = found[agents.pop()]
    if not is_listening(settings.uplink.port):
        raise CannotImport(f"tailwatch does not run on {state_folder}; start it (tailwatch up) and import again")
    return settings


def report(file: Path, mapping: Mapping, settings: Settings, begun: Progress, done: Progress) -> Iterator[str]:
    """Yield the lines of the report: rows taken, rows refused with line and reason, gaps in UTC.

    `begun` is how far the file was when this run of it began: at its end nothing was left to take.
    """
    is_again = 0 < begun.bytes_total == begun.bytes_done
    again = "; an earlier run had taken all of it" if is_again else ""
    yield f"{file.name}: {counted(done.rows, 'row')} taken, {done.refused} refused{again}"
    facility = _facility(settings)
    expected_s = max(facility.datastreams[name].expected_interval_s for name in mapping.columns.values())
    refused: list[str] = []
    gaps: list[str] = []
    instants = 0
    before_ms: int | None = None
    for chunk in read_chunks(file, mapping, _bounds(facility), FilePosition("report")):
        refused += [f"line {row.line}: {row.reason} ({row.field}); {row.fix}" for row in chunk.refused]
        times_ms = next(iter(chunk.columns.values()))[0] if chunk.columns else np.empty(0, dtype=np.int64)
        if before_ms is not None:
            times_ms = np.concatenate(([before_ms], times_ms))
        far = np.flatnonzero(np.diff(times_ms) > GAP_INTERVALS * expected_s * MS_PER_S)
        for start, end in zip(times_ms[far].tolist(), times_ms[far + 1].tolist(), strict=True):
            missing = round((end - start) / MS_PER_S / expected_s) - 1
            instants += missing
            gaps.append(f"{_utc(start)} to {_utc(end)}: {missing} missing")
        before_ms = int(times_ms[-1]) if times_ms.size else before_ms
    yield from _shown("refused", refused, done.refused)
    missing_words = f"{counted(instants, 'instant')} missing"
    yield f"{counted(len(gaps), 'gap')} (a reading is expected every {expected_s:.0f} s), {missing_words}"
    yield from _shown("gap", gaps, len(gaps))


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun ('1 row', '2 rows')."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _shown(kind: str, lines: list[str], total: int) -> Iterator[str]:
    yield from (f"  {kind}: {line}" for line in lines[:SHOWN])
    if total > SHOWN:
        yield f"  and {total - SHOWN} more"


def _facility(settings: Settings) -> Facility:
    """The one in force: what the centre sent last counts before the file that the agent was set up with."""
    return edge_agent.facility_in_force(settings, edge_agent.log)


def _bounds(facility: Facility) -> TimeBounds:
    """The same bounds as those of the import."""
    return TimeBounds(edge_agent.earliest_ms(facility), edge_agent.GatewayClock().latest_ms)


def _utc(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / MS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
