"""What must hold in a cross-section: instruments that are known and have a place, ground above the foundation."""

from __future__ import annotations

from tailings.facility.model import Facility
from tailings.facility.sections import Outline, SurveyedSection
from tailings.plugins import hint
from toml_file.problems import Path, Report, spell
from wire import names as wire_names

MAX_SECTIONS = 20
_TOLERANCE_M = 0.005


def check(facility: Facility, report: Report) -> None:
    """Report what does not fit in the cross-sections of a facility."""
    if len(facility.sections) > MAX_SECTIONS:
        report.add(("sections",), f"{len(facility.sections)} sections are too many; at most {MAX_SECTIONS}")
    for section in facility.sections.values():
        _section(section, facility, report)


def _section(section: SurveyedSection, facility: Facility, report: Report) -> None:
    path: Path = ("sections", section.id)
    if not wire_names.is_id(section.id):
        report.add(
            path, f"{section.id!r} is not an id: use a-z, 0-9 and -, at most 32, starting with a letter or digit"
        )
    if not section.geometry:
        report.add(path, f"the section has no outline; add [[{spell((*path, 'geometry'))}]] with valid_from and ground")
    for index, outline in enumerate(section.geometry):
        _foundation(outline, report, (*path, "geometry", index, "foundation"))
    for index, name in enumerate(section.instruments):
        _instrument(name, facility, report, (*path, "instruments", index))


def _foundation(outline: Outline, report: Report, at: Path) -> None:
    for offset_m, elevation_m in outline.foundation:
        if elevation_m > outline.ground_m(offset_m) + _TOLERANCE_M:
            report.add(
                at,
                f"at {offset_m:g} m the foundation ({elevation_m:g} m) is above the ground "
                f"({outline.ground_m(offset_m):g} m); one of the two is wrong",
            )


def _instrument(name: str, facility: Facility, report: Report, at: Path) -> None:
    instrument = facility.instruments.get(name)
    if instrument is None:
        report.add(at, f"there is no instrument {name!r}{hint(name, facility.instruments)}")
        return
    node = facility.nodes.get(instrument.node)
    if node is None or node.position is None or node.position.offset_m is None:
        report.add(at, f"node {instrument.node} has no offset_m; add position = {{ offset_m = ... }} to it")
    if not instrument.geometry:
        where = spell(("instruments", name, "geometry"))
        report.add(
            at,
            f"instrument {name} has no tip_elevation_m; add [[{where}]] with valid_from and tip_elevation_m, or leave "
            "the instrument out of the section",
        )
