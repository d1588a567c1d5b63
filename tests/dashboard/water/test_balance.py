"""Water balance and days to the minimum freeboard; figures by hand from the test facility's survey."""

from typing import Any

import numpy as np
import pytest

import texts
from api.observations.trends import Means, Then
from api.water.models import Water
from dashboard.safety.watched import WatchedFacility
from dashboard.view_models import DatastreamRow
from dashboard.water import balance
from tailings import parse
from tests.dashboard.examples import NOW, datastream
from tests.dashboard.safety.examples import HOUR_MS, NOW_MS, pond, rising, watched
from tests.dashboard.water.examples import wet
from tests.tailings.facilities import changed
from tests.tailings.facility.faults import CATCHMENT

EN = texts.load()


DAYS = NOW_MS - (np.arange(25)[::-1] + 1) * 24 * HOUR_MS
RAIN = Means(DAYS, np.full(25, 2.0 / 24), np.full(25, 24.0))
FLOW = Means(DAYS, np.full(25, 2.0), np.full(25, 288.0))
ROWS = [pond(339.0), datastream("n01:rain.rain", "rain", 0.0), datastream("n06:weir.flow", "seepage-flow", 2.0)]
BEFORE = {"n01:pond.level": Then(NOW, 338.0)}


def rained(*more_rows: DatastreamRow, **more: Any) -> WatchedFacility[Water]:
    """A dam whose pond rose from 338 to 339 m while 50 mm of rain fell on 25 days and 2 L/s seeped."""
    days = {"n01:rain.rain": RAIN, "n06:weir.flow": FLOW} | {row.name: FLOW for row in more_rows}
    return wet([*ROWS, *more_rows], before=BEFORE, days=days, **more)


def test_the_change_of_storage_is_by_the_survey() -> None:
    """From 338 m to 339 m: half of 260,000 m3 is 130,000 m3 more."""
    dam = wet([pond(339.0)], before={"n01:pond.level": Then(NOW, 338.0)})

    found = balance.balance(dam, EN)

    assert found and [round(term.volume_m3) for term in found.terms if term.volume_m3 is not None] == [130_000, 130_000]
    assert "12 Jun 2024" in found.terms[0].basis


def test_rain_falls_on_the_pond_s_surface_and_what_nobody_measures_has_no_figure() -> None:
    """Between 338 and 340 m the survey's surface is 260,000 m3 / 2 m = 130,000 m2; 50 mm on it are 6,500 m3.

    Seepage of 2 L/s is 172.8 m3 a day, 5,184 m3 in thirty. The rest is 130,000 - 6,500 + 5,184 m3.
    """
    found = balance.balance(rained(), EN)

    assert found and {one.name: one.volume_m3 and round(one.volume_m3) for one in found.terms} == {
        "Change of storage": 130_000,
        "Rain on the pond": 6_500,
        "Run-off from beach and slopes": None,
        "Evaporation": None,
        "Seepage out": -5_184,
        "Slurry in, reclaimed water out": None,
        "Unaccounted for": 128_684,
    }
    assert (
        "Measured: 50.0 mm of n01 rain on 25 of 30 d. Assumed: the same over the whole pond, 130"
        in found.terms[1].basis
    )
    assert "Missing: no catchment" in found.terms[2].basis and found.terms[2].number == ""


def test_what_fell_before_the_first_whole_day_is_of_the_balance_too() -> None:
    """Days begin at midnight and the balance 13.5 h later: 12 mm that fell at 20:00 of its first day are 1,560 m3 on
    130,000 m2 beside the 50 mm of 25 days; those of 10:00, when the level of then was not read yet, are not."""
    midnight = NOW_MS - NOW_MS % (24 * HOUR_MS)
    days = Means(midnight - np.arange(25)[::-1] * 24 * HOUR_MS, np.full(25, 2.0 / 24), np.full(25, 24.0))
    first = midnight - 30 * 24 * HOUR_MS
    hours = Means(first + np.array([10, 20, 24]) * HOUR_MS, np.array([7.0, 12.0, 5.0]), np.ones(3))
    dam = wet(ROWS[:2], before=BEFORE, days={"n01:rain.rain": days}, hours={"n01:rain.rain": hours})

    term = next(one for one in dam.answer.balance.terms if one.code == "rain") if dam.answer.balance else None

    assert term and term.depth_mm == pytest.approx(62.0) and term.volume_m3 == pytest.approx(8_060.0)


