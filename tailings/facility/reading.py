"""Reading facility.toml: text -> tables -> frozen values, then the checks between them."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from tailings import filters, formulas, instruments, plugins
from tailings.facility import (
    checks,
    limits,
    mapping_checks,
    permit_checks,
    plan_checks,
    section_checks,
    shapes,
)
from tailings.facility.bad import BadFacility, Path, Problem, Report
from tailings.facility.lines import key_lines
from tailings.facility.mappings import Mapping
from tailings.facility.model import Agent, Datastream, Facility, Instrument, Node
from tailings.facility.plans import Plan
from tailings.facility.sections import Section
from tailings.formulas._order import sort

MAX_FILE_BYTES = 4 * 1024 * 1024
_TABLES = ("facility", "agents", "nodes", "instruments", "datastreams", "tarp", "sections", "mappings")
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_DEFAULT_INTERVAL_S = 3600.0


def parse(text: str, source: str = "facility.toml") -> Facility:
    """The facility that a file describes; raises BadFacility with every problem found, its line and the fix."""
    tables = _tables(text, source)
    report = Report(lambda: key_lines(text), source)
    for name in tables:
        if name not in _TABLES:
            report.add((name,), f"key {name!r} is not known here{plugins.hint(name, _TABLES)}")
    facility = _facility(report, tables, version_hash(text))
    report.stop_if_bad()
    assert facility is not None
    checks.check(facility, report)
    plan_checks.check(facility, report)
    section_checks.check(facility, report)
    mapping_checks.check(facility, report)
    permit_checks.check(facility, report)
    report.stop_if_bad()
    plans = facility.tarp | limits.limit_plans(facility)
    return replace(facility, derived_order=sort(facility.datastreams), tarp=plans)


def version_hash(text: str) -> str:
    """The hash under which a file is known: SHA-256 of its text, line ends as LF, in hex."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def _tables(text: str, source: str) -> dict[str, Any]:
    if len(text.encode()) > MAX_FILE_BYTES:
        raise BadFacility([Problem(0, "", f"the file is larger than {MAX_FILE_BYTES} bytes")], source)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = _AT_LINE.search(message)
        line = int(found[1]) if found else text.count("\n") + 1
        problem = Problem(line, "", _toml_message(message[: found.start()] if found else message))
        raise BadFacility([problem], source) from error
    except RecursionError as error:
        raise BadFacility([Problem(0, "", "tables are nested too deep; flatten them")], source) from error


def _toml_message(message: str) -> str:
    if "twice" in message or "overwrite" in message:
        return f"{message[0].lower()}{message[1:]}: an id or key stands here a second time; rename or remove one"
    return f"not TOML: {message[0].lower()}{message[1:]}"


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
        "datastreams": _datastreams(report, tables, nodes),
        "tarp": _each(report, tables, "tarp", Plan, lambda name: {"id": name, "is_limit": False}),
        "sections": _each(report, tables, "sections", Section, lambda name: {"id": name}),
        "mappings": _each(report, tables, "mappings", Mapping, lambda _: {}),
    }
    given = {"version_hash": text_hash, "derived_order": (), **{name: {} for name in known}}
    facility = shapes.read(report, ("facility",), head, Facility, given)
    return None if facility is None else replace(facility, **known)


def _timezone(report: Report, head: Any) -> ZoneInfo:
    name = head.get("timezone") if isinstance(head, dict) else None
    try:
        return ZoneInfo(name) if isinstance(name, str) else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        report.add(("facility", "timezone"), f'time zone {name!r} is not known; use a name such as "Europe/Lisbon"')
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


def _instruments(report: Report, tables: dict[str, Any], timezone: ZoneInfo) -> dict[str, Instrument]:
    found: dict[str, Instrument] = {}
    for name, table in _table(report, tables, "instruments").items():
        path: Path = ("instruments", name)
        given: dict[str, Any] = {"name": name, "node": name.partition(":")[0]}
        plain = dict(table) if isinstance(table, dict) else table
        if isinstance(plain, dict):
            given |= {"settings": None, "calibrations": ()}
            settings, calibrations = plain.pop("settings", {}), plain.pop("calibrations", [])
        instrument = shapes.read(report, path, plain, Instrument, given)
        if instrument is None:
            continue
        try:
            kind = instruments.get(instrument.driver)
        except plugins.UnknownPlugin as error:
            report.add((*path, "driver"), str(error).replace("instrument", "driver"))
            continue
        found[name] = replace(
            instrument,
            settings=shapes.read(report, (*path, "settings"), settings, kind.Settings),
            calibrations=_calibrations(report, (*path, "calibrations"), calibrations, kind.CALIBRATION, timezone),
        )
    return found


def _calibrations(report: Report, path: Path, tables: Any, shape: Any, timezone: ZoneInfo) -> tuple[Any, ...]:
    if tables and shape is None:
        report.add(path, "an instrument of this driver has no calibrations; remove them")
        return ()
    if not isinstance(tables, list):
        report.add(path, "expected [[...calibrations]] with double brackets")
        return ()
    found = []
    for index, table in enumerate(tables):
        if isinstance(table, dict):
            table = _dated(table, timezone)
            if "valid_from" not in table:
                report.add((*path, index), "the calibration has no date; add valid_from, the day it took effect")
                continue
        found.append(shapes.read(report, (*path, index), table, shape))
    return tuple(calibration for calibration in found if calibration is not None)


def _dated(table: dict[str, Any], timezone: ZoneInfo) -> dict[str, Any]:
    return {key: _instant(value, timezone) if key.startswith("valid_") else value for key, value in table.items()}


def _instant(value: Any, timezone: ZoneInfo) -> Any:
    """A day as its first instant in the facility's time zone; a local time is taken in that zone."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=timezone)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=timezone)
    return value


def _datastreams(report: Report, tables: dict[str, Any], nodes: dict[str, Node]) -> dict[str, Datastream]:
    found: dict[str, Datastream] = {}
    for name, table in _table(report, tables, "datastreams").items():
        path: Path = ("datastreams", name)
        instrument = name.rpartition(".")[0]
        node = name.partition(":")[0]
        given: dict[str, Any] = {"name": name, "node": node, "instrument": instrument}
        plain = dict(table) if isinstance(table, dict) else table
        if isinstance(plain, dict):
            given |= {"parameters": None, "filters": {}}
            parameters, settings = plain.pop("parameters", None), plain.pop("filters", {})
            interval_s = nodes[node].expected_interval_s if node in nodes else _DEFAULT_INTERVAL_S
            plain.setdefault("expected_interval_s", interval_s)
        datastream = shapes.read(report, path, plain, Datastream, given)
        if datastream is not None:
            found[name] = replace(
                datastream,
                parameters=_parameters(report, path, datastream.formula, parameters),
                filters=_filters(report, (*path, "filters"), settings),
            )
    return found


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
