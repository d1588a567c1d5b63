"""The sentences of the verdict; wording and rules from the design of the pages, sections 1, 2 and 7."""

from dataclasses import replace

from api.dashboard import texts, verdict

from .examples import datastream, facility, node

EN = texts.load()
DAY_S = 86400


def test_a_facility_that_reports_is_green_and_says_what_green_means() -> None:
    """Without trigger levels green says in words that it judges the data and not the dam."""
    found = verdict.of_facility(facility([datastream("n07:vw1.level", "water-level", 330.0)], [node("n07")]), EN)

    assert (found.state, found.title, found.says) == ("green", "Green", "The one datastream reports.")
    assert "not that the dam is safe" in found.note


def test_a_stale_part_is_always_said() -> None:
    """The design's own words: 'Green, with 1 stale'."""
    streams = [
        datastream("n07:vw1.level", "water-level", 330.0),
        datastream("n02:vw1.level", "water-level", 331.0, 26 * 3600),
    ]

    found = verdict.of_facility(facility(streams, [node("n07"), node("n02", 26 * 3600)]), EN)

    assert found.title == "Green, with 1 stale"
    assert found.says == "1 of 2 datastreams report. Node n02 is silent."


def test_bad_values_are_counted_in_words() -> None:
    """Suspect, rejected and missing readings are told apart, and a proven loss is said."""
    streams = [
        datastream("n01:pond.level", "pond-level", 338.0, quality=3),
        datastream("n02:vw1.level", "water-level", 999.0, quality=4),
        datastream("n03:ph1.ph", "ph", None, quality=9),
    ]

    found = verdict.of_facility(facility(streams, [node("n01", ledger={"sent": 9, "lost": 2})]), EN)

    assert "1 value is suspect." in found.says
    assert "1 value is rejected by its filter. " in found.says
    assert "1 instrument gives no reading." in found.says and found.says.endswith("2 packs are lost.")


def test_the_alarms_that_stand_are_named_first() -> None:
    """A level without its reason sends its reader to another page."""
    raised = replace(
        facility([datastream("n07:vw1.level", "water-level", 1.0)], [node("n07")]), level="yellow", raised=("seepage",)
    )

    assert verdict.of_facility(raised, EN).says == "An alarm of the dam stands: seepage. The one datastream reports."


def test_a_low_battery_is_said_before_the_node_is_silent() -> None:
    """Who prepares a visit reads it in the verdict of the nodes."""
    nodes = [node("n01", battery_quality=3), node("n02")]

    assert verdict.of_nodes(nodes, EN).says.startswith("The battery of n01 is low. No pack is lost")


def test_never_measured_is_unknown_and_all_stale_is_stale() -> None:
    """A facility whose first pack has not come is never green."""
    never = facility([datastream("n07:vw1.level", "water-level", None, None)], [node("n07", None)])
    silent = facility([datastream("n07:vw1.level", "water-level", 330.0, DAY_S)], [node("n07", DAY_S)])

    assert verdict.of_facility(never, EN).title == "Unknown: nothing has been measured"
    assert verdict.of_facility(silent, EN).title == "Stale: no reading arrives"


def test_the_overview_names_what_needs_a_look() -> None:
    """A quiet region is one short sentence; a silent facility is named."""
    good = facility([datastream("n07:vw1.level", "water-level", 330.0)], [node("n07")])
    silent = facility([datastream("n02:vw1.level", "water-level", 330.0, DAY_S)], [])

    assert verdict.of_facilities([good], EN).says == "The facility reports."
    assert verdict.of_facilities([good, silent], EN).says == "Vale do Sino needs a look."
    assert verdict.of_facilities([], EN).state == "unknown"


def test_the_nodes_page_says_who_is_silent_and_what_is_lost() -> None:
    """Silence comes with its age and likeliest cause; no loss is said as clearly as a loss."""
    found = verdict.of_nodes([node("n01"), node("n02", 26 * 3600)], EN)

    assert found.title == "1 of 2 nodes is silent"
    assert found.says.startswith("n02 has been silent for 26 h. The cause is not known: no gateway has told of it.")
    assert found.says.endswith("No pack is lost: every one sent is stored or accounted for.")


def test_long_lists_of_names_end_in_a_number() -> None:
    """Three names are read, the rest is a number."""
    assert verdict.names(["a", "b", "c"]) == "a, b, c"
    assert verdict.names(["a", "b", "c", "d", "e"]) == "a, b, c + 2"
