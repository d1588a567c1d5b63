"""Rows of the value page."""

import datetime as dt

import msgspec
import pytest
from msgspec.structs import replace

from dashboard.value import advice, tables
from tailings.study import WaterLevel
from tests.dashboard.value.valued import CREST, OTHERS, valued
from tests.tailings.study.example import result
from texts import load

EN = load()


def test_commodities_stand_by_value_with_list_price_and_class() -> None:
    """Tungsten first, at 43 600 EUR/t (380 USD per mtu WO3, 1.10 USD a euro), strategic; tin is not listed."""
    rows = tables.commodities(valued(), EN)
    tungsten, tin = rows[0], next(row for row in rows if row.one.element == "Sn")

    assert (tungsten.one.element, tungsten.price, tungsten.share) == ("W", "43\u2009600", 100.0)
    assert (tungsten.one.listed, tin.one.listed) == ("strategic, critical", "not listed")
    assert tungsten.price_note == "published 6 Feb 2026"


def test_uses_of_the_mass_and_avoided_liability_are_further_lines() -> None:
    """15 % of 1.896 Mt as sand at 2 EUR/t are 0.57 M EUR; 2 M EUR of closure do not arise (P90 1, P10 4)."""
    sand, avoided = tables.others(valued(), EN)

    assert (sand.name, sand.says, sand.price) == ("Sand", "use of 15 % of the mass", "2.00")
    assert float(sand.value) == pytest.approx(0.15 * 1.2e6 * 1.58 * 2.0 / 1e6, rel=0.05)
    assert (avoided.name, avoided.figure, avoided.tonnes) == ("Avoided liability", "input:avoided liability", "")
    assert (float(avoided.value), avoided.value_range) == (pytest.approx(2.0, rel=0.05), "1.0 to 4.0")


def test_a_stale_price_warns() -> None:
    """A year and two days after its publication."""
    first, *others = result().commodities
    old = msgspec.structs.replace(first, price_published=dt.date(2025, 11, 23))
    study = msgspec.structs.replace(result(), commodities=(old, *others))
    note = tables.commodities(valued(study=study), EN)[0].price_note

    assert note == "stale: published 23 Nov 2025, 367 days ago"


def test_safety_names_closed_benches_water_and_the_net_value_that_is_left() -> None:
    """Yellow closes 0.15 Mt; a stale level is named; the last line gives the value with and without.

    59 of 100 places of panels lie beyond the middle between the two levels: 1.1 of 1.9 Mt.
    """
    water = (WaterLevel("n03:vw1.level", 20, 0, 330.0), WaterLevel("n02:pond.level", 120, -280, None))
    lines = tables.safety(valued({"wall": "yellow"}, water), EN)

    assert (lines[0].state, lines[0].bold, lines[0].rest) == (
        "yellow",
        "0.15 Mt closed: Bench 1.",
        "Plan wall is yellow.",
    )
    assert [line.bold for line in lines[1:3]] == [
        "60 % is below water.",
        "A year ago: no level stored for that day.",
    ]
    assert (lines[3].figure, lines[4].state) == ("dry", "stale")
    assert lines[4].figure == "unlevelled:n02:pond.level"
    assert lines[4].bold == "1.1 Mt without a water level."
    assert lines[-1].rest.startswith("From all of it +14 M EUR. Discounted: +")


def test_tonnes_that_no_plan_guards_are_named_and_never_green() -> None:
    """The crest bench is 2 of 10 rows and 2 of 5 layers: 92 % of 1.896 Mt lie outside it."""
    alone = msgspec.structs.replace(result(), benches=(CREST,))
    named = msgspec.structs.replace(result(), benches=(CREST, *(replace(one, plans=()) for one in OTHERS)))
    for study, why in ((alone, "No bench of the study covers them."), (named, "No plan guards Bench 2; Bench 3.")):
        lines = tables.safety(valued(study=study), EN)
        assert ("unknown", "1.7 Mt without a plan, so not reachable.", why) in [
            (one.state, one.bold, one.rest) for one in lines
        ]
        assert "green" not in {one.state for one in (*lines, *advice.next_steps(valued(study=study), EN))}


def test_without_any_fresh_level_all_tonnes_have_none() -> None:
    """Two levels at the ends share 1.90 Mt, no line is drawn; a study without a piezometer says that it names none."""
    stale = (WaterLevel("n03:vw1.level", 120, 0, None), WaterLevel("n02:pond.level", 120, -300, None))
    lines = [one for one in tables.safety(valued({"wall": "green"}, stale), EN) if one.state == "stale"]
    none = tables.safety(valued({"wall": "green"}), EN)[1]

    assert sorted(one.bold for one in lines) == ["0.95 Mt without a water level.", "0.95 Mt without a water level."]
    assert all(one.rest.endswith("No water line: too few levels.") for one in lines)
    assert (none.state, none.bold, none.rest) == (
        "unknown",
        "1.9 Mt without a water level.",
        "The study has no piezometer.",
    )


def test_safety_says_how_deep_the_logs_are_oxidised_and_what_seeps() -> None:
    """Median, least and most of three logs; the pH of a probe that is not there is not known; no log, no line."""
    logs = (1.8, 3.1, 2.4)
    strips = tuple(
        msgspec.structs.replace(one, oxidised_m=depth) for one, depth in zip(result().strips, logs, strict=False)
    )
    study = msgspec.structs.replace(result(), strips=strips, oxidised_share=0.08)
    logged = tables.safety(valued(study=study), EN)
    silent = tuple(msgspec.structs.replace(one, oxidised_m=None) for one in strips)
    nothing = tables.safety(valued(study=msgspec.structs.replace(result(), strips=silent)), EN)
    found = next(one for one in logged if one.figure == "oxidised")

    assert (found.bold, found.rest) == (
        "Top 2.4 m oxidised.",
        "Median of 3 logs, 1.8 to 3.1 m. That is 8.0 % of the tonnes. Seepage pH unknown: n06:sonde.ph is stale "
        "or rejected. Zinc recovery in the oxidised part: 30 %.",
    )
    assert "oxidised" not in {one.figure for one in nothing}


def test_a_year_ago_stands_beside_the_flooded_share() -> None:
    """333 m flooded 15 of the 20 m above 318; of two levels of that day one is missing."""
    water = (WaterLevel("n03:vw1.level", 20, 0, 330.0), WaterLevel("n02:pond.level", 120, -280, 330.0))
    then = (WaterLevel("n03:vw1.level", 20, 0, 333.0), WaterLevel("n02:pond.level", 120, -280, None))
    lines = tables.safety(valued({"wall": "green"}, water, then=then), EN)
    line = next(line for line in lines if line.figure == "flooded_then")

    assert (line.bold, line.rest) == ("A year ago: 75 %.", "From 1 of 2 levels.")


def test_green_plans_close_nothing() -> None:
    """And the holes are open; with yellow the one at the crest is closed."""
    assert tables.safety(valued({"wall": "green"}), EN)[0].bold == "No bench closed."
    assert {line.state for line in advice.next_steps(valued({"wall": "red"}), EN)} == {"green", "event"}
