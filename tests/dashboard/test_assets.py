"""The files of the pages and their addresses."""

import gzip
import re
import shutil
from pathlib import Path

from dashboard import assets


def test_own_files_and_those_of_npm_are_there() -> None:
    """Style, scripts, chart library and the Latin font are what every page with a chart needs."""
    files = assets.read().files

    assert {"tailwatch.css", "page.js", "charts.js", "table.js", "assets/uplot.js", "assets/plex.woff2"} <= set(files)


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    """One byte more is another address; the same content is the same address."""
    shutil.copytree(assets.OWN, tmp_path, dirs_exist_ok=True)
    (tmp_path / "a.js").write_text("1")
    first = assets.read(tmp_path, tmp_path).version
    again = assets.read(tmp_path, tmp_path).version
    (tmp_path / "a.js").write_text("2")

    assert first == again != assets.read(tmp_path, tmp_path).version


def test_without_npm_the_pages_still_come(tmp_path: Path) -> None:
    """Where npm's folder is missing only its files are."""
    files = assets.read(npm=tmp_path).files

    assert "tailwatch.css" in files and "assets/uplot.js" not in files


def test_every_file_a_page_names_exists() -> None:
    """No template, script or style names a file that is not served."""
    files = assets.read().files
    templates = [path.read_text() for path in (assets.OWN.parent / "templates").iterdir()]
    texts = templates + [asset.body.decode() for asset in files.values() if "font" not in asset.media_type]
    named = {
        name
        for text in texts
        for name in re.findall(r"static }}/([\w/.-]+\.\w+)|(?:from |import\()\"\./([\w.]+)\"|url\(([\w/.-]+)\)", text)
    }

    assert {part for parts in named for part in parts if part} <= set(files)


def test_texts_are_packed_once_and_fonts_are_not() -> None:
    """What is sent to a browser that takes gzip is the same text, smaller."""
    files = assets.read().files

    assert {name for name, asset in files.items() if asset.packed is None} == {
        name for name in files if name.endswith(".woff2")
    }
    assert all(gzip.decompress(asset.packed) == asset.body for asset in files.values() if asset.packed is not None)
