"""Tests of the lists against the facts read in the Official Journal's text (tests/data/reference/crma_lists.toml)."""

import pytest

from tailings.commodities import lists
from tests.reference import reference


def test_seventeen_strategic_and_thirty_four_critical() -> None:
    """Annex I has points (a) to (q), Annex II (a) to (ah)."""
    known = lists.lists()

    assert (len(known.strategic), len(known.critical)) == (17, 34)
    assert (known.strategic[-1].point, known.critical[-1].point) == ("q", "ah")
    assert "2024/1252" in known.version


def test_every_entry_equals_the_reference() -> None:
    """Point, name, symbols and grade of all 51 entries."""
    read = reference("crma_lists")
    for annex, entries in (("annex_i", lists.lists().strategic), ("annex_ii", lists.lists().critical)):
        expected = [(row["point"], row["name"], tuple(row["symbols"]), row.get("grade", "")) for row in read[annex]]
        assert [(entry.point, entry.name, entry.symbols, entry.grade) for entry in entries] == expected


@pytest.mark.parametrize(
    ("element", "words"),
    [
        ("W", "strategic, critical"),
        ("Ni", "strategic, critical (battery grade)"),
        ("Sb", "critical"),
        ("Sn", "not listed"),
        ("Zn", "not listed"),
        ("La", "critical"),
    ],
)
def test_the_standing_of_an_element(element: str, words: str) -> None:
    """Tin and zinc carry value and are on neither list; lanthanum is critical and not strategic."""
    assert lists.status(element).words == words
