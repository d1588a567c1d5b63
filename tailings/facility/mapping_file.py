"""A mapping in a file of its own, as an import has it: each problem with its line, its key and the fix."""

from __future__ import annotations

from tailings import toml_text
from tailings.facility import shapes
from tailings.facility.bad import BadFacility, Report
from tailings.facility.lines import key_lines
from tailings.facility.mappings import Mapping


def parse_mapping(text: str) -> Mapping:
    """The mapping that a text describes. Raises BadFacility with all problems, TooDeep or TOMLDecodeError."""
    table = toml_text.read(text)
    lines = key_lines(text)
    report = Report(lambda: lines, "")
    mapping: Mapping | None = shapes.read(report, (), table, Mapping)
    try:
        report.stop_if_bad()
    except BadFacility as error:
        # What a mapping checks of itself says its key, and nothing of where that stands.
        placed = [
            one if one.line else one._replace(line=lines.get((one.message.partition(":")[0],), 0))
            for one in error.problems
        ]
        raise BadFacility(placed) from error
    assert mapping is not None
    return mapping
