"""Findings in words: each rule has its own, with its numbers, what is in the way, and what to do."""

import pytest

from tailings.facility import lint
from tailings.facility.lint.sentences import SENTENCES, number
from tests.tailings.facility.lint import small
from tests.tailings.facility.lint.small import leaf, loop, plan, pond, stream

PASSES = "In the way: gross_range of n1:loop.level, which lets 336 to 341 m pass"
LIMITED = {"fail": [330.0, 350.0], "suspect": [336.0, 341.0]}


def words(code: str, *parts: str) -> str:
    """What one rule says, with its fix."""
    facility, text = small.small(*parts)
    (said,) = [" ".join(lint.describe(one)) for one in lint.find(facility, text) if one.code == code]
    return said


def test_every_rule_has_its_words() -> None:
    """And there are no words without a rule; those of recipients are made where a centre is asked."""
    assert set(SENTENCES) == {rule.code for rule in lint.RULES} | {code for code, *_ in lint.RECIPIENT_RULES}


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (
            leaf("n1:loop.level", "above", 342.0),
            "red needs n1:loop.level above 342 m, and the highest value that passes is 341 m. "
            f"{PASSES}. Let values above 342 m pass, or put the level below 341 m.",
        ),
        (
            leaf("n1:loop.level", "below", 335.0),
            "red needs n1:loop.level below 335 m, and the lowest value that passes is 336 m. "
            f"{PASSES}. Let values below 335 m pass, or put the level above 336 m.",
        ),
        (
            leaf("n1:loop.level", "above", 350.0),
            "red needs n1:loop.level above 350 m, and the highest value that passes is 341 m. "
            f"{PASSES}. The instrument and its formula give 343.5 m at most. "
            "Let values above 350 m pass, or put the level below 341 m.",
        ),
        (
            leaf("n1:loop.level", "above", 343.3),
            "red needs n1:loop.level above 343.3 m, and the highest value that passes is 341 m. "
            f"{PASSES}; formula level_from_current of n1:loop.level (loop-saturated). "
            "Let values above 343.3 m pass, or put the level below 341 m.",
        ),
    ],
)
def test_a_level_out_of_reach_says_what_is_in_the_way(test: str, said: str) -> None:
    """Numbers with six digits, the filter with what it lets pass, the formula with its reason, and both ways out."""
    assert words("level-out-of-reach", loop(gross_range=LIMITED), plan(("red", test))) == said


def test_what_never_passes_is_said_in_other_words() -> None:
    """There is no number to give."""
    current = stream("n1:loop.current", "current", "mA")
    broken = loop().replace(current, stream("n1:loop.current", "current", "mA", {"gross_range": {"fail": [0.0, 3.0]}}))

    said = words("level-out-of-reach", broken, plan(("red", leaf("n1:loop.level", "above", 340.0))))
    assert said.startswith("red can never be met: no value of n1:loop.level passes. In the way: ")
    assert "gross_range of n1:loop.current, which lets 0 to 3 mA pass" in said


def test_a_rate_says_how_fast_is_too_fast() -> None:
    """And where the range is too short for it, how far the values lie apart."""
    rate = ", rate_over_s = 7200"
    limited = pond(gross_range=LIMITED, rate_of_change={"suspect_per_h": 0.2})

    assert words("rate-out-of-reach", limited, plan(("red", leaf("n2:pond.level", "above", 0.5, rate)))) == (
        "red needs n2:pond.level to change by 0.5 m/h, and a steady change passes up to 0.2 m/h. In the way: "
        "rate_of_change of n2:pond.level. Let a steady change faster than 0.5 m/h pass, or test a smaller rate."
    )
    assert words("rate-out-of-reach", limited, plan(("red", leaf("n2:pond.level", "above", 3.0, rate)))) == (
        "red needs n2:pond.level to change by more than 6 m in 2 h, and the values that pass lie 5 m apart. "
        "Make the rate smaller, or let a wider range of values pass."
    )


def test_numbers_have_the_digits_that_tell_them_apart() -> None:
    """Six, or nine where two that differ would read alike; what a search leaves behind them is not shown."""
    assert number(340.49999999999847, 340.5) == "340.5"
    assert number(343.8929053244482) == "343.893"
    assert [number(1234.5672, 1234.5674), number(1234.5674, 1234.5672)] == ["1234.5672", "1234.5674"]
