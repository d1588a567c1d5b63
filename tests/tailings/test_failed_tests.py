"""Failed tests: all that decided a row is named, once, in one order, within what the wire takes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codec import observation
from tailings import failed_tests
from tailings.series import Flags
from wire import limits

NAMES = ("spike", "gross_range", "input.pressure", "formula.no-result", "missing.barometer")
GRADES = st.sampled_from([0, 1, 2, 3, 4, 9])


def column(*grades: int) -> Flags:
    return np.array(grades, dtype=np.uint8)


def test_all_of_the_final_grade_are_named() -> None:
    """Not those that said less, and a filter says nothing of a missing value."""
    quality = column(1, 3, 4, 9)
    tests = {"spike": column(1, 3, 3, 9), "gross_range": column(1, 3, 4, 9)}
    causes = {"missing.barometer": column(0, 3, 3, 0), "missing.frequency": column(0, 0, 0, 9)}

    found = failed_tests.names(quality, tests, causes)

    assert found == [None, "gross_range,missing.barometer,spike", "gross_range", "missing.frequency"]


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3, 4, 9]), *[GRADES] * len(NAMES)), max_size=30))
def test_names_of_many_rows_are_those_of_each(rows: list[tuple[int, ...]]) -> None:
    """Oracle: each row by itself, in plain Python."""
    quality, *grades = [column(*one) for one in zip(*rows, strict=True)] or [column()] * (1 + len(NAMES))
    causes = dict(zip(NAMES, grades, strict=True))

    expected = [
        ",".join(sorted(name for name, grade in zip(NAMES, row[1:], strict=True) if grade == row[0] >= 3)) or None
        for row in rows
    ]
    assert failed_tests.names(quality, {}, causes) == expected


def test_more_than_the_wire_takes_ends_with_more() -> None:
    """All inputs of a chain of 200 segments fail at once: whole names while there is room, and a word for the rest.

    To unite it with others does not lose that word.
    """
    every = [f"input.tilt_{number}" for number in range(1, 201)]

    text = failed_tests.joined(every) or ""
    names = text.split(",")

    assert (names[-1], set(names[:-1]) <= set(every), len(text) <= limits.MAX_TEXT < len(text) + 14) == (
        "more",
        True,
        True,
    )
    assert observation.is_tests(text)
    assert failed_tests.united(text, "gross_range").split(",")[:: len(names) - 1] == ["gross_range", "more"]


def test_two_lists_are_united_once_and_in_order() -> None:
    """What both name stands once."""
    assert failed_tests.united("input.a,spike", "gap,spike") == "gap,input.a,spike"
    assert failed_tests.united("spike,more", "gap") == "gap,spike,more"
