"""The six figures below the verdict; freeboard is crest minus pond level (design: field guide, water balance)."""

import texts
from dashboard import key_figures

from .examples import NOW, datastream, facility, node

EN = texts.load()
DAM = facility(
    [
        datastream("n01:pond.level", "pond-level", 339.43),
        datastream("n07:vw1.level", "water-level", 330.0),
        datastream("n02:vw1.level", "water-level", 331.5, 86400),
    ],
    [node("n01"), node("n02", 86400), node("n07")],
)


def test_freeboard_is_crest_minus_pond() -> None:
    """342.00 m crest and 339.43 m pond leave 2.57 m, with the facility's minimum below it."""
    first = key_figures.of_facility(DAM, EN)[0]

    assert (first.name, first.value, first.unit, first.sub) == ("Freeboard", "2.57", "m", "Minimum 1.50 m")


def test_a_rejected_pond_gives_no_freeboard() -> None:
    """A figure made of a rejected value would be worse than none: it says that it is not usable and why."""
    first = key_figures.of_facility(facility([datastream("n01:pond.level", "pond-level", 12.0, quality=4)], []), EN)[0]

    assert (first.value, first.sub, first.state) == ("not usable", "n01 pond: rejected", "stale")


def test_there_are_never_more_than_six_and_data_is_always_one() -> None:
    """A bar of six figures fits one line; how much of the data is fresh is never crowded out."""
    found = key_figures.of_facility(DAM, EN)

    assert len(found) <= 6
    assert ("Data", "2 of 3") in [(fact.name, fact.value) for fact in found]


def test_a_figure_without_a_reading_is_left_out() -> None:
    """A facility that measures no pond shows no pond, rather than a dash."""
    names = [fact.name for fact in key_figures.of_facility(facility([], []), EN)]

    assert "Pond level" not in names and "Freeboard" not in names


def test_the_overview_adds_facilities_up() -> None:
    """Two facilities with three datastreams each are 4 of 6 fresh."""
    found = key_figures.of_facilities([DAM, DAM], 1, NOW, EN)

    assert [fact.value for fact in found[:3]] == ["2", "1", "4 of 6"]
    assert found[-1].value == "12 s ago"


def test_how_long_ago_is_said_as_the_language_says_it() -> None:
    """English has the word behind the age, Spanish before it."""
    (last,) = [
        one for one in key_figures.of_facilities([DAM], 1, NOW, texts.load("es")) if one.name == "Última lectura"
    ]

    assert (last.value, last.unit) == ("hace 12 s", "")


def test_the_ledger_is_summed_over_nodes() -> None:
    """Three nodes with 100 stored packs each are 300."""
    assert [fact.value for fact in key_figures.of_nodes(DAM.nodes, EN)][2] == "300"


def test_without_a_trigger_no_figure_has_a_tick() -> None:
    """Fresh is not safe: pond, freeboard and piezometers of a dam without a plan wear no state of a plan."""
    dam = facility(
        [datastream("n01:pond.level", "pond-level", 339.43), datastream("n07:vw1.level", "water-level", 330.0)], []
    )
    found = {fact.name: fact.state for fact in key_figures.of_facility(dam, EN)}

    assert (found["Freeboard"], found["Pond level"], found["Piezometers"]) == ("fresh", "fresh", "")


def test_what_cannot_be_used_is_not_fresh() -> None:
    """A rejected and a missing reading of a second ago are said by their own words, and one never measured by its."""
    rows = [
        datastream("n01:pond.level", "pond-level", 339.43),
        datastream("n02:vw1.level", "water-level", 999.0, quality=4),
        datastream("n03:vw1.level", "water-level", None, quality=9),
        datastream("n04:vw1.level", "water-level", None, None),
    ]
    found = key_figures.data(rows, EN)

    assert (found.value, found.sub) == ("1 of 4", "1 rejected, 1 without a value, 1 never measured")
    assert found.state == "unknown"
