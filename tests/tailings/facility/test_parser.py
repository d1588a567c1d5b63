"""Reading facility.toml: what a good file gives, and what each bad one is told."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings import BadFacility, parse
from tailings.facility import version_hash
from tailings.geometry import in_force
from tailings.water.limits import of_permit
from tests.tailings.facilities import VALE, changed, line_of, vale
from tests.tailings.facility import (
    faults,
    faults_of_disclosure,
    faults_of_files,
    faults_of_geometry,
    faults_of_permits,
    faults_of_pressure,
    faults_of_uncertainty,
)
from tests.tailings.facility.faults_of_files import MAPPING
from tests.tailings.facility.faults_of_permits import PERMIT

FAULTS = {
    **faults.FAULTS,
    **faults_of_files.FAULTS,
    **faults_of_disclosure.FAULTS,
    **faults_of_permits.FAULTS,
    **faults_of_geometry.FAULTS,
    **faults_of_pressure.FAULTS,
    **faults_of_uncertainty.FAULTS,
}


def refusal(text: str) -> BadFacility:
    """The error that a text is refused with."""
    with pytest.raises(BadFacility) as caught:
        parse(text)
    return caught.value


def test_the_test_facility_is_read() -> None:
    """Names, agents, nodes, instruments and datastreams are there, with the interval of the node."""
    facility = vale()
    pressure = facility.datastreams["n07:vw1.pressure"]

    assert (facility.id, facility.version, len(facility.nodes)) == ("vale", 1, 8)
    assert facility.nodes["n07"].agent == "gw1"
    assert (pressure.node, pressure.instrument, pressure.expected_interval_s) == ("n07", "n07:vw1", 60)


def test_a_day_is_its_first_instant_at_the_facility() -> None:
    """A calibration dated by a day counts from midnight in the facility's time zone (Lisbon in June: UTC+1)."""
    calibration = vale().instruments["n07:vw1"].calibrations[0]

    assert calibration.valid_from == dt.datetime(2024, 6, 11, 23, tzinfo=dt.UTC)


def test_the_hash_is_of_the_text() -> None:
    """The same text has the same hash whatever the line ends; another text has another."""
    text = VALE.read_text()

    assert vale().version_hash == version_hash(text.replace("\n", "\r\n"))
    assert version_hash(text) != version_hash(text + "\n")


def test_inputs_come_before_results() -> None:
    """The order of derived datastreams never puts a result before its input."""
    facility = vale()
    seen: set[str] = set()
    for name in facility.derived_order:
        derived_inputs = {i for i in facility.datastreams[name].inputs.values() if not facility.datastreams[i].is_raw}
        assert derived_inputs <= seen
        seen.add(name)


def test_the_document_is_plain() -> None:
    """The facility as plain values has the parameters and filters in it."""
    document = vale().document()

    assert document["datastreams"]["n07:vw1.pressure"]["parameters"]["barometer_stale_after_s"] == 7200
    assert document["commissioned"] == "2019-05-01"


def test_a_limit_of_a_permit_is_one_beside_those_of_the_law() -> None:
    """0.05 mg/L of zinc at a point, with source and dates, in the plain document too; a later entry may follow it."""
    later = PERMIT.replace("2024-05-01", "2029-05-01").replace("valid_to", "# valid_to")
    facility = parse(changed("[agents.gw1]", PERMIT.replace("[agents.gw1]", later)))
    limit = of_permit(facility.permit[0])
    turned = parse(changed("[agents.gw1]", later.replace("[agents.gw1]", PERMIT)))

    assert (limit.symbol, limit.most, limit.unit, limit.samples_a_year) == ("Zn", 0.05, "mg/L", 12)
    assert (limit.checked, limit.origin.title) == ("entered", "Permit 44/2024, condition 3.2")
    assert facility.document()["permit"][0]["valid_from"] == "2024-05-01" and len(facility.permit) == 2
    assert turned.permit == facility.permit[::-1]


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_told_with_line_and_fix(name: str) -> None:
    """The error stands on the line of the fault and its sentence says the fix."""
    fault = FAULTS[name]
    text = changed(fault.old, fault.new)

    error = refusal(text)

    told = [problem for problem in error.problems if fault.sentence in problem.message]
    assert told, str(error)
    assert fault.stands_on is None or told[0].line == line_of(text, fault.stands_on), str(error)


def test_a_mapping_is_read() -> None:
    """Columns, zone and units stand there as in an agent's settings, and travel with the document."""
    facility = parse(MAPPING + VALE.read_text())
    mapping = facility.mappings["shed"]

    assert (mapping.header, mapping.time_columns, mapping.time_zone) == ("toa5", ("TIMESTAMP",), "UTC+01:00")
    assert mapping.columns == {"BP_mbar": "n01:baro.pressure", "Lvl": "n01:pond.level"}
    assert mapping.units == {"BP_mbar": "mbar"} == facility.document()["mappings"]["shed"]["units"]


