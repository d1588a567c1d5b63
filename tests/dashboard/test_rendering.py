"""What templates use."""

import re
from datetime import UTC, datetime

import texts
from dashboard import ages, rendering, states, tabs, verdict

from .examples import node

EN = texts.load()


def test_a_date_names_the_year_only_when_it_is_another() -> None:
    """3 May, and 3 May 2025 when now is 2026."""
    now = datetime(2026, 11, 25, tzinfo=UTC)

    assert ages.day_of(datetime(2026, 5, 3, 12, tzinfo=UTC), "Europe/Lisbon", now) == "3 May"
    assert ages.day_of(datetime(2025, 5, 3, 12, tzinfo=UTC), "Europe/Lisbon", now) == "3 May 2025"


def test_what_hides_behind_a_state_is_said() -> None:
    """The list's second line is the end of the verdict's sentence, without the word that leads to it there."""
    summary = states.StateSummary("green", {"green": 3, "stale": 1, "unknown": 2})

    assert verdict.clauses(summary, EN) == "1 stale, 2 never measured"
    assert verdict.clauses(summary, texts.load("es")) == "1 sin actualizar, 2 sin medir"
    assert verdict.clauses(states.StateSummary("green", {"green": 3}), EN) == ""


def test_the_ledger_sums_over_nodes() -> None:
    """Two nodes that sent 100 packs each sent 200."""
    assert rendering.sum_of([node("n01"), node("n02")], "sent") == 200


def test_scripts_get_only_what_they_need() -> None:
    """The sentences of the server do not travel to the browser."""
    found = rendering.script_texts(EN)

    assert not {"verdict", "quality"} & set(found)
    assert found["states"]["stale"] == "Stale"
    assert rendering.with_sentences({"t": found}, ["quality"])["t"]["quality"]["9"] == "no value"


def test_every_width_of_a_section_stands_in_a_stylesheet() -> None:
    """A section of a width that no stylesheet knows would be one column of twelve."""
    templates = "".join(path.read_text() for path in tabs.FOLDER.rglob("*.html"))
    sheets = "".join(path.read_text() for path in tabs.FOLDER.rglob("*.css"))
    used = set(re.findall(r'class="sec (c\d+)', templates))

    assert used and {width for width in used if not re.search(rf"\.{width}[{{,]", sheets)} == set()
