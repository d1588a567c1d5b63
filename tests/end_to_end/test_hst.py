"""A piezometer that leaves its model: history, `tailwatch facility fit`, facility file, gateway, plan, mail."""

import re

import numpy as np
import pytest
from typer.testing import CliRunner

from tailwatch.__main__ import app
from tests.end_to_end.reading_chain import Centre

POND, STANDPIPE = "n01:pond.level", "n01:pz1.level"
RESIDUAL = "n01:pz1.residual"
TEXT = """
[facility]
id = "hst"
name = "HST"
version = 1
timezone = "UTC"
location = { lon = -7.73, lat = 40.16 }
commissioned = 2024-01-01
[agents.gw1]
nodes = ["n01"]
[nodes.n01]
expected_interval_s = 86400
[instruments."n01:pond"]
driver = "pond_level"
pressure = "vented"
[[instruments."n01:pond".uncertainty]]
valid_from = 2024-01-01
terms = [{ quantity = "pond-level", kind = "accuracy", value = 0.02, unit = "m" }]
[datastreams."n01:pond.level"]
quantity = "pond-level"
unit = "m"
[instruments."n01:pz1"]
driver = "pond_level"
pressure = "vented"
[[instruments."n01:pz1".uncertainty]]
valid_from = 2024-01-01
terms = [{ quantity = "water-level", kind = "accuracy", value = 0.02, unit = "m" }]
[datastreams."n01:pz1.level"]
quantity = "water-level"
unit = "m"
"""
PLANS = """
[tarp.absolute]
failure_mode = "high water in the dam"
approved_by = "Engineer of Record"
approved_on = 2024-06-12
[[tarp.absolute.levels]]
level = "yellow"
when = { datastream = "n01:pz1.level", test = "above", value = 333.0, hysteresis = 0.1 }
actions = [{ who = "Shift lead", what = "Look", within_h = 8.0 }]
[tarp.residual]
failure_mode = "a piezometer leaves its model"
approved_by = "Engineer of Record"
approved_on = 2024-06-12
[[tarp.residual.levels]]
level = "yellow"
when = { datastream = "n01:pz1.residual", test = "above", value = 0.25, hysteresis = 0.1 }
actions = [{ who = "Shift lead", what = "Look", within_h = 8.0 }]
"""
DAYS = 120
RANDOM = np.random.default_rng(33)
POND_M = 338.0 + 0.8 * np.sin(np.arange(DAYS + 8) / 9.0) + RANDOM.normal(0, 0.02, DAYS + 8)
LEVEL_M = 331.0 + 0.6 * (POND_M - 338.0) + RANDOM.normal(0, 0.03, DAYS + 8)
DAY_MIN = 1440


@pytest.fixture(scope="module")
def fitted(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The lines that the command prints of 120 days, a reading each."""
    file = tmp_path_factory.mktemp("hst") / "ingest"
    file.write_text(centre.conninfo)
    with centre.chain(TEXT) as dam:
        for day in range(DAYS):
            dam.read(day * DAY_MIN, {POND: float(POND_M[day]), STANDPIPE: float(LEVEL_M[day])})
        words = ["facility", "fit", dam.facility.id, "--level", STANDPIPE, "--pond", POND, "--degree", "1"]
        said = CliRunner().invoke(app, [*words, "--from", "2025-11-01", "--to", "2026-12-01", "--database", str(file)])
    assert said.exit_code == 0, said.output
    return said.output


def test_the_command_prints_the_slope_that_made_the_history(fitted: str) -> None:
    """The level rose by 0.6 m a metre of pond: the coefficient is that by half the fitted range; residual 0.03 m."""
    low, high, slope, sd = (
        float(re.search(rf"^{key} = \[?([-\d.]+)", fitted, re.MULTILINE)[1])  # type: ignore[index]
        for key in ("pond_low_m", "pond_high_m", "pond_m", "residual_sd_m")
    )

    assert slope / ((high - low) / 2) == pytest.approx(0.6, abs=0.02)
    assert sd == pytest.approx(0.03, rel=0.25)
    assert "# less than a year: no season and no trend" in fitted


@pytest.mark.parametrize(("shift_m", "level", "mails"), [(0.4, {"residual": 1}, ["YELLOW"]), (0.0, {}, [])])
def test_a_piezometer_that_leaves_its_model_is_told(
    centre: Centre, fitted: str, shift_m: float, level: dict[str, int], mails: list[str]
) -> None:
    """0.4 m over its model, a metre below its trigger, at a pond that it knows: yellow; the same days without it: none.

    The residual comes from the gateway by the printed lines, with the uncertainty of both inputs and of the model.
    """
    with centre.chain(TEXT + fitted + PLANS) as dam:
        for day in range(DAYS, DAYS + 8):
            readings = {POND: float(POND_M[day]), STANDPIPE: float(LEVEL_M[day]) + shift_m * (day > DAYS + 4)}
            dam.at = day * DAY_MIN
            dam.measure(readings)
        levels, told = dam.levels(), [subject.partition(",")[0] for subject in dam.mails]
        (known,) = centre.get(f"/facilities/{dam.facility.id}/uncertainty", datastream=f"{dam.facility.id}:{RESIDUAL}")[
            "series"
        ]
    rows = centre.flags(dam, RESIDUAL)

    assert (levels, told) == (level, mails)
    assert max(LEVEL_M) + shift_m < 333.0
    assert {row[1:] for row in rows} == {(2, None)}
    assert rows[-1][0] == pytest.approx(shift_m, abs=0.12)
    assert {one["kind"] for one in known["sources"]} == {"accuracy", "model"}


def test_a_pond_that_the_model_does_not_know_is_doubted(centre: Centre, fitted: str) -> None:
    """A pond 2 m above any fitted one: the residual is suspect by name, and raises nothing by itself."""
    with centre.chain(TEXT + fitted + PLANS) as dam:
        dam.at = DAYS * DAY_MIN
        dam.measure({POND: 341.0, STANDPIPE: 332.0})
        levels = dam.levels()

    ((_, quality, tests),) = centre.flags(dam, RESIDUAL)
    assert (quality, tests, levels) == (3, "formula.beyond-fitted-pond", {})
