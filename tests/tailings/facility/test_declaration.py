"""What a facility file may say, told in three ways that must agree: the parser, the JSON Schema, the reference."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tailings import BadFacility, parse
from tailings.facility import declaration, reference, schema
from tests import facility_reference
from tests.facility_reference import FILES
from toml_file import problems, shapes

VALIDATOR = jsonschema_rs.Draft7Validator(schema.schema())
PAGES = facility_reference.document() + facility_reference.functions().partition("## Keys")[2]
EVERYTHING = tomllib.loads(FILES[2].read_text())
TABLES_OF_EVERYTHING = tuple(reference.tables_of(EVERYTHING))
Steps = tuple[str | int, ...]


def as_editors_see(value: Any) -> Any:
    """Tables as an editor hands them to a validator: days and times as text."""
    if isinstance(value, dict):
        return {key: as_editors_see(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_editors_see(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def is_in_schema(tables: Any) -> bool:
    """Whether the schema takes it; by jsonschema-rs, which is not ours."""
    return bool(VALIDATOR.is_valid(as_editors_see(tables)))


def is_parsed(tables: dict[str, Any]) -> bool:
    """Whether the parser takes it."""
    try:
        parse("\n".join(f"{json_key(name)} = {reference.toml(table)}" for name, table in tables.items()))
    except BadFacility:
        return False
    return True


def json_key(name: str) -> str:
    return '"' + name + '"'


def places(value: Any, at: Steps = ()) -> Iterator[Steps]:
    """Every place in tables, the deepest first."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from places(inner, (*at, step))
        yield (*at, step)


def changed(tables: Any, at: Steps, make: Any) -> Any:
    """The tables with the value at a place made anew; make gives ... to leave it out."""
    if not at:
        return make(tables)
    new = dict(tables) if isinstance(tables, dict) else list(tables)
    inner = changed(new[at[0]], at[1:], make)
    if inner is ...:
        del new[at[0]]
    else:
        new[at[0]] = inner
    return new