def test_a_catchment_counts_from_its_day_on() -> None:
    """Of several the newest that is not dated later; before the first there is none. All travel with the document."""
    later = faults.CATCHMENT.replace("2024-06-12", "2025-06-12").replace("0.375", "0.5")
    facility = parse(changed("[agents.gw1]", faults.CATCHMENT.replace("[agents.gw1]", later)))
    days = [(2024, 6, 11), (2024, 6, 12), (2025, 6, 11), (2026, 1, 1)]
    found = [in_force(facility.catchment, dt.datetime(*day, 12, tzinfo=dt.UTC)) for day in days]

    assert [one and one.run_off_coefficient for one in found] == [None, 0.375, 0.375, 0.5]
    assert facility.document()["catchment"][0] == {
        "area_m2": 1e6,
        "run_off_coefficient": 0.375,
        "author": "Hydrologist",
        "valid_from": "2024-06-12T00:00:00+01:00",
        "valid_to": None,
        "source": "Design report, table 4",
    }


def test_the_surface_is_how_steeply_the_volume_rises() -> None:
    """From 260,000 m3 at 338 m to 520,000 m3 at 340 m are 130,000 m2; outside of the survey nothing is made up."""
    survey = vale().stage_storage[-1]

    assert [survey.surface_m2(level) for level in (338.0, 339.0, 342.0)] == [130_000, 130_000, 175_000]
    assert survey.surface_m2(333.9) is None and survey.surface_m2(342.1) is None


def test_the_volume_is_on_the_survey_s_line() -> None:
    """Half way from 90,000 m3 at 336 m to 260,000 m3 at 338 m is 175,000 m3; outside of the survey nobody knows it."""
    survey = vale().stage_storage[-1]

    assert survey.volume_at_m3(337.0) == pytest.approx(175_000) and survey.volume_at_m3(342.0) is not None
    assert survey.volume_at_m3(333.9) is None and survey.volume_at_m3(342.1) is None


def test_circle_of_formulas_is_told() -> None:
    """A formula that needs its own result, over any number of steps, is named step by step."""
    text = changed(
        '[datastreams."n07:vw1.level"]\nquantity = "water-level"\nunit = "m"\nformula = "piezometric_level"\n'
        'inputs = { pressure = "n07:vw1.pressure" }',
        '[datastreams."n07:vw1.level"]\nquantity = "pore-pressure"\nunit = "kPa"\nformula = "vw_pressure"\n'
        'inputs = { frequency = "n07:vw1.frequency", temperature = "n07:vw1.temperature",'
        ' barometer = "n07:vw1.pressure" }',
    )
    text = text.replace(
        'temperature = "n07:vw1.temperature", barometer = "n01:baro.pressure" }',
        'temperature = "n07:vw1.temperature", barometer = "n07:vw1.level" }',
    )

    error = refusal(text)

    assert "formulas run in a circle" in error.message
    assert error.message.count("->") == 2


def test_calibrations_must_be_in_order_and_apart() -> None:
    """A later calibration that starts before the earlier one, or before its end, is refused."""
    second = (
        '[[instruments."n07:vw1".calibrations]]\nvalid_from = {day}\nconvention = "geokon"\nkind = "linear"\n'
        "gauge_factor_kpa_per_digit = -0.18\nzero_reading_digits = 9080.0\nzero_barometer_kpa = 96.0\n"
    )
    mark = '[datastreams."n07:vw1.frequency"]\n'
    dated = changed(mark, second.format(day="2023-01-01") + mark)
    first = 'tip_elevation_m = 318.4\n[[instruments."n07:vw1".calibrations]]\nvalid_from = 2024-06-12\n'
    closed = changed(first, first + "valid_to = 2025-06-12\n").replace(mark, second.format(day="2025-01-01") + mark)

    assert "in the order of their valid_from" in refusal(dated).message
    assert "overlaps the calibration before it" in refusal(closed).message


def test_all_problems_are_told_at_once() -> None:
    """Two unrelated faults come in one error, in the order of their lines."""
    error = refusal(changed('unit = "hPa"', 'unit = "hpa"').replace('"n07", "n08"]', '"n07"]'))

    assert len(error.problems) == 2
    assert error.problems[0].line < error.problems[1].line
    assert str(error).count("\n") == 1


@pytest.mark.parametrize("depth", [50, 200, 300, 330, 400, 2000])
def test_a_depth_bomb_is_refused(depth: int) -> None:
    """Lists nested without end are an error of the file, not of the program."""
    assert refusal("bomb = " + "[" * depth + "]" * depth).problems


def test_a_file_that_is_too_large_is_refused() -> None:
    """More than 4 MiB are not read."""
    assert "larger than" in refusal("#" * (4 * 1024 * 1024 + 1)).message


LINES = VALE.read_text().splitlines()
VALUES = st.sampled_from(
    ["", "0", "-1", "1e999", "nan", '""', '"x"', "[]", "{}", "[[]]", "true", "2024-01-01", "12:00:00"]
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The test facility with a few lines dropped, doubled, swapped, or given another value."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        at, other = draw(st.integers(0, len(lines) - 2)), draw(st.integers(0, len(lines) - 2))
        match draw(st.sampled_from(["drop", "double", "swap", "value", "cut"])):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "value":
                lines[at] = lines[at].partition("=")[0] + "= " + draw(VALUES)
            case _:
                lines[at] = lines[at][: draw(st.integers(0, max(len(lines[at]), 1)))]
    return "\n".join(lines)


@given(damaged())
@settings(max_examples=100, deadline=None)
def test_a_damaged_file_is_read_or_refused(text: str) -> None:
    """Whatever happens to a file, the only error is BadFacility, and it has a sentence."""
    try:
        facility = parse(text)
    except BadFacility as error:
        assert all(problem.message for problem in error.problems)
    else:
        assert facility.id == "vale" or facility.id
