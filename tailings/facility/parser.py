"""Reading facility.toml: text -> tables -> frozen values, then the checks between them."""

from __future__ import annotations

import hashlib
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tailings import filters, formulas, instruments, plugins, zones
from tailings.facility import (
    checks,
    dated_lists,
    declaration,
    disclosure_checks,
    limits,
    mapping_checks,
    permit_checks,
    physical_ranges,
    plan_checks,
    section_checks,
    uncertainty_checks,
)
from tailings.facility.bad import BadFacility, decoded, stop_if_bad
from tailings.facility.dated_lists import DatedList
from tailings.facility.mappings import Mapping
from tailings.facility.model import Agent, Catchment, Datastream, Facility, Instrument, Node, StageStorage
from tailings.facility.plans import Plan
from tailings.facility.sections import DesignLine, Outline, SurveyedSection
from tailings.facility.uncertainties import UncertaintyBudget
from tailings.formulas._order import sort
from tailings.geometry import Crest, Tip
from toml_file import shapes
from toml_file import text as toml_text
from toml_file.lines import key_lines
from toml_file.problems import Path, Report

_SITE_LISTS = (
    ("geometry", Crest, "crest"),
    ("stage_storage", StageStorage, "survey"),
    ("catchment", Catchment, "catchment"),
)
_DEFAULT_INTERVAL_S = 3600.0
NO_CALIBRATIONS = "an instrument of this driver has no calibrations; remove them"
NO_GEOMETRY = "nothing of this datastream is counted from a survey or a zero; remove its geometry"


def parse(text: str, source: str = "facility.toml") -> Facility:
    """The facility that a file describes; raises BadFacility with every problem found, its line and the fix."""
    tables = _tables(text, source)
    report = Report(lambda: key_lines(text))
    known = declaration.table_names()
    for name in tables:
        if name not in known:
            report.add((name,), f"key {name!r} is not known here{plugins.hint(name, known)}")
    facility = _facility(report, tables, version_hash(text))
    stop_if_bad(report, source)
    assert facility is not None
    checks.check(facility, report)
    plan_checks.check(facility, report)
    section_checks.check(facility, report)
    mapping_checks.check(facility, report)
    permit_checks.check(facility, report)
    disclosure_checks.check(facility, report)
    uncertainty_checks.check(facility, report)
    stop_if_bad(report, source)
    plans = facility.tarp | limits.limit_plans(facility)
    datastreams = physical_ranges.applied(facility)
    return replace(facility, datastreams=datastreams, derived_order=sort(datastreams), tarp=plans)


def parse_bytes(content: bytes, source: str = "facility.toml") -> Facility:
    """As `parse`, of a file as it was read."""
    return parse(decoded(content, source), source)