def test_the_schema_is_one() -> None:
    """By the meta-schema of draft 7."""
    assert jsonschema_rs.meta.is_valid(schema.schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_schema_takes_good_files(file: Any) -> None:
    """The demo, the test facility and the file of every key; said of each place that it does not take."""
    tables = as_editors_see(tomllib.loads(file.read_text()))

    assert [f"{error.instance_path}: {error.message}" for error in VALIDATOR.iter_errors(tables)] == []


WORDS = ["", "x", "n1", "linear", "geokon", "kPa", "Cel", "vw_piezometer", "barometer", "vw_pressure", "above", "EUR"]
VALUES = st.one_of(
    [
        st.just(...),
        st.integers(-3, 400),
        st.sampled_from([0.0, 0.05, 0.5, 1.0, 5.0, 20.0, 1000.0, -1.0]),
        st.booleans(),
        st.sampled_from(WORDS),
        st.dates(dt.date(2019, 1, 1), dt.date(2030, 1, 1)),
        st.lists(st.sampled_from([1.0, 2.0, "x"]), max_size=3),
        st.dictionaries(st.sampled_from(["x", "kind", "valid_from"]), st.sampled_from([1.0, "x"]), max_size=2),
    ]
)


def put(value: Any, key: str) -> Any:
    """A change of a table: the value under a key, or the key left out."""
    return lambda old: {name: one for name, one in old.items() if name != key} | ({} if value is ... else {key: value})


def test_the_way_back_to_text_changes_nothing() -> None:
    """The parser takes the tables of a good file as they are written for the test below."""
    assert all(is_parsed(tomllib.loads(file.read_text())) for file in FILES)


@given(st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
def test_what_the_schema_refuses_the_parser_refuses(data: st.DataObject) -> None:
    """A file with a key of one of its tables changed, added or left out: an editor never marks what is taken."""
    one = data.draw(st.sampled_from(TABLES_OF_EVERYTHING))
    names = [*(key.name for key in declaration.keys(one.shape)), "nonsense"]
    key, value = data.draw(st.sampled_from(names)), data.draw(VALUES)
    tables = changed(EVERYTHING, one.path, put(value, key))

    assert is_in_schema(tables) or not is_parsed(tables)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
def test_nor_does_it_where_anything_is_changed(data: st.DataObject) -> None:
    """Whatever stands anywhere, a table included, may be replaced or left out."""
    at, value = data.draw(st.sampled_from(list(places(EVERYTHING)))), data.draw(VALUES)
    tables = changed(EVERYTHING, at, lambda _: value)

    assert is_in_schema(tables) or not is_parsed(tables)


def test_the_schema_sees_mistakes() -> None:
    """It is not empty: a wrong key, type, word, length, missing key and a key of another driver are refused."""
    wrong = [
        (("facility", "timezone"), lambda _: 3),
        (("facility", "version"), lambda _: ...),
        (("facility",), lambda old: old | {"nam": "x"}),
        (("instruments", "n1:vw1", "driver"), lambda _: "vw_piezo"),
        (("instruments", "n1:vw1", "driver"), lambda _: "barometer"),
        (("datastreams", "n1:vw1.pressure", "unit"), lambda _: "psi"),
        (("datastreams", "n2:vw1.temperature", "parameters", "a"), lambda _: "x"),
        (("tarp", "seepage", "levels", 0, "level"), lambda _: "amber"),
        (("sections", "a", "geometry", 0, "ground"), lambda _: [[1.0, 2.0]]),
    ]

    assert [at for at, make in wrong if is_in_schema(changed(EVERYTHING, at, make))] == []


def structs() -> list[tuple[str, type]]:
    return [(section.head, section.shape) for section in reference.sections()]


@pytest.mark.parametrize(("head", "shape"), structs(), ids=lambda one: one if isinstance(one, str) else "")
def test_the_keys_of_the_reference_are_those_that_are_read(head: str, shape: Any) -> None:
    """Of each table: the reader of tables takes every key that is told, and of the model's other fields none."""
    told = {key.name for key in declaration.keys(shape)}
    tag = shape.__struct_config__.tag_field
    names = sorted({*shape.__struct_fields__, *told, "nonsense"})
    report = problems.Report(dict)

    shapes.read(report, (), {name: {} for name in names}, shape)
    unknown = {problem.key for problem in report.problems if "is not known here" in problem.message}
    assert set(names) - unknown - {tag} == told
    assert f"\n### `{head}`" in PAGES


NAMED = ("inputs", "columns", "units", "scale", "filters", "in_an_alarm")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_key_of_a_good_file_is_told(file: Any) -> None:
    """Each key that stands in a file that the parser takes has a row in the reference."""
    page = PAGES
    found = {
        steps for steps in places(tomllib.loads(file.read_text())) if isinstance(steps[-1], str) and len(steps) > 1
    }
    found = {at for at in found if "receivers" not in at[:-1]}  # their keys are those of the agent's plug-ins
    keys = {at[-1] for at in found if at[-2] not in NAMED and not (len(at) == 2 and at[0] != "facility")}

    assert [key for key in sorted(keys) if f"| `{key}` |" not in page] == []


def test_every_key_has_a_sentence_and_an_example() -> None:
    """No row of the reference is without what the key says, nor without an example where it is no table."""
    bare = []
    for line in PAGES.splitlines():
        if line.startswith("| `"):
            name, kind, _, _, example, says = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])
            if not says.endswith(".") or not (example or "below" in kind or "its keys" in kind):
                bare.append(name)

    assert bare == []


def test_a_unit_is_told_by_the_name_or_in_brackets() -> None:
    """kPa per degree of a thermal factor, metres of a level, the datastream's own of a limit."""
    units = {key.name: key.unit for _, shape in structs() for key in declaration.keys(shape)}

    assert units["thermal_factor_kpa_per_degc"] == "kPa/Cel"
    assert (units["level_m"], units["hysteresis"], units["unit_weight_kn_m3"]) == ("m", "of the datastream", "kN/m3")
    assert (units["per_degc"], units["rain_m_per_mm"], units["months"]) == ("1/Cel", "m/mm", "")
