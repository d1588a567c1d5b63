"""What needs a look, worst first; a cause is told once (design of the pages: 'who is silent, why, what to bring?')."""

from dataclasses import replace

import texts
from dashboard import attention

from .examples import datastream, facility, mode, node, standing

EN = texts.load()
DAY_S = 86400


def test_a_quiet_facility_lists_nothing() -> None:
    """Normal is quiet."""
    assert attention.at(facility([datastream("n07:vw1.level", "water-level", 330.0)], [node("n07")]), EN) == []


def test_a_raised_level_is_told_first_and_leads_to_what_is_due() -> None:
    """Above silent nodes, with the level's own shape and what the worst alarm is called."""
    judged = standing(mode("w", "water rises in section B", "orange"), mode("s", "seepage", "yellow", "blind"))
    found = attention.at(replace(facility([], [node("n02", DAY_S), node("n07")]), assessment=judged), EN)

    assert [(item.state, item.title, item.address) for item in found] == [
        ("orange", "Orange: water rises in section B", "/f/vale/safety"),
        ("blind", "Blind: seepage", "/f/vale/safety"),
        ("stale", "Node n02 is silent", "/f/vale/nodes"),
    ]


def test_datastreams_of_a_silent_node_are_not_told_again() -> None:
    """One silent node is one line, however many datastreams it has."""
    streams = [datastream(f"n02:vw1.{name}", "water-level", 1.0, DAY_S) for name in ("a", "b", "c")]

    found = attention.at(facility(streams, [node("n02", DAY_S), node("n07")]), EN)

    assert [(item.title, item.age, item.address) for item in found] == [("Node n02 is silent", "24 h", "/f/vale/nodes")]


def test_a_silent_gateway_is_one_line() -> None:
    """When every node behind it is silent the gateway is told, as old as the last node that spoke."""
    found = attention.at(facility([], [node("n02", DAY_S), node("n07", 3600)]), EN)

    assert [(item.title, item.sub, item.age) for item in found] == [
        ("Gateway gw1 is silent", "2 nodes behind it", "60 min")
    ]


def test_a_window_that_fills_is_no_fault() -> None:
    """A day's evaporation is doubted through the first day, and nobody must look; any other doubt is told."""
    doubted = datastream("n01:baro.evaporation", "evaporation", 0.4, quality=3)

    filling, frost = (
        attention.at(facility([replace(doubted, tests=tests)], [node("n01")]), EN)
        for tests in ("formula.window-not-filled", "formula.frost")
    )

    assert filling == [] and [item.title for item in frost] == ["n01 baro evaporation suspect"]


def test_bad_readings_are_told_with_value_and_test() -> None:
    """A rejected value is shown with what the test held against it and a link to its chart."""
    bad = replace(datastream("n02:vw1.level", "water-level", 999.0, quality=4), tests="gross_range")

    found = attention.at(facility([bad], [node("n02")]), EN)[0]

    assert found.title == "n02 vw1 water level rejected"
    assert (found.sub, found.address) == ("999.00 m, outside its range", "/f/vale?ds=n02:vw1.level&rejected=1")
