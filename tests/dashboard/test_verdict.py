"""The sentences of the verdict; wording and rules from the design of the pages, sections 1, 2 and 7."""

from dataclasses import replace
from datetime import timedelta

import msgspec

import texts
from dashboard import attention, verdict
from tailings.assess.model import WaterCompliance, as_read

from .examples import NOW, datastream, facility, mode, node, standing

EN = texts.load()
DAY_S = 86400


def test_green_of_some_facilities_is_not_known_of_all() -> None:
    """All nodes of the first 500 report; of the 1,500 others the page knows nothing. Stale stays as it is."""
    whole = verdict.of_nodes([node("n01")], EN)
    stale = verdict.of_nodes([node("n02", age_s=9000.0)], EN)

    found = [verdict.of_part(one, 500, 1500, EN) for one in (whole, stale)]

    assert (whole.state, verdict.of_part(whole, 41, 0, EN)) == ("fresh", whole)
    assert [one.state for one in found] == ["unknown", "stale"]
    assert all(one.says.startswith("500 of 2000 facilities below, worst first.") for one in found)


def test_a_facility_whose_plans_see_all_and_reach_nothing_is_green() -> None:
    """Green is the verdict of its plans; readings that arrive make none."""
    known = facility([datastream("n07:vw1.level", "water-level", 330.0)], [node("n07")])
    found = verdict.of_facility(known, NOW, EN)
    without = verdict.of_facility(replace(known, assessment=standing()), NOW, EN)

    assert (found.state, found.title) == ("green", "Green: all readings below their triggers")
    assert found.says == "The only series reports."
    assert (without.state, without.title) == ("not-monitored", "Not monitored: no plan in force")


def test_a_limit_of_water_that_is_exceeded_is_said_first() -> None:
    """A green dam whose water exceeds two limits is red, and both are said once; so is it in the overview's list."""
    known = facility([datastream("n07:vw1.level", "water-level", 330.0)], [node("n07")])
    over = msgspec.structs.replace(known.assessment, water=WaterCompliance("exceeded", 5, 2))
    raised = msgspec.structs.replace(standing(mode("s", "seepage", "yellow")), water=over.water)
    green, yellow = (verdict.of_facility(replace(known, assessment=one), NOW, EN) for one in (over, raised))

    assert (green.state, green.title) == ("red", "Red: 2 water limits exceeded")
    assert green.says == "Green: all readings below their triggers.\nThe only series reports."
    assert (yellow.title, yellow.says) == (green.title, "Seepage is at yellow.\nThe only series reports.")
    assert [item.state for item in attention.at(replace(known, assessment=raised), EN)] == ["red", "yellow"]


def test_an_assessment_that_nobody_renews_is_blind() -> None:
    """Ingest is gone: after three minutes what it said is no verdict any more, and the page says of when it is."""
    known = facility([datastream("n07:vw1.level", "water-level", 330.0)], [node("n07")])
    later = NOW + timedelta(minutes=4)
    found = verdict.of_facility(replace(known, assessment=as_read(known.assessment, later)), later, EN)

    assert (found.state, found.title) == ("blind", "Blind: not assessed since 13:32")


def test_a_silent_part_is_always_said() -> None:
    """Beside a green verdict it is said who reports."""
    streams = [
        datastream("n07:vw1.level", "water-level", 330.0),
        datastream("n02:vw1.level", "water-level", 331.0, 26 * 3600),
    ]

    found = verdict.of_facility(facility(streams, [node("n07"), node("n02", 26 * 3600)]), NOW, EN)

    assert found.says == "1 of 2 series report. Node n02 is silent."


def test_bad_values_are_counted_in_words() -> None:
    """Suspect, rejected and missing readings are told apart, and a proven loss is said."""
    streams = [
        datastream("n01:pond.level", "pond-level", 338.0, quality=3),
        datastream("n02:vw1.level", "water-level", 999.0, quality=4),
        datastream("n03:ph1.ph", "ph", None, quality=9),
    ]

    found = verdict.of_facility(facility(streams, [node("n01", ledger={"sent": 9, "lost": 2})]), NOW, EN)

    assert "1 reading suspect." in found.says
    assert "1 reading rejected by a filter. " in found.says
    assert "1 instrument gives no value." in found.says and found.says.endswith("2 packs lost.")


def test_what_stands_and_what_is_not_seen_is_named_first() -> None:
    """A level without its reason sends its reader to another page; blind goes before yellow."""
    known = facility([datastream("n07:vw1.level", "water-level", 1.0)], [node("n07")])
    raised = replace(known, assessment=standing(mode("s", "seepage", "yellow")))
    both = replace(known, assessment=standing(mode("s", "seepage", "yellow"), mode("o", "overtopping", sight="blind")))

    assert verdict.of_facility(raised, NOW, EN).title == "Yellow: seepage"
    assert verdict.of_facility(raised, NOW, EN).says == "Seepage is at yellow.\nThe only series reports."
    assert verdict.of_facility(both, NOW, EN).title == "Blind: overtopping would go undetected"
    assert "Seepage is at yellow." in verdict.of_facility(both, NOW, EN).says


def test_a_low_battery_is_said_before_the_node_is_silent() -> None:
    """Who prepares a visit reads it in the verdict of the nodes."""
    nodes = [node("n01", battery_quality=3), node("n02")]

    assert verdict.of_nodes(nodes, EN).says.startswith("Battery low: n01. No pack lost")


def test_never_measured_is_said() -> None:
    """A facility whose first pack has not come says so, whatever its plans are."""
    never = facility([datastream("n07:vw1.level", "water-level", None, None)], [node("n07", None)])

    assert verdict.of_facility(never, NOW, EN).says == ("Registered. No contact yet.")


def test_the_overview_names_what_needs_a_look() -> None:
    """A quiet region is one short sentence; a silent facility is named."""
    good = facility([datastream("n07:vw1.level", "water-level", 330.0)], [node("n07")])
    silent = facility([datastream("n02:vw1.level", "water-level", 330.0, DAY_S)], [])

    assert verdict.of_facilities([good], EN).says == "All series report."
    assert verdict.of_facilities([good, silent], EN).says == "Look at Vale do Sino."
    assert verdict.of_facilities([], EN).state == "unknown"


def test_the_nodes_page_says_who_is_silent_and_what_is_lost() -> None:
    """Silence comes with its age and likeliest cause; no loss is said as clearly as a loss."""
    found = verdict.of_nodes([node("n01"), node("n02", 26 * 3600)], EN)

    assert found.title == "1 of 2 nodes is silent"
    assert found.says.startswith("n02 silent for 26 h. Cause unknown: no gateway reports it.")
    assert found.says.endswith("No pack lost.")


def test_long_lists_of_names_end_in_a_number() -> None:
    """Three names are read, the rest is a number."""
    assert verdict.names(["a", "b", "c"]) == "a, b, c"
    assert verdict.names(["a", "b", "c", "d", "e"]) == "a, b, c + 2"
