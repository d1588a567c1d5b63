"""What must hold between the parts of a facility file: references, units, dates, one agent a node, no circles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import msgspec

from tailings import filters, formulas, instruments, quantities, units
from tailings.facility.model import Datastream, Facility, Instrument
from tailings.formulas._order import describe, find_cycle
from tailings.geometry import Dated, in_force
from toml_file.nearest import choices, hint
from toml_file.problems import Path, Report, spell
from wire import names as wire_names

CONSEQUENCE_CLASSES = ("low", "significant", "high", "very high", "extreme")
_MAX_TOPIC = 200
_TOPIC_RULE = "write a topic of another maker such as application/7/device/+/event/up, with + for a whole level, no #"
_ID_RULE = "use a-z, 0-9 and -, at most 32, starting with a letter or digit"


def check(facility: Facility, report: Report) -> None:
    """Report whatever does not fit together."""
    _head(facility, report)
    _catchments(facility, report)
    _agents(facility, report)
    for instrument in facility.instruments.values():
        _instrument(instrument, facility, report)
        _cost(instrument, facility, report)
    for datastream in facility.datastreams.values():
        _datastream(datastream, facility, report)
    cycle = find_cycle(facility.datastreams)
    if cycle:
        report.add(("datastreams", cycle[0], "inputs"), describe(cycle))


def _head(facility: Facility, report: Report) -> None:
    if not wire_names.is_id(facility.id):
        report.add(("facility", "id"), f"{facility.id!r} is not an id: {_ID_RULE}")
    level = facility.consequence_class
    if level is not None and level.replace("-", " ") not in CONSEQUENCE_CLASSES:
        report.add(
            ("facility", "consequence_class"),
            f"{level!r} is not a consequence class{choices(level, CONSEQUENCE_CLASSES)}",
        )


def _cost(instrument: Instrument, facility: Facility, report: Report) -> None:
    if instrument.replacement_cost is not None and facility.currency is None:
        path: Path = ("instruments", instrument.name, "replacement_cost")
        report.add(path, 'of which money? Add a currency to [facility], such as currency = "EUR"')


def _catchments(facility: Facility, report: Report) -> None:
    for index, one in enumerate(facility.catchment):
        survey = in_force(facility.stage_storage, one.valid_from)
        pond_m2 = survey.surface_m2(survey.level_m[-1]) if survey else None
        if pond_m2 is not None and one.area_m2 < pond_m2:
            report.add(
                ("facility", "catchment", index, "area_m2"),
                f"{one.area_m2:g} m2 is less than the full pond's own surface of {pond_m2:g} m2 by the survey; "
                "give the whole area that drains into the pond, the pond included",
            )


def _agents(facility: Facility, report: Report) -> None:
    served = Counter(node for agent in facility.agents.values() for node in agent.nodes)
    for agent in facility.agents.values():
        if not wire_names.is_id(agent.id):
            report.add(("agents", agent.id), f"{agent.id!r} is not an id: {_ID_RULE}")
        for index, topic in enumerate(agent.listens):
            if not _is_foreign(topic):
                report.add(("agents", agent.id, "listens", index), f"{topic!r} cannot be listened to: {_TOPIC_RULE}")
        for index, node in enumerate(agent.nodes):
            path: Path = ("agents", agent.id, "nodes", index)
            if node not in facility.nodes:
                report.add(path, f"there is no node {node!r}{hint(node, facility.nodes)}")
            elif served[node] > 1:
                report.add(path, f"node {node} stands under {served[node]} agents; leave it under one")
    for node in facility.nodes:
        if not wire_names.is_id(node):
            report.add(("nodes", node), f"{node!r} is not an id: {_ID_RULE}")
        if not served[node]:
            report.add(("nodes", node), f"node {node} has no agent; add it to the nodes of one [agents.<id>]")


def _is_foreign(topic: str) -> bool:
    """Whether a topic may belong to another maker's sender; it ends up in a line of the broker's access list."""
    levels = topic.split("/")
    is_printable = topic.isascii() and topic.isprintable() and " " not in topic and len(topic) <= _MAX_TOPIC
    is_whole = all(level == "+" or not set(level) & set("+#") for level in levels)
    return is_printable and is_whole and levels[0] not in {"", "+", "tw"} and not topic.startswith("$")


def _instrument(instrument: Instrument, facility: Facility, report: Report) -> None:
    path: Path = ("instruments", instrument.name)
    node, colon, own = instrument.name.partition(":")
    if not colon or not wire_names.is_id(own):
        report.add(path, f'an instrument is named "node:instrument"; {_ID_RULE}')
    elif node not in facility.nodes:
        report.add(path, f"there is no node {node!r}{hint(node, facility.nodes)}")


def _datastream(datastream: Datastream, facility: Facility, report: Report) -> None:
    path: Path = ("datastreams", datastream.name)
    instrument = facility.instruments.get(datastream.instrument)
    channel = datastream.name.rpartition(".")[2]
    if not datastream.instrument or not wire_names.is_id(channel):
        report.add(path, f'a datastream is named "node:instrument.channel"; {_ID_RULE}')
        return
    if instrument is None:
        known = hint(datastream.instrument, facility.instruments)
        report.add(path, f"there is no instrument {datastream.instrument!r}{known}")
        return
    unit_is_good = _unit(datastream, report, path)
    _filters(datastream, facility, report, path)
    if datastream.formula is not None:
        _derived(datastream, instrument, facility, report, unit_is_good)
        return
    if datastream.inputs:
        report.add((*path, "inputs"), "a raw datastream has no inputs; name a formula or remove them")
    channels = instruments.get(instrument.driver).CHANNELS
    if channel not in channels:
        report.add(
            path, f"driver {instrument.driver} has no channel {channel!r}{choices(channel, _in_short(channels))}"
        )
    elif channel in getattr(instruments.get(instrument.driver), "LEVELS", ()):
        _level_gauge(instrument, report)


def _in_short(channels: Iterable[str]) -> list[str]:
    """The channels of a kind; of numbered ones the first."""
    return [name for name in channels if not name.rpartition("-")[2].isdigit() or name.endswith("-1")]


def _level_gauge(instrument: Instrument, report: Report) -> None:
    """A device that makes metres itself says whether the air's pressure is in them: here nobody can take it out."""
    path: Path = ("instruments", instrument.name)
    if instrument.pressure is None:
        fix = instruments.SAY_ANY_PRESSURE
        report.add(path, f"instrument {instrument.name} does not say what its pressure is against; {fix}")
    elif instrument.pressure == instruments.ABSOLUTE:
        report.add(
            (*path, "pressure"),
            f"instrument {instrument.name} is sealed (absolute) and gives metres, so weather alone moves it by 0.3 m; "
            "read its current and derive the level with a barometer (level_from_current), or say "
            f'pressure = "{instruments.VENTED}" if it takes the air\'s pressure off itself',
        )


