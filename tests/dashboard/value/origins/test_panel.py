"""The panel of a figure's origin in words."""

from typing import Any

import msgspec

from api.studies.origins import trace
from dashboard.value.origins import panel
from tailings.study import StudyResult, WaterLevel
from tests.api.studies.origins.known import known
from tests.dashboard.examples import NOW
from tests.tailings.study.example import result
from texts import load

THEN = (WaterLevel("n03:vw1.level", 20, 0, 333.0), WaterLevel("n02:pond.level", 120, -280, None))


def made(figure: str, study: StudyResult | None = None, **factors: float) -> dict[str, Any]:
    """The panel of a figure of the demo's study."""
    return panel.context(trace(known(factors, study=study, then=THEN), figure), "Europe/Lisbon", NOW, load())


def rows(figure: str, kind: str, study: StudyResult | None = None) -> list[tuple[str, list[str]]]:
    """Value and lines of the rows of a kind."""
    return [(item.value, item.lines) for item in made(figure, study)["provenance_items"] if item.name == kind]


def test_a_panel_says_kind_value_ground_and_where_it_goes_on() -> None:
    """The estimate leads on inside the panel; the file shows its hash; the JSON has the same name."""
    found = made("contained:W")
    by_kind = {item.name: item for item in found["provenance_items"]}

    assert found["provenance_title"] == "W contained: source"
    assert by_kind["Estimate"].address == "/f/vale/value/provenance?figure=grade%3AW"
    assert by_kind["Estimate"].is_origin
    assert by_kind["File"].lines[-1] == f"SHA-256 {'a' * 64}"
    assert found["provenance_json"] == "/api/v1/facilities/vale/study/origin?figure=contained%3AW"


def test_money_is_written_in_millions_with_its_interval_and_chance_of_a_loss() -> None:
    """P50 14.2, P90 -2.1 and P10 32.7 M EUR, 13 % lose, by 100 realisations; the factors close the lines."""
    (figure, *_) = made("net")["provenance_items"]
    asked = made("net", price=0.9)["provenance_items"][0]

    assert (figure.value, figure.lines[:3]) == (
        "+14 M EUR",
        ["Net value, undiscounted", "P90 \u22122.1, P10 +33", "13 % of the draws lose money"],
    )
    assert asked.lines[-1] == "What if: Prices ×0.9"


def test_an_interval_is_said_once() -> None:
    """The years of work stand with P90 and P10 and their unit in one line, not in two."""
    (years,) = [item for item in made("npv")["provenance_items"] if item.lines[0] == "Years of work"]

    assert (years.value, years.lines[1:]) == (
        "5.42 years",
        ["Reachable dry tonnes / yearly throughput", "P90 4.96, P10 5.90 years"],
    )


def test_what_is_missing_for_a_present_value_is_said() -> None:
    """No number, and the sentence."""
    plain = msgspec.structs.replace(result().case, discounting=None)
    study = msgspec.structs.replace(result(), case=plain, missing_for_discounting=("yearly throughput",))

    assert rows("npv", "Figure", study)[0] == ("Net present value", ["Not discounted: yearly throughput missing."])


def test_an_assay_is_said_as_printed_with_where_it_stands() -> None:
    """Interval, file, row and revision are one line."""
    assert rows("grade:W", "Assay") == [("0.21 % WO3 XRF", ["S-001", "DH-01, 0 to 1.5 m; demo.csv, row 7, revision 2"])]


def test_inputs_are_written_by_their_units() -> None:
    """Volume, density and cost to three figures; a recovery without a unit, a grade in percent of mg/kg."""
    said = {
        name: made(f"input:{name}")["provenance_items"][0].value for name in ("volume", "density", "cost", "recovery W")
    }

    assert said == {
        "volume": "1\u2009200\u2009000 m³",
        "density": "1.58 t/m³",
        "cost": "26.0 EUR/t",
        "recovery W": "0.520",
    }
    assert made("grade:W")["provenance_items"][0].value == "0.129 %"


def test_the_dam_is_said_by_level_tonnes_and_times_of_the_facility() -> None:
    """A closed bench with the level of its plan, a share in percent, a reading by the facility's clock, a day."""
    assert rows("bench:Bench 1", "Figure") == [("closed, 0.15 Mt", ["Bench 1", "wall is yellow"])]
    assert rows("flooded", "Water level") == [
        ("330.00 m", ["n03:vw1.level", "read 25 Nov 13:31", "reading of the piezometer"]),
        ("n02:pond.level", ["stale or rejected: left out", "reading of the piezometer"]),
    ]
    assert rows("flooded_then", "Figure")[0][0] == "75 %"
    assert rows("flooded_then", "Water level")[0][1][1] == "mean of 25 Nov 2025"