def test_run_off_is_reckoned_by_the_catchment_that_the_file_assumes() -> None:
    """50 mm on 1,000,000 - 130,000 m2 are 43,500 m3, of which 0.375 run off: 16,312.5 m3, and the rest is less by it.

    The assumption stands beside it with its author, day and ground; one that is dated after today does not count yet.
    """
    file = parse(changed("[agents.gw1]", CATCHMENT))
    later = parse(changed("[agents.gw1]", CATCHMENT.replace("2024-06-12", "2999-01-01")))
    found, not_yet = (balance.balance(rained(file=one), EN) for one in (file, later))

    assert found and not_yet and [round(found.terms[at].volume_m3 or 0, 1) for at in (2, -1)] == [16_312.5, 112_371.5]
    assert "Assumed: 0.375 of it runs off 870\u2009000 m²" in found.terms[2].basis
    assert "by Hydrologist, 12 Jun 2024: Design report, table 4." in found.terms[2].basis
    assert not_yet.terms[2].volume_m3 is None


def test_a_second_weir_is_named_and_not_added() -> None:
    """Two weirs may stand in one line: the seepage stays that of the first, and the other is said to be left out."""
    both = rained(datastream("n07:weir.flow", "seepage-flow", 1.0))

    found = balance.balance(both, EN)

    assert found and round(found.terms[4].volume_m3 or 0) == -5_184
    assert found.terms[4].basis.endswith("Not counted: n07 weir, because one weir may be downstream of another.")


@pytest.mark.parametrize(("full", "short"), [("n01:rain.rain", "n09:rain.rain"), ("n09:rain.rain", "n01:rain.rain")])
def test_of_two_gauges_the_one_with_more_days_tells_the_balance(full: str, short: str) -> None:
    """25 days of 2 mm and 5 days of 2 mm: 50 mm on 130,000 m2 are 6,500 m3, not the 10 mm of the one that fell silent.
    Of two weirs with the same days the one that lets most out: 3 L/s, which may be 2 L/s of the other and 1 besides."""
    rain = {full: RAIN, short: Means(DAYS[:5], np.full(5, 2.0 / 24), np.full(5, 24.0))}
    days = rain | {"n05:weir.flow": FLOW, "n06:weir.flow": Means(DAYS, np.full(25, 3.0), np.full(25, 24.0))}
    weirs = [datastream(name, "seepage-flow", 2.0) for name in ("n05:weir.flow", "n06:weir.flow")]
    rows = [pond(339.0), *(datastream(name, "rain", 0.0) for name in sorted(rain)), *weirs]

    found = balance.balance(wet(rows, before=BEFORE, days=days), EN)

    assert found and [round(found.terms[at].volume_m3 or 0) for at in (1, 4)] == [6_500, -7_776]
    assert found.terms[4].basis.endswith("Not counted: n05 weir, because one weir may be downstream of another.")


def test_a_term_that_nobody_measures_is_named_and_not_left_out() -> None:
    """A dam with a pond alone has all seven terms; the five that nobody measures say what is missing."""
    dam = wet([pond(339.0)], before={"n01:pond.level": Then(NOW, 338.0)})
    terms = {one.name: one.basis for one in (balance.balance(dam, EN) or balance.Balance(())).terms if not one.number}

    assert list(terms) == [
        "Rain on the pond",
        "Run-off from beach and slopes",
        "Evaporation",
        "Seepage out",
        "Slurry in, reclaimed water out",
    ]
    assert all(basis.startswith(("Missing:", "Not reckoned:")) for basis in terms.values())


