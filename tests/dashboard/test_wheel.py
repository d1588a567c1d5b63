"""The wheel in an empty environment: its api over a migrated database gives pages with charts, map and reference."""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ingest.migrate import migrations
from tests.api.server import ApiServer
from tests.servers import TestDatabase

from .conftest import API_ROLE, open_page

pytestmark = pytest.mark.foreign
ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
INKED = """() => [...document.querySelectorAll("#panels canvas")].map(canvas => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return data.filter((value, at) => at % 4 === 3 && value > 128).length;
})"""
WHERE = """
import json, api, ingest, tailwatch
from ingest.migrate import migrations
print(json.dumps([[room.__file__ for room in (api, ingest, tailwatch)], len(migrations())]))
"""


def run(*words: str | Path, cwd: Path) -> str:
    """What a program says that knows nothing of the checkout."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the working tree's wheel, made from its sdist, and what it needs as it is locked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (UV, "build", "--no-build-isolation", "--offline", "--python", sys.executable)
    run(*build, "--out-dir", folder / "dist", ROOT, cwd=folder)
    venv.create(folder / "empty", with_pip=False)
    found = folder / "empty" / "bin" / "python"
    (wheel,) = (folder / "dist").glob("*.whl")
    run(UV, "pip", "install", "--python", found, "--constraint", ROOT / "requirements.lock", wheel, cwd=folder)
    return found


@pytest.fixture
def installed(python: Path, pages_database: TestDatabase, fresh: None, tmp_path: Path) -> Iterator[ApiServer]:
    """The api of that environment, started in an empty folder, over the site of the pages' tests."""
    server = ApiServer(tmp_path, pages_database.conninfo(API_ROLE))
    server.python = python
    server.cwd = tmp_path / "empty"
    server.cwd.mkdir()
    yield server.start()
    server.stop()


def test_the_wheel_is_whole(python: Path, tmp_path: Path) -> None:
    """Its rooms are its own, with all migrations; the command runs, and reads what its facility check needs."""
    (rooms, migrated), command = json.loads(run(python, "-c", WHERE, cwd=tmp_path)), python.with_name("tailwatch")

    assert all(room.startswith(str(python.parents[1])) for room in rooms)
    assert migrated == len(migrations())
    assert "facility" in run(command, "--help", cwd=tmp_path)
    assert (python.parents[1] / "share/man/man1/tailwatch.1").is_file()
    assert json.loads(run(command, "facility", "check", "--json", ROOT / "tests/data/vale.toml", cwd=tmp_path))


def test_its_pages_draw_their_charts(installed: ApiServer, browser: Browser) -> None:
    """Every panel of a facility is inked, the map and the reference are there, and nothing that is asked for fails."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, base_url=installed.url, locale="en-GB")
    page = context.new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)

    open_page(page, "/f/vale?ds=n03:vw1.level")
    inked = page.evaluate(INKED)
    page.goto("/")
    expect(page.locator("canvas.maplibregl-canvas")).to_be_attached()
    page.goto("/docs")
    expect(page.locator("#reference .opblock").first).to_be_visible()
    context.close()

    assert inked and min(inked) > 1000
    assert failed == []
