"""Tests of the confidence in the assays; numbers reckoned by hand against the bounds that the module states."""

import datetime as dt

import msgspec
import pytest

from tailings.laboratory.quality_control import Control
from tailings.study import quality, run
from tests.tailings.study.example import TODAY, inputs, result, samples

GOOD = Control("W", 100, 5, 0, 5, half_difference=0.04, standards=5, bias=0.01, bad_standards=0)


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({}, 1),
        ({"half_difference": 0.11}, 2),
        ({"half_difference": 0.21}, 3),
        ({"bad_blanks": 1}, 2),
        ({"bad_blanks": None}, 2),
        ({"bad_standards": 1}, 2),
        ({"bad_standards": None}, 2),
        ({"standards": 4}, 2),
        ({"blanks": 0, "bad_blanks": None}, 3),
        ({"duplicates": 0, "half_difference": None}, 3),
    ],
)
def test_confidence_in_the_assays_follows_their_quality_control(changed: dict[str, object], number: int) -> None:
    """All bounds kept and five of a hundred of each kind: G1; something over or unknown: G2; no pairs or blanks: G3."""
    found = quality.criterion(msgspec.structs.replace(GOOD, **changed), "tailwatch", dt.date(2026, 11, 25))

    assert (found.axis, found.number) == ("G", number)


def test_the_reason_says_what_was_counted() -> None:
    """In one sentence, and in another one where nothing was sent."""
    nothing = Control("W", 100, 0, None, 0, half_difference=None, standards=0, bias=None, bad_standards=None)
    found = [quality.criterion(one, "tailwatch", dt.date(2026, 11, 25)).reason for one in (GOOD, nothing)]

    assert found == [
        "100 samples: 5 blanks, 0 above 5 limits, 5 duplicates of 4.0 % half difference, 5 standards, 0 beyond 3 sd",
        "No blank, duplicate or standard says how good the assays are",
    ]


def test_a_study_without_quality_control_has_low_confidence() -> None:
    """The demo's assays of tungsten allow G1 with their checks, and G3 without them; the estimate is the same."""
    bare = run(inputs(), samples(), TODAY)
    quality_of = [
        next(each.number for each in one.commodities[0].criteria if each.name == "Sample quality")
        for one in (result(), bare)
    ]

    assert quality_of == [1, 3]
    assert bare.net == result().net