def test_evaporation_is_reckoned_over_the_pond_s_surface() -> None:
    """2.5 mm/d on 130,000 m2 in thirty days are 9,750 m3 out, on top of what is stored: the rest is by as much more."""
    start_ms = NOW_MS - (np.arange(28)[::-1] + 1) * 24 * HOUR_MS
    rows = [pond(339.0), datastream("n01:baro.evaporation", "evaporation", 2.0)]
    days = {"n01:baro.evaporation": Means(start_ms, np.tile([2.0, 3.0], 14), np.full(28, 288.0))}
    dam = wet(rows, before={"n01:pond.level": Then(NOW, 338.0)}, days=days)

    found = balance.balance(dam, EN)

    term = next(one for one in found.terms if one.name == "Evaporation") if found else None
    assert found and term and term.number == "−9750" and round(found.terms[-1].volume_m3 or 0) == 139_750
    assert term.basis.startswith("Calculated: mean 2.5 mm/d of n01 baro on 28 of 30 d") and "Assumed:" in term.basis


def test_outside_of_the_survey_there_is_no_balance() -> None:
    """The survey ends at 334 and 342 m; a pond beyond it has no volume that anybody knows."""
    found = [
        balance.balance(wet([pond(now)], before={"n01:pond.level": Then(NOW, then)}), EN)
        for now, then in ((342.2, 341.0), (335.0, 333.9))
    ]

    assert found == [None, None]


def test_without_a_level_of_then_there_is_no_balance() -> None:
    """Nothing is taken for zero."""
    assert balance.balance(wet([pond(339.0)]), EN) is None


def test_a_level_of_days_ago_is_no_level_of_now() -> None:
    """A gauge that has been silent for two days tells no change of storage until now; one of twelve hours ago does."""
    silent, late = (wet([pond(339.0, age_s=hours * 3600)], before=BEFORE) for hours in (48, 12))

    assert balance.balance(silent, EN) is None and balance.balance(late, EN)


def test_days_to_the_minimum_come_with_their_assumptions() -> None:
    """0.5 m of room at 10 cm a day are 5 days; a pond that stands still has none in sight; no pond is not known."""
    rises = balance.days_to_minimum(watched([pond(340.0)], hours={"n01:pond.level": rising(340.0, 0.1)}), EN)
    still = balance.days_to_minimum(watched([pond(340.0)], hours={"n01:pond.level": rising(340.0, 0.0)}), EN)

    assert rises[0] == "In about 5 d" and "Assumes that the next days are like" in rises[1]
    assert still[0] == "None in sight" and "within 14 d" in still[1]
    assert balance.days_to_minimum(watched([]), EN)[0] == "Unknown"


@pytest.mark.case("9", "a pond past the minimum freeboard has 0 days left, however its level goes")
def test_past_the_minimum_there_are_no_days_left() -> None:
    """340.5 m is 342.0 m minus 1.5 m: reached, and above it, rising, falling, still or without a line."""
    levels = [(340.5, 0.1), (340.9, 0.0), (341.0, -0.1)]
    found = [
        balance.days_to_minimum(watched([pond(level)], hours={"n01:pond.level": rising(level, per_d)}), EN)
        for level, per_d in levels
    ] + [balance.days_to_minimum(watched([pond(341.0)]), EN)]

    assert {left for left, _ in found} == {"0 d: violated"}
    assert found[1][1] == ("Pond at 340.90 m a.s.l., past 340.50 m a.s.l. (crest minus minimum freeboard).")


def test_the_freeboard_is_said_with_what_it_is_made_of() -> None:
    """Crest 342.00 m of the facility file minus a pond at 340 m is 2 m; the file's survey and minimum stand beside."""
    assert balance.freeboard_words(watched([pond(340.0)]), EN) == (
        "2.00 m now: crest 342.00 m a.s.l. minus pond 340.00 m a.s.l. Crest at that height since 12 Jun 2024. "
        "Minimum 1.50 m."
    )
    assert balance.freeboard_words(watched([]), EN) == ""
