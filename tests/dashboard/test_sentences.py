"""Sentences that a page sends for its scripts: those that its scripts say, and no long list that none of them says."""

import re
from pathlib import Path

import pytest

from dashboard import rendering
from dashboard.bundle import JOINED

ROOM = Path(rendering.__file__).parent
LOADED = re.compile(r'<script[^>]*src="\{\{ static \}\}/([\w]+\.js)"')
IMPORTED = re.compile(r'(?:from|import\()\s*"\./([\w.]+)"')
INCLUDED = re.compile(r'\{% include "([\w/.]+)" %\}')
NAMED = re.compile(r"\{% set sentences = \[(.*?)\] %\}")
ASKING = "alarm_parts.html"
"""Without its buttons nothing can be asked, and the script that every page could load for them is not."""
MOST_NAMED = 8
"""A page that says more of a list has the whole of it."""
SCRIPTS = {file.name: file.read_text() for file in ROOM.rglob("*.js")}
PAGES = sorted(file for file in ROOM.rglob("*.html") if LOADED.search(file.read_text()))


def said_by(names: set[str]) -> set[str]:
    """The lists of sentences that scripts say, with all that they load, now or later."""
    waiting, found = set(names), set[str]()
    while waiting:
        name = waiting.pop()
        found.add(name)
        parts = JOINED.get(name, ())
        waiting |= {*parts, *(IMPORTED.findall(SCRIPTS[name]) if name in SCRIPTS else ())} - found
    text = "".join(SCRIPTS.get(name, "") for name in found)
    said = {name: set(re.findall(rf"\bt\.{name}\b(?:\.(\w+))?", text)) for name in rendering.OF_SOME}
    lists = {name for name, ones in said.items() if "" in ones or len(ones) > MOST_NAMED}
    return lists | {f"{name}.{one}" for name, ones in said.items() if name not in lists for one in ones}


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_a_page_sends_the_sentences_that_its_scripts_say(file: Path) -> None:
    """A script without its sentence would write `undefined`; a list that no script says is a kilobyte for nothing."""
    text = file.read_text()
    named = {name.strip(' "') for some in NAMED.findall(text) for name in some.split(",")}

    said = said_by(set(LOADED.findall(text)))
    whole = text + "".join(part.read_text() for name in INCLUDED.findall(text) for part in ROOM.rglob(name))
    assert named == (said if ASKING in whole else said - {"ask"})


def test_every_list_is_said_somewhere() -> None:
    """The control: charts say sentences of charts, and every page those of commands, which it may load."""
    assert said_by({"charts.js"}) == {"ask", "chart", "quality"} and said_by({"page.js"}) == {"ask"}