def _unit(datastream: Datastream, report: Report, path: Path) -> bool:
    try:
        quantity = quantities.get(datastream.quantity)
    except quantities.UnknownQuantity as error:
        report.add((*path, "quantity"), f"{error}{hint(datastream.quantity, quantities.names())}")
        return False
    try:
        dimension = units.get(datastream.unit).dimension
    except units.UnknownUnit as error:
        report.add((*path, "unit"), f"{error}{units.nearest(datastream.unit, quantity.dimension)}")
        return False
    if dimension != quantity.dimension:
        report.add((*path, "unit"), f"{datastream.unit} is a {dimension}; {quantity.name} is given in {quantity.unit}")
    elif datastream.unit != quantity.unit and quantity.name in quantities.RECKONED:
        report.add(
            (*path, "unit"),
            f"{quantity.name} is in {quantity.unit}, never in {datastream.unit}: answers reckon with it as it is; "
            "a formula, or `units` of a receiver or a mapping, turns into it what is given",
        )
        return False
    return dimension == quantity.dimension


def _derived(
    datastream: Datastream, instrument: Instrument, facility: Facility, report: Report, unit_is_good: bool
) -> None:
    assert datastream.formula is not None
    path: Path = ("datastreams", datastream.name)
    formula = formulas.get(datastream.formula)
    inputs_are_good = _inputs(datastream, formula, facility, report)
    if datastream.quantity not in formula.RESULT[0] and unit_is_good:
        expected = " or ".join(formula.RESULT[0])
        report.add((*path, "quantity"), f"formula {datastream.formula} gives {expected}, not {datastream.quantity}")
    if formula.CALIBRATION is not None and not instrument.calibrations:
        report.add(path, f"formula {datastream.formula} needs a calibration; add one to instrument {instrument.name}")
    elif formula.CALIBRATION is not None and not isinstance(instrument.calibrations[0], formula.CALIBRATION):
        report.add((*path, "formula"), f"the calibrations of a {instrument.driver} do not fit {datastream.formula}")
    elif _geometry(datastream, formula, facility, report) and inputs_are_good and hasattr(formula, "check"):
        roles, calibrations = frozenset(datastream.inputs), instrument.calibrations
        setting = formulas.Setting(
            roles, datastream.parameters, datastream.geometry, calibrations, instrument, facility=facility
        )
        fault = formula.check(setting)
        if fault:
            report.add(path, fault)


