"""The file of sentences is complete: every key that code and templates use is in it."""

import re
from pathlib import Path

import dashboard
import texts
from dashboard import states

FOLDER = Path(dashboard.__file__).parent
EN = texts.load()


def test_one_and_many_are_chosen_by_number() -> None:
    """1 value is, 2 values are, 0 values are."""
    suspect = EN["verdict"]["suspect"]

    assert [texts.say(suspect, n) for n in (1, 2, 0)] == [
        "1 reading suspect.",
        "2 readings suspect.",
        "0 readings suspect.",
    ]


def test_every_state_has_a_word() -> None:
    """Shape and word, never shape alone."""
    assert set(EN["states"]) == set(states.STATES)


def test_templates_and_scripts_use_only_keys_that_exist() -> None:
    """A missing sentence would be an empty place on a page."""
    templates = "".join(path.read_text() for path in FOLDER.rglob("*.html"))
    scripts = "".join(path.read_text() for path in FOLDER.rglob("*.js"))
    asked = re.findall(r"\bt\.(\w+)\.(\w+)", templates)
    of_scripts = re.findall(r"\bt\.chart\.(\w+)", scripts)

    assert [f"{part}.{key}" for part, key in asked if key not in EN[part]] == []
    assert [key for key in of_scripts if key not in EN["script"]["chart"]] == []
