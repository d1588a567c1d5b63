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
values = { "n02:pond.level" = 339.0, "n03:vw1.level" = 330.4 }
over_min = 2
expect = [{ plan = "freeboard", level = "yellow", within_min = 4 }]
[[injects]]
after_min = 10
what = "It rises on, and the piezometer no longer answers."
values = { "n02:pond.level" = 340.0 }
unread = ["n03:vw1"]
[[injects]]
after_min = 15
what = "The culvert is free."
values = { "n02:pond.level" = 338.0 }
over_min = 5
unread = []
"""
CALM = {"n02:pond.level": 338.0, "n03:vw1.level": 330.0}
DAM = DrillScope(frozenset(CALM), frozenset({"n01:rain", "n02:pond", "n03:vw1"}), frozenset({"freeboard"}))


def scenario(text: str = FILE) -> DrillScenario:
    return read_scenario(text, DAM)


@pytest.mark.parametrize(
    ("minutes", "pond_m", "piezometer_m"),
    [(0, 0.0, 0.0), (1, 0.0, 0.0), (2, 0.5, 0.2), (3, 1.0, 0.4), (9.9, 1.0, 0.4), (10, 2.0, 0.4), (17.5, 1.0, 0.4)],
)
def test_water_rises_from_what_the_inject_before_left(minutes: float, pond_m: float, piezometer_m: float) -> None:
    """By hand: half of a metre after half of two minutes, and half of two metres when half of them have drained."""
    found = CALM | scenario().values_at(minutes * 60, CALM)

    rises_m = [found[name] - CALM[name] for name in ("n02:pond.level", "n03:vw1.level")]
    assert rises_m == pytest.approx([pond_m, piezometer_m])


def test_an_instrument_is_silent_until_an_inject_lets_all_answer() -> None:
    """From the second inject to the third."""
    played = scenario()

    assert [played.unread(minutes * 60) for minutes in (9.9, 10.0, 14.9, 15.0)] == [(), ("n03:vw1",), ("n03:vw1",), ()]


@given(st.floats(0, 3600))
def test_water_never_leaves_what_the_injects_name(elapsed_s: float) -> None:
    """Between them it is between theirs, and nobody is moved who is not named."""
    found = scenario().values_at(elapsed_s, CALM)

    assert set(found) <= set(CALM)
    assert all(0.0 <= value - CALM[name] <= 2.0 for name, value in found.items())


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (
            '"n02:pond.level" = 339.0',
            '"n02:pnd" = 1.0',
            "line 10: injects[0].values: no simulated node can set 'n02:pnd'",
        ),
        ('plan = "freeboard"', 'plan = "crest"', "there is no plan in force called 'crest'; known are freeboard"),
        ('unread = ["n03:vw1"]', 'unread = ["n03:vw9"]', "there is no instrument 'n03:vw9'; known are n01:rain"),
        ('level = "yellow"', 'level = "green"', "a plan is expected to reach yellow"),
        ("after_min = 10", "after_min = 1", "must come later than the one before; raise its after_min"),
        ("lasts_min = 20", "lasts_min = 15", "the last inject comes when the drill is over; raise lasts_min"),
        ('{ name = "Ana" }', '{ name = "Ana", after_min = 1 }', "nobody is called at once"),
        ('"Engineer of record"', '"Ana"', "a name stands twice"),
        ("over_min = 2", "ovr_min = 2", "over_min"),
        ('"n02:pond.level" = 340.0', '"n02:pond.level" = nan', "finite"),
        ('"n02:pond.level" = 340.0', '"n02:pond.level" = 1e12', "1000000000"),
        ("lasts_min = 20", "lasts_min = ", "line 5"),
    ],
)
def test_a_fault_of_the_file_is_named_with_its_fix(was: str, becomes: str, said: str) -> None:
    """Each as a sentence that a person can act on."""
    with pytest.raises(BadScenario) as refused:
        scenario(FILE.replace(was, becomes))

    assert said in str(refused.value)