def _geometry(datastream: Datastream, formula: ModuleType, facility: Facility, report: Report) -> bool:
    """Whether each dated list that a formula counts from has an entry; where one has none, where to add it."""
    path: Path = ("datastreams", datastream.name)
    keys = ", ".join(_required(formula.GEOMETRY)) if hasattr(formula, "GEOMETRY") else ""
    where = {
        "geometry": f"[[{spell((*path, 'geometry'))}]] with valid_from, {keys}",
        "tip": f"[[{spell(('instruments', datastream.instrument, 'geometry'))}]] with valid_from and tip_elevation_m",
        "crest": "[[facility.geometry]] with valid_from and crest_m",
        "stage_storage": "[[facility.stage_storage]] with valid_from, level_m and volume_m3",
    }
    lacking = [name for name, entries in formulas.lists_of(datastream, facility).items() if not entries]
    for name in lacking:
        report.add(
            path, f"formula {datastream.formula} counts from a dated {name} and there is none; add {where[name]}"
        )
    return not lacking


def _required(shape: Any) -> list[str]:
    own = [field for field in msgspec.structs.fields(shape) if field.name not in Dated.__struct_fields__]
    return [field.name for field in own if field.required] or [field.name for field in own]


def _inputs(datastream: Datastream, formula: ModuleType, facility: Facility, report: Report) -> bool:
    path: Path = ("datastreams", datastream.name, "inputs")
    before = len(report)
    declared = formulas.inputs_of(formula, datastream.inputs)
    for needed in formula.INPUTS:
        if not needed.optional and needed not in declared.values():
            example = f"{needed.name}_1" if needed.many else needed.name
            report.add(path, f"the input {example!r} is missing; name a datastream in {needed.unit}")
    for role, name in datastream.inputs.items():
        at = (*path, role)
        if role not in declared:
            known = [needed.name for needed in formula.INPUTS]
            report.add(at, f"formula {datastream.formula} has no input {role!r}{hint(role, known)}")
        elif name not in facility.datastreams:
            report.add(at, f"there is no datastream {name!r}{hint(name, facility.datastreams)}")
        else:
            _input_unit(facility.datastreams[name], declared[role].unit, report, at)
    return len(report) == before


def _input_unit(source: Datastream, wanted: str, report: Report, at: Path) -> None:
    if source.unit in units.symbols() and units.get(source.unit).dimension != units.get(wanted).dimension:
        report.add(at, f"{source.name} is in {source.unit}; this input needs {wanted} or a unit that converts to it")


def _filters(datastream: Datastream, facility: Facility, report: Report, path: Path) -> None:
    for name, settings in datastream.filters.items():
        if not getattr(filters.get(name), "OTHERS", False):
            continue
        compares = getattr(filters.get(name), "PARTNERS", False)
        for other in settings.others():
            at = (*path, "filters", name)
            if other not in facility.datastreams:
                report.add(at, f"there is no datastream {other!r}{hint(other, facility.datastreams)}")
            elif other == datastream.name:
                report.add(at, "a datastream cannot be compared with itself; name another one")
            elif compares and facility.datastreams[other].unit != datastream.unit:
                report.add(at, f"{other} is in another unit than {datastream.unit}; compare datastreams in one unit")