def version_hash(text: str) -> str:
    """The hash under which a file is known: SHA-256 of its text, line ends as LF, in hex."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def _tables(text: str, source: str) -> dict[str, Any]:
    try:
        return toml_text.tables(text)
    except toml_text.NotToml as error:
        raise BadFacility([error.problem], source) from error


def _facility(report: Report, tables: dict[str, Any], text_hash: str) -> Facility | None:
    head = tables.get("facility")
    if head is None:
        report.add((), "the table [facility] is missing; add it with id, name, version, timezone, location")
        return None
    timezone = _timezone(report, head)
    agents = _each(report, tables, "agents", Agent, lambda name: {"id": name})
    agent_of = {node: agent.id for agent in agents.values() for node in agent.nodes}
    nodes = _each(report, tables, "nodes", Node, lambda name: {"id": name, "agent": agent_of.get(name, "")})
    known = {
        "agents": agents,
        "nodes": nodes,
        "instruments": _instruments(report, tables, timezone),
        "datastreams": _datastreams(report, tables, nodes, timezone),
        "tarp": _each(report, tables, "tarp", Plan, lambda name: {"id": name, "is_limit": False}),
        "sections": _sections(report, tables, timezone),
        "mappings": _each(report, tables, "mappings", Mapping, lambda _: {}),
    }
    head, dated = _site(report, head, timezone)
    given = {"version_hash": text_hash, "derived_order": (), **{name: {} for name in known}, **dated}
    facility = shapes.read(report, ("facility",), head, Facility, dict.fromkeys(dated, ()) | given)
    return None if facility is None else replace(facility, **known, **dated)


def _site(report: Report, head: Any, timezone: ZoneInfo) -> tuple[Any, dict[str, tuple[Any, ...]]]:
    """The table [facility] without its dated lists, and these."""
    lists = {name: DatedList(("facility", name), shape, timezone, what) for name, shape, what in _SITE_LISTS}
    plain = dated_lists.refuse_undated(report, head, ("facility",), lists["geometry"])
    if not isinstance(plain, dict):
        return plain, {}
    dated = {name: dated_lists.read(report, known, plain.pop(name, [])) for name, known in lists.items()}
    return plain, dated


def _timezone(report: Report, head: Any) -> ZoneInfo:
    name = head.get("timezone") if isinstance(head, dict) else None
    try:
        return zones.iana_zone(name) if isinstance(name, str) else ZoneInfo("UTC")
    except zones.UnknownZone:
        shown = str(name)[: zones.MOST_SHOWN]
        report.add(("facility", "timezone"), f"time zone {shown!r} is not known{zones.nearest(shown)}")
        return ZoneInfo("UTC")


def _each(report: Report, tables: dict[str, Any], name: str, shape: Any, given: Any) -> dict[str, Any]:
    found = {}
    for key, table in _table(report, tables, name).items():
        value = shapes.read(report, (name, key), table, shape, given(key))
        if value is not None:
            found[key] = value
    return found


def _table(report: Report, tables: dict[str, Any], name: str) -> dict[str, Any]:
    table = tables.get(name, {})
    if isinstance(table, dict):
        return table
    report.add((name,), f"expected tables such as [{name}.id]")
    return {}


def _sections(report: Report, tables: dict[str, Any], timezone: ZoneInfo) -> dict[str, SurveyedSection]:
    found: dict[str, SurveyedSection] = {}
    for name, table in _table(report, tables, "sections").items():
        path: Path = ("sections", name)
        outlines = DatedList((*path, "geometry"), Outline, timezone, "outline")
        plain = dated_lists.refuse_undated(report, table, path, outlines)
        designs = DatedList((*path, "design_line"), DesignLine, timezone, "design line")
        lists = [plain.pop(key, []) if isinstance(plain, dict) else [] for key in ("geometry", "design_line")]
        given: dict[str, Any] = {"id": name, "geometry": (), "design_line": ()}
        section = shapes.read(report, path, plain, SurveyedSection, given)
        if section is not None:
            geometry, design = (dated_lists.read(report, *one) for one in zip((outlines, designs), lists, strict=True))
            found[name] = replace(section, geometry=geometry, design_line=design)
    return found


def _instruments(report: Report, tables: dict[str, Any], timezone: ZoneInfo) -> dict[str, Instrument]:
    found: dict[str, Instrument] = {}
    for name, table in _table(report, tables, "instruments").items():
        path: Path = ("instruments", name)
        tips = DatedList((*path, "geometry"), Tip, timezone, "tip")
        given: dict[str, Any] = {"name": name, "node": name.partition(":")[0]}
        plain = dated_lists.refuse_undated(report, table, path, tips)
        if isinstance(plain, dict):
            given |= {"settings": None, "geometry": (), "calibrations": (), "uncertainty": ()}
            settings, calibrations = plain.pop("settings", {}), plain.pop("calibrations", [])
            geometry, uncertainty = plain.pop("geometry", []), plain.pop("uncertainty", [])
        instrument = shapes.read(report, path, plain, Instrument, given)
        if instrument is None:
            continue
        try:
            kind = instruments.get(instrument.driver)
        except plugins.UnknownPlugin as error:
            report.add((*path, "driver"), str(error).replace("instrument", "driver"))
            continue
        known = DatedList((*path, "calibrations"), kind.CALIBRATION, timezone, "calibration")
        budgets = DatedList((*path, "uncertainty"), UncertaintyBudget, timezone, "budget")
        found[name] = replace(
            instrument,
            settings=shapes.read(report, (*path, "settings"), settings, kind.Settings),
            geometry=dated_lists.read(report, tips, geometry),
            calibrations=dated_lists.read(report, known, calibrations, NO_CALIBRATIONS),
            uncertainty=dated_lists.read(report, budgets, uncertainty),
        )
    return found


def _datastreams(
    report: Report, tables: dict[str, Any], nodes: dict[str, Node], timezone: ZoneInfo
) -> dict[str, Datastream]:
    found: dict[str, Datastream] = {}
    for name, table in _table(report, tables, "datastreams").items():
        path: Path = ("datastreams", name)
        instrument = name.rpartition(".")[0]
        node = name.partition(":")[0]
        given: dict[str, Any] = {"name": name, "node": node, "instrument": instrument}
        plain = dict(table) if isinstance(table, dict) else table
        if isinstance(plain, dict):
            given |= {"parameters": None, "geometry": (), "filters": {}}
            parameters, settings = plain.pop("parameters", None), plain.pop("filters", {})
            geometry = plain.pop("geometry", [])
            interval_s = nodes[node].expected_interval_s if node in nodes else _DEFAULT_INTERVAL_S
            plain.setdefault("expected_interval_s", interval_s)
        datastream = shapes.read(report, path, plain, Datastream, given)
        if datastream is not None:
            known = DatedList((*path, "geometry"), _geometry_of(datastream.formula), timezone)
            parameters = dated_lists.refuse_undated(report, parameters, (*path, "parameters"), known)
            found[name] = replace(
                datastream,
                parameters=_parameters(report, path, datastream.formula, parameters),
                geometry=dated_lists.read(report, known, geometry, NO_GEOMETRY),
                filters=_filters(report, (*path, "filters"), settings),
            )
    return found


def _geometry_of(formula: str | None) -> Any:
    """The shape of an entry under `geometry` of a datastream of this formula; None when it has none."""
    return getattr(formulas.get(formula), "GEOMETRY", None) if formula in formulas.names() else None


def _parameters(report: Report, path: Path, formula: str | None, parameters: Any) -> Any:
    if formula is None:
        if parameters is not None:
            report.add((*path, "parameters"), "a raw datastream has no parameters; name a formula or remove them")
        return None
    try:
        shape = formulas.get(formula).Parameters
    except plugins.UnknownPlugin as error:
        report.add((*path, "formula"), str(error))
        return None
    return shapes.read(report, (*path, "parameters"), {} if parameters is None else parameters, shape)


def _filters(report: Report, path: Path, tables: Any) -> dict[str, Any]:
    if not isinstance(tables, dict):
        report.add(path, 'expected tables such as [datastreams."...".filters.gross_range]')
        return {}
    found = {}
    for name, table in tables.items():
        try:
            found[name] = shapes.read(report, (*path, name), table, filters.get(name).Settings)
        except plugins.UnknownPlugin as error:
            report.add((*path, name), str(error))
    return found
