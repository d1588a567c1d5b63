"""What must hold in a cross-section: instruments that are known and have a place, ground above the foundation."""

from __future__ import annotations

from tailings.facility.bad import Path, Report
from tailings.facility.model import Facility
from tailings.facility.sections import Section
from tailings.plugins import hint
from wire import names as wire_names

MAX_SECTIONS = 20
_TOLERANCE_M = 0.005


def check(facility: Facility, report: Report) -> None:
    """Report what does not fit in the cross-sections of a facility."""
    if len(facility.sections) > MAX_SECTIONS:
        report.add(("sections",), f"{len(facility.sections)} sections are too many; at most {MAX_SECTIONS}")
    for section in facility.sections.values():
        _section(section, facility, report)


def _section(section: Section, facility: Facility, report: Report) -> None:
    path: Path = ("sections", section.id)
    if not wire_names.is_id(section.id):
        report.add(
            path, f"{section.id!r} is not an id: use a-z, 0-9 and -, at most 32, starting with a letter or digit"
        )
    for offset_m, elevation_m in section.foundation:
        if elevation_m > section.ground_m(offset_m) + _TOLERANCE_M:
            report.add(
                (*path, "foundation"),
                f"at {offset_m:g} m the foundation ({elevation_m:g} m) is above the ground "
                f"({section.ground_m(offset_m):g} m); one of the two is wrong",
            )
    for index, name in enumerate(section.instruments):
        _instrument(name, facility, report, (*path, "instruments", index))


def _instrument(name: str, facility: Facility, report: Report, at: Path) -> None:
    instrument = facility.instruments.get(name)
    if instrument is None:
        report.add(at, f"there is no instrument {name!r}{hint(name, facility.instruments)}")
        return
    node = facility.nodes.get(instrument.node)
    if node is None or node.position is None or node.position.offset_m is None:
        report.add(at, f"node {instrument.node} has no offset_m; add position = {{ offset_m = ... }} to it")
    if instrument.tip_elevation_m is None:
        report.add(at, f"instrument {name} has no tip_elevation_m; add it, or leave it out of the section")
