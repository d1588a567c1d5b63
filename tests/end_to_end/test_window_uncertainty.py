"""The uncertainty of sums and means over a window in the verdict: facility file and readings in, verdict and pages out.

Gateway, ingest, assessor, api and pages are the real ones; only the clock of the first three is given.
"""

import pytest

from tailings import formulas
from tests.end_to_end.reading_chain import Centre
from tests.tailings.facilities import VALE
from tests.tailings.floods import OF_THE_READING, OF_THE_STEP, flood_plan, rain_errs, rain_sum

TEXT = VALE.read_text().replace("version = 1\n", "version = 2\n", 1).replace("minimum_freeboard_m = 1.5\n", "", 1)
RAIN = rain_sum("n01:rain.sum", 600) + rain_errs(OF_THE_READING, OF_THE_STEP)
FLOOD = flood_plan("n01:rain.sum")


@pytest.mark.parametrize(("each_mm", "verdict"), [(4.7, "green"), (4.8, "yellow")])
def test_red_within_the_uncertainty_of_a_sum_is_no_green(centre: Centre, each_mm: float, verdict: str) -> None:
    """Ten readings that all err by up to 5 %, and each by a step of 0.2 mm: of 48 mm U is 2.80 mm, so red at 50 mm may
    be reached; of 47 mm it is 2.74 mm, and it is not."""
    u = 2 * ((0.05 * 10 * each_mm) ** 2 / 3 + 10 * 0.2**2 / 12) ** 0.5
    with centre.chain(TEXT + RAIN + FLOOD, 11) as chain:
        for at in range(12):
            chain.read(at, {"n01:rain.rain": each_mm})
        found = chain.assess()
        (margin,) = found.margins

        assert margin.uncertainty == pytest.approx(u, rel=1e-6)
        assert (found.verdict, found.level) == (verdict, "green")
        assert centre.verdict(chain) == (verdict,) * 3
        assert centre.alarms(chain) == [] and chain.mails == []


ALL = """
[instruments."n01:dust"]
driver = "dust_monitor"
[datastreams."n01:dust.pm10"]
quantity = "dust"
unit = "ug/m3"
[datastreams."n01:dust.mean"]
quantity = "dust"
unit = "ug/m3"
formula = "dust_mean"
inputs = { dust = "n01:dust.pm10" }
parameters = { window_s = 600 }
[[instruments."n01:dust".uncertainty]]
valid_from = 2024-06-12
terms = [
  { quantity = "dust", kind = "accuracy", percent = 10.0 },
  { quantity = "dust", kind = "resolution", value = 1.0, unit = "ug/m3" },
]
[datastreams."n01:rain.intensity"]
quantity = "rain-intensity"
unit = "mm/h"
formula = "rain_intensity"
inputs = { rain = "n01:rain.rain" }
parameters = { window_s = 300 }
[datastreams."n01:rain.memory"]
quantity = "rain"
unit = "mm"
formula = "antecedent_rain"
inputs = { rain = "n01:rain.rain" }
parameters = { time_constant_s = 120 }
[instruments."n01:bucket"]
driver = "rain_gauge"
[datastreams."n01:bucket.tips"]
quantity = "tips"
unit = "{count}"
[datastreams."n01:bucket.rain"]
quantity = "rain"
unit = "mm"
formula = "rain_from_total"
inputs = { total = "n01:bucket.tips" }
parameters = { tip_mm = 0.2 }
[datastreams."n01:bucket.sum"]
quantity = "rain"
unit = "mm"
formula = "rain_sum"
inputs = { rain = "n01:bucket.rain" }
parameters = { window_s = 300 }
[[instruments."n01:bucket".uncertainty]]
valid_from = 2024-06-12
terms = [
  { quantity = "tips", kind = "accuracy", percent = 2.0 },
  { quantity = "tips", kind = "resolution", value = 1.0, unit = "{count}" },
]
[instruments."n01:air"]
driver = "weather_station"
[datastreams."n01:air.temperature"]
quantity = "temperature"
unit = "Cel"
[datastreams."n01:air.evaporation"]
quantity = "evaporation"
unit = "mm/d"
formula = "pond_evaporation"
inputs = { temperature = "n01:air.temperature" }
[[instruments."n01:air".uncertainty]]
valid_from = 2024-06-12
terms = [
  { quantity = "temperature", kind = "accuracy", value = 0.5, unit = "Cel" },
  { quantity = "temperature", kind = "resolution", value = 0.1, unit = "Cel" },
]
"""
WATCHED = {
    "n01:rain.sum": "rain_sum",
    "n01:bucket.sum": "rain_sum",
    "n01:rain.intensity": "rain_intensity",
    "n01:rain.memory": "antecedent_rain",
    "n01:bucket.rain": "rain_from_total",
    "n01:dust.mean": "dust_mean",
    "n01:air.evaporation": "pond_evaporation",
}
TESTS = ",\n".join(f'  {{ datastream = "{name}", test = "above", value = 1000.0 }}' for name in WATCHED)
PLAN = f"""
[tarp.weather]
failure_mode = "all that looks at a window"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.weather.levels]]
level = "red"
when = {{ any = [
{TESTS}
] }}
"""


def test_the_assessment_and_the_api_agree_on_every_window(centre: Centre) -> None:
    """Beside the margin of each formula that looks at a window stands the U that the api gives of the same value."""
    assert set(WATCHED.values()) == {one for one in formulas.names() if hasattr(formulas.get(one), "history_s")}
    with centre.chain(TEXT + RAIN + ALL + PLAN, 14) as chain:
        for at in range(15):
            air, tips = 12.0 + at, 100.0 + 7 * at + at % 3
            readings = {"n01:rain.rain": 0.4 + at % 4, "n01:dust.pm10": 30.0 + at, "n01:bucket.tips": tips}
            chain.read(at, {**readings, "n01:air.temperature": air})
        margins = {one.datastream: one.uncertainty for one in chain.assess().margins}
        facility = chain.facility.id
        asked = [f"{facility}:{name}" for name in WATCHED]
        answer = centre.get(f"/facilities/{facility}/uncertainty", datastream=asked)

        told = {one["datastream"].partition(":")[2]: one["expanded"][-1] for one in answer["series"]}
        assert all(told.values())
        assert margins == pytest.approx(told, rel=1e-9)
