"""Which datastreams are drawn; the order is the one in which the design's pages read a dam."""

from dataclasses import replace

from dashboard import choice

from .examples import datastream

ROWS = [
    datastream("n01:battery.voltage", "voltage", 3.6),
    datastream("n02:vw1.level", "water-level", 330.0),
    datastream("n01:pond.level", "pond-level", 339.0),
]


def test_those_asked_for_are_drawn_once_and_in_order() -> None:
    """Unknown and repeated names are left out."""
    asked = ["n02:vw1.level", "n09:no.thing", "n02:vw1.level", "n01:pond.level"]

    assert choice.chosen(asked, ROWS) == ["n02:vw1.level", "n01:pond.level"]


def test_the_pond_comes_first_when_nobody_asks() -> None:
    """What fills the dam, then where its water stands, the battery last."""
    assert choice.chosen([], ROWS) == ["n01:pond.level", "n02:vw1.level", "n01:battery.voltage"]


def test_there_is_an_end_to_it() -> None:
    """At most ten are drawn when asked for, at most four of one quantity when not."""
    many = [datastream(f"n{n:02}:vw1.level", "water-level", 330.0) for n in range(20)]

    assert len(choice.chosen([row.name for row in many], many)) == 10
    assert len(choice.chosen([], many)) == 4


def test_what_was_never_measured_is_not_drawn_unasked() -> None:
    """An empty line tells nothing."""
    never = replace(ROWS[1], count=0)

    assert choice.most_telling([never, ROWS[2]]) == ["n01:pond.level"]
