"""The file of a drill: what it lets instruments see at a time, and what of a file is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.drill import BadScenario, DrillScenario, DrillScope, read_scenario

FILE = """
id = "pond-rise"
title = "The pond rises"
briefing = "A culvert is blocked."
lasts_min = 20
people = [{ name = "Ana" }, { name = "Engineer of record", after_min = 5 }]
[[injects]]
after_min = 1
what = "The pond rises by a metre in two minutes."
rise_m = { "n02:pond" = 1.0, "n03:vw1" = 0.4 }
over_min = 2
expect = [{ plan = "freeboard", level = "yellow", within_min = 4 }]
[[injects]]
after_min = 10
what = "It rises on, and the piezometer no longer answers."
rise_m = { "n02:pond" = 2.0 }
unread = ["n03:vw1"]
[[injects]]
after_min = 15
what = "The culvert is free."
rise_m = { "n02:pond" = 0.0 }
over_min = 5
unread = []
"""
WATER = frozenset({"n02:pond", "n03:vw1"})
DAM = DrillScope(WATER, WATER | {"n01:rain"}, frozenset({"freeboard"}))


def scenario(text: str = FILE) -> DrillScenario:
    return read_scenario(text, DAM)


@pytest.mark.parametrize(
    ("minutes", "pond_m", "piezometer_m"),
    [(0, 0.0, 0.0), (1, 0.0, 0.0), (2, 0.5, 0.2), (3, 1.0, 0.4), (9.9, 1.0, 0.4), (10, 2.0, 0.4), (17.5, 1.0, 0.4)],
)
def test_water_rises_from_what_the_inject_before_left(minutes: float, pond_m: float, piezometer_m: float) -> None:
    """By hand: half of a metre after half of two minutes, and half of two metres when half of them have drained."""
    found = scenario().rises_m(minutes * 60)

    assert (found.get("n02:pond", 0.0), found.get("n03:vw1", 0.0)) == pytest.approx((pond_m, piezometer_m))


def test_an_instrument_is_silent_until_an_inject_lets_all_answer() -> None:
    """From the second inject to the third."""
    played = scenario()

    assert [played.unread(minutes * 60) for minutes in (9.9, 10.0, 14.9, 15.0)] == [(), ("n03:vw1",), ("n03:vw1",), ()]


@given(st.floats(0, 3600))
def test_water_never_leaves_what_the_injects_name(elapsed_s: float) -> None:
    """Between them it is between theirs, and nobody is moved who is not named."""
    found = scenario().rises_m(elapsed_s)

    assert set(found) <= WATER
    assert all(0.0 <= rise <= 2.0 for rise in found.values())


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('"n02:pond" = 1.0', '"n02:pnd" = 1.0', "line 10: injects[0].rise_m: no water is seen by 'n02:pnd'; known are"),
        ('plan = "freeboard"', 'plan = "crest"', "there is no plan in force called 'crest'; known are freeboard"),
        ('unread = ["n03:vw1"]', 'unread = ["n03:vw9"]', "there is no instrument 'n03:vw9'; known are n01:rain"),
        ('level = "yellow"', 'level = "green"', "a plan is expected to reach yellow"),
        ("after_min = 10", "after_min = 1", "must come later than the one before; raise its after_min"),
        ("lasts_min = 20", "lasts_min = 15", "the last inject comes when the drill is over; raise lasts_min"),
        ('{ name = "Ana" }', '{ name = "Ana", after_min = 1 }', "nobody is called at once"),
        ('"Engineer of record"', '"Ana"', "a name stands twice"),
        ("over_min = 2", "ovr_min = 2", "over_min"),
        ('"n02:pond" = 2.0', '"n02:pond" = nan', "finite"),
        ('"n02:pond" = 2.0', '"n02:pond" = 200.0', "20"),
        ("lasts_min = 20", "lasts_min = ", "line 5"),
    ],
)
def test_a_fault_of_the_file_is_named_with_its_fix(was: str, becomes: str, said: str) -> None:
    """Each as a sentence that a person can act on."""
    with pytest.raises(BadScenario) as refused:
        scenario(FILE.replace(was, becomes))

    assert said in str(refused.value)
