"""Tests of reading a cell of results; the forms are those that the design names: `<0.5`, `>10000`, `n.s.` and more."""

import pytest

from tailings.laboratory import BadResult, Result, read_result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.15", Result(0.15)),
        (" 1234.5 ", Result(1234.5)),
        ("0,15", Result(0.15)),
        ("<0.5", Result(0.5, "<")),
        ("< 0,05", Result(0.05, "<")),
        (">10000", Result(10000.0, ">")),
        ("1.2e3", Result(1200.0)),
        ("1 234", Result(1234.0)),
        (">1.234,5", Result(1234.5, ">")),
        ("n.s.", Result(None)),
        ("", Result(None)),
        ("LNR", Result(None)),
        ("0", Result(0.0)),
    ],
)
def test_each_form_of_a_result_is_read(text: str, expected: Result) -> None:
    """A number, a limit, and a missing result stay three different things; missing is never zero."""
    assert read_result(text) == expected


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("1,234", "1234"),
        ("-0.5", "negative"),
        ("n.d.", "detection limit"),
        ("bdl", "detection limit"),
        ("0.5*", "digits"),
        ("<", "digits"),
        ("abc", "digits"),
        ("nan", "digits"),
        ("1" * 50, "characters"),
    ],
)
def test_what_is_no_result_is_refused_with_the_fix(text: str, fix: str) -> None:
    """A cell that could be read in two ways is not read; the sentence says what to write."""
    with pytest.raises(BadResult, match=fix):
        read_result(text)


def test_a_limit_is_reckoned_with_by_its_share() -> None:
    """Below a limit counts as half of it unless another share is asked for; above, as the limit."""
    assert [Result(0.5, "<").estimate(), Result(0.5, "<").estimate(0.0), Result(1e4, ">").estimate()] == [0.25, 0, 1e4]
    assert Result(None).estimate() is None


def test_a_wrong_result_cannot_be_made() -> None:
    """A sign without limit and a negative content do not exist."""
    with pytest.raises(ValueError, match="limit"):
        Result(None, "<")
    with pytest.raises(ValueError, match="negative"):
        Result(-1.0)
