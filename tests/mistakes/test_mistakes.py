"""Sixty mistakes and more: each is refused or warned of, with its line, its key and what may stand there."""

import re

import pytest

from tests import mistakes
from tests.mistakes import Mistake

FOREIGN_WORDS = re.compile(r"`|regex|msgspec|tomllib|zoneinfo|Traceback|column \d|No such|RFC ?3339|Object |NoneType")


@pytest.mark.parametrize("one", mistakes.mistakes(), ids=lambda one: f"{one.base}: {one.mistake}")
def test_a_mistake_is_told_with_line_key_and_choices(one: Mistake) -> None:
    """What is said names the line and the key of the mistake, and holds the words that the case asks for."""
    where = (f"line {one.line}: " if one.line else "") + (f"{one.key}: " if one.key else "")

    assert mistakes.answer(one).startswith(f"{one.severity}: {where}"), "\n".join(mistakes.told(one))


def test_there_are_sixty_and_of_every_kind_of_file() -> None:
    """The issue asks for sixty; each kind of file has some, and no two cases make the same mistake."""
    cases = mistakes.mistakes()

    assert len(cases) >= 60
    assert {one.base for one in cases} == {*mistakes.FACILITIES, *mistakes.GOOD}
    assert len({(one.base, one.old, one.new) for one in cases}) == len(cases)


@pytest.mark.parametrize("base", [*mistakes.FACILITIES, *mistakes.GOOD])
def test_the_files_that_mistakes_are_made_in_are_good(base: mistakes.Base) -> None:
    """Without the mistake no file is refused: what is said is said of the mistake."""
    unchanged = Mistake("none", base, old="\n", new="\n", says=())

    assert [said for said in mistakes.told(unchanged) if said.startswith("error")] == []


def test_nothing_that_is_said_is_a_library_s() -> None:
    """No sentence has the words or marks of msgspec, tomllib or zoneinfo: people do not know them."""
    said = [sentence for one in mistakes.mistakes() for sentence in mistakes.told(one)]

    assert [sentence for sentence in said if FOREIGN_WORDS.search(sentence)] == []
