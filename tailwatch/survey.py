"""What an import needs to know before it begins, and what it has to report at its end."""

from collections.abc import Callable, Generator, Iterator
from collections.abc import Mapping as Mapping_
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import edge_agent
from edge_agent import FileChunk, FilePosition, Mapping, Settings, TimeBounds, fix_of, in_units, read_guarded
from ingest.imports import ColumnCount, ImportedChunk, PartCount
from tailings.facility import Facility
from tailwatch.ports import is_listening

MAX_HEADER_BYTES: Final = 262_144
SHOWN: Final = 20
MS_PER_S: Final = 1000
COLUMNS: Final[tuple[tuple[str, Callable[[ColumnCount], int]], ...]] = (
    ("cells", lambda one: one.cells),
    ("stored", lambda one: one.stored),
    ("already", lambda one: one.already),
    ("differ", lambda one: one.conflicts),
    ("replaced", lambda one: one.replaced),
    ("missing", lambda one: one.missing),
    ("refused", lambda one: one.refused_cells),
)
"""Of the summary: the first is the sum of the others."""


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


def facility_of(state_folder: Path, facility_id: str) -> Facility:
    """The facility in force, as the gateways on a state folder have it; raises CannotImport."""
    return _facility(next(iter(_settings_by_agent(state_folder, facility_id).values())))


def _settings_by_agent(state_folder: Path, facility_id: str) -> dict[str, Settings]:
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
    return found


def settings_of(state_folder: Path, facility_id: str, mapping: Mapping) -> Settings:
    """Return the settings of the running edge agent that serves the nodes of a mapping.

    Raises CannotImport when the facility is not set up there or not running, BadSettings or BadFacility.
    """
    found = _settings_by_agent(state_folder, facility_id)
    nodes = {name.partition(":")[0] for name in mapping.columns.values()}
    facility = _facility(next(iter(found.values())))
    agents = {facility.nodes[node].agent for node in nodes if node in facility.nodes} or set(found)
    if len(agents) > 1:
        raise CannotImport(f"the columns belong to several agents ({', '.join(sorted(agents))}); map one of them a run")
    settings = found[agents.pop()]
    if not is_listening(settings.uplink.port):
        raise CannotImport(f"tailwatch does not run on {state_folder}; start it (tailwatch up) and import again")
    return settings


def chunk_of(read: FileChunk) -> ImportedChunk:
    """A chunk of the file as the book of imports counts it."""
    counts = {
        name: ColumnCount(one.cells, missing=one.missing, refused=one.refused, sentinels=one.sentinels)
        for name, one in read.counts.items()
    }
    rows = max((one.cells for one in counts.values()), default=0)
    return ImportedChunk(read.position.offset, read.columns, counts, rows)


def expected_s(settings: Settings) -> dict[str, float]:
    """The expected interval of each datastream of the facility in force."""
    return {name: one.expected_interval_s for name, one in _facility(settings).datastreams.items()}


def chunks(file: Path, mapping: Mapping, settings: Settings) -> Generator[ImportedChunk]:
    """The chunks of a file as they would be stored, from its begin; nothing is.

    Raises BadSettings for a mapping that does not fit the facility, BadFile for one that does not fit it, OSError.
    """
    facility = _facility(settings)
    edge_agent.check_mapping(mapping, facility, file)
    bounds = TimeBounds(edge_agent.earliest_ms(facility), edge_agent.GatewayClock().latest_ms)
    for chunk in read_guarded(file, mapping, bounds, FilePosition("begin")):
        yield chunk_of(in_units(chunk, mapping, facility.units))


def report(total: PartCount, expected: Mapping_[str, float]) -> Iterator[str]:
    """Yield the lines of a summary: what became of the cells of each column, and each reason with its fix."""
    yield from _table(total)
    for name, count in sorted(total.columns.items()):
        for reason, (cells, line) in sorted(count.refused.items()):
            where = f", first in line {line}" if line else ""
            yield f"  refused: {counted(cells, 'cell')} of {name} as {reason}{where}; {fix_of(reason)}"
        for word, cells in sorted(count.sentinels.items()):
            said = "`sentinels` of the map says what is no reading"
            yield f"  missing: {counted(cells, 'cell')} of {name} as {word}; {said}"
        if count.conflict is not None:
            time_ms, stored, given = count.conflict
            kept = 'kept; --replace --reason "..." takes the one of the file' if count.conflicts else "replaced"
            stands = "a missing one" if stored is None else f"{stored:.15g}"
            yield (
                f"  differs: {counted(count.conflicts or count.replaced, 'cell')} of {name}, first at {_utc(time_ms)}:"
                f" {stands} is stored, {given:.15g} in the file; {kept}"
            )
    interval_s = max((expected[name] for name in total.columns if name in expected), default=0.0)
    missing = f"{counted(total.missing_instants, 'instant')} missing"
    yield f"{counted(total.gap_count, 'gap')} (a reading is expected every {interval_s:.0f} s), {missing}"
    gaps = [f"{_utc(one.first_ms)} to {_utc(one.last_ms)}: {one.missing} missing" for one in total.gaps]
    yield from _shown("gap", gaps, total.gap_count)


def _table(total: PartCount) -> Iterator[str]:
    rows = [("datastream", *(head for head, _ in COLUMNS))]
    rows += [(name, *(str(of(count)) for _, of in COLUMNS)) for name, count in sorted(total.columns.items())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        yield "  ".join([name.ljust(widths[0]), *map(str.rjust, cells, widths[1:])])


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


def _utc(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / MS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
