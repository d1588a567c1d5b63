"""What must hold in a mapping: columns lead to raw datastreams of one agent, each once, in units that convert."""

from __future__ import annotations

from collections.abc import Iterator

from tailings import units
from tailings.facility.mappings import Mapping
from tailings.facility.model import Facility
from tailings.plugins import hint
from toml_file.problems import Path, Report


def check(facility: Facility, report: Report) -> None:
    """Report what does not fit in the mappings of a facility."""
    for name, mapping in facility.mappings.items():
        for path, problem in problems(mapping, facility):
            report.add(("mappings", name, *path), problem)


def problems(mapping: Mapping, facility: Facility) -> Iterator[tuple[Path, str]]:
    """What is wrong with one mapping: where in it, and a sentence that names the column and the nearest datastream."""
    seen: dict[str, str] = {}
    first_agent: str | None = None
    for column, name in mapping.columns.items():
        at: Path = ("columns", column)
        datastream = facility.datastreams.get(name)
        if datastream is None:
            yield at, f"{column!r} leads to {name!r}, which is no datastream{hint(name, facility.datastreams)}"
            continue
        if not datastream.is_raw:
            yield at, f"{column!r} leads to {name!r}, which is derived; only raw values come in"
        if name in seen:
            yield at, f"{seen[name]!r} and {column!r} lead to one datastream, {name!r}"
        seen.setdefault(name, column)
        agent = facility.nodes[datastream.node].agent if datastream.node in facility.nodes else None
        first_agent = first_agent or agent
        if agent != first_agent:
            yield at, f"{column!r}: node {datastream.node!r} belongs to agent {agent!r}, others to {first_agent!r}"
    yield from _units(mapping, facility)


def _units(mapping: Mapping, facility: Facility) -> Iterator[tuple[Path, str]]:
    for column, unit in mapping.units.items():
        at: Path = ("units", column)
        if column not in mapping.columns:
            yield at, f"there is no column {column!r} in this mapping{hint(column, mapping.columns)}"
        elif problem := said_unit_problem(repr(column), unit, mapping.columns[column], facility):
            yield at, problem


def said_unit_problem(what: str, unit: str, name: str, facility: Facility) -> str | None:
    """Why `what`, which its sender says in this unit, cannot become a datastream's; None where it can."""
    datastream = facility.datastreams.get(name)
    is_known = datastream is not None and datastream.unit in units.symbols()
    wanted = units.get(datastream.unit).dimension if datastream is not None and is_known else None
    if unit not in units.symbols():
        return f"unit {unit!r} is not known{units.nearest(unit, wanted)}"
    found = units.get(unit).dimension
    if datastream is None or wanted in {None, found}:
        return None
    return f"{what} in {unit} is a {found}; {datastream.name} is in {datastream.unit}"
