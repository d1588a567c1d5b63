"""What a test held against a reading is said in words, not by the name that a facility file uses."""

from pathlib import Path

import pytest

import texts
from dashboard import doubts
from tailings import filters
from tailings.failed_tests import MORE

EN = texts.load()


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        ("redundant_pair", "disagrees with its pair"),
        ("gross_range,spike", "outside its range, a spike"),
        ("input.pressure", "input: pressure"),
        ("formula.head-too-high", "formula: head-too-high"),
        (None, ""),
    ],
)
def test_tests_are_said_in_words(tests: str | None, words: str) -> None:
    """Several are joined; one without words of its own says its name."""
    assert doubts.words(tests, EN) == words


def test_every_word_is_of_a_filter_that_exists() -> None:
    """A filter that was renamed would leave a sentence that nobody reads."""
    folder = Path(filters.__file__).parent
    named = [name for name in EN["tests"] if "." not in name and name != MORE]

    assert named and [name for name in named if not (folder / f"{name}.py").exists()] == []
