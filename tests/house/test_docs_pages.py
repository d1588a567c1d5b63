"""The documents as pages: built without a warning, read without internet, with a search."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOADED = re.compile(r'<(?:script|img|source|iframe)[^>]* src="([^"]+)"|<link rel="stylesheet"[^>]* href="([^"]+)"')


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this release, beside one of an older."""
    folder = tmp_path_factory.mktemp("docs")
    (folder / "0.1.0").mkdir()
    (folder / "0.1.0" / "index.html").write_text("")
    built: Any = runpy.run_path(str(ROOT / "docs/build_pages.py"))["build"]
    made: Path = built(folder)
    return made


def test_every_document_is_a_page(pages: Path) -> None:
    """Each is in the contents, else the build warns of it; each release has a line, the newest first."""
    documents = {one.relative_to(ROOT / "docs").with_suffix("") for one in (ROOT / "docs").rglob("*.md")}

    assert documents == {one.relative_to(pages).with_suffix("") for one in pages.rglob("*.html")} - {
        Path("genindex"),
        Path("search"),
    }
    assert re.findall(r'href="([\d.]+)/index', (pages.parent / "index.html").read_text()) == [pages.name, "0.1.0"]


def test_nothing_is_loaded_from_elsewhere(pages: Path) -> None:
    """Scripts, styles and pictures lie beside the pages, and so does the index of the search, as a script."""
    loaded = {
        (page, target)
        for page in pages.rglob("*.html")
        for found in LOADED.findall(page.read_text())
        for target in found
        if target
    }
    away = [(page, target) for page, target in loaded if not (page.parent / target.partition("?")[0]).exists()]

    assert loaded and away == []
    assert "Search.setIndex(" in (pages / "searchindex.js").read_text()


def test_the_readme_leads_to_the_first_tutorial() -> None:
    """A newcomer begins there."""
    assert "(docs/tutorials/first-site.md)" in (ROOT / "README.md").read_text()
