"""In which order derived datastreams are computed, so that each comes after what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from tailings.facility.bad import BadFacility
from tailings.facility.model import Datastream, Facility
from toml_file.problems import FileProblem, spell


def order(facility: Facility) -> tuple[str, ...]:
    """The names of all derived datastreams, inputs before results; raises BadFacility when they run in a circle."""
    cycle = find_cycle(facility.datastreams)
    if cycle:
        raise BadFacility([FileProblem(0, spell(("datastreams", cycle[0])), describe(cycle))])
    return sort(facility.datastreams)


def sort(datastreams: Mapping[str, Datastream]) -> tuple[str, ...]:
    """As `order`, for datastreams that are known to have no cycle."""
    sorter = TopologicalSorter({name: needs(datastream) for name, datastream in datastreams.items()})
    return tuple(name for name in sorter.static_order() if not datastreams[name].is_raw)


def find_cycle(datastreams: Mapping[str, Datastream]) -> list[str]:
    """The names along one circle of formulas, the first repeated at the end; empty when there is none."""
    sorter = TopologicalSorter({name: needs(datastream) for name, datastream in datastreams.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def describe(cycle: list[str]) -> str:
    """The sentence for a circle of formulas."""
    return f"formulas run in a circle: {' -> '.join(cycle)}; take one of these inputs out"


def needs(datastream: Datastream) -> list[str]:
    """What must be computed before a datastream: the inputs of its formula."""
    return sorted(set(datastream.inputs.values()))
