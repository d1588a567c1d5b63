"""The how-to pages are true: their files are put where they say, and what they try comes out as they say."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tailings import plugins
from tests.edge_agent.place import Log, place
from tests.edge_agent.world import FACILITY_FILE

PAGES = sorted((Path(__file__).parents[2] / "docs" / "how-to").glob("*.md"))
BLOCK = re.compile(r"^```(\w+) ([^\n]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Path]:
    """A folder whose files count as files of the rooms; what is imported from there is forgotten afterwards."""
    known, added = set(sys.modules), list[tuple[ModuleType, str]]()
    for package in ("tailings.formulas", "tailings.filters", "tailings.instruments", "edge_agent.receive.receivers"):
        added.append((importlib.import_module(package), str(tmp_path / package.replace(".", "/"))))
    added.append((importlib.import_module("firmware.node.drivers"), str(tmp_path / "firmware/node/drivers")))
    for room, folder in added:
        room.__path__.append(folder)
    _forget()
    yield tmp_path
    for room, folder in added:
        room.__path__.remove(folder)
    for name in set(sys.modules) - known:
        del sys.modules[name]
    _forget()


def _forget() -> None:
    plugins.names.cache_clear()
    plugins.find.cache_clear()
    importlib.invalidate_caches()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_works(page: Path, rooms: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block with a name is a file; the block `try` runs in their folder."""
    blocks = [(kind, name, text) for kind, name, text in BLOCK.findall(page.read_text())]
    for _, name, text in blocks:
        if name != "try":
            (rooms / name).parent.mkdir(parents=True, exist_ok=True)
            (rooms / name).write_text(text)
    (rooms / "vale.toml").write_text(FACILITY_FILE.read_text())
    monkeypatch.chdir(rooms)
    tried = [text for kind, name, text in blocks if (kind, name) == ("python", "try")]

    for text in tried:
        exec(compile(text, str(page), "exec"), {"place": place(Log())})

    assert len(tried) == 1
    assert len(blocks) > 2


def test_there_is_a_page_for_each_kind_of_plug_in() -> None:
    """Instrument, receiver, filter and formula; and one for a language."""
    assert [page.stem.rpartition("-")[2] for page in PAGES] == [
        "filter",
        "formula",
        "language",
        "receiver",
        "instrument",
    ]
