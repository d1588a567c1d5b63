"""What docs/python-client.md shows works as it stands there, on a real api."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api import site
from tests.api.server import ApiServer

PAGE = Path(__file__).parents[2] / "docs" / "python-client.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def shown(read_server: ApiServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the names of the page hold when all its blocks have run, one after the other."""
    names: dict[str, Any] = {"CENTRE": read_server.url}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("page"))
        for block in BLOCK.findall(PAGE.read_text()):
            exec(compile(block, str(PAGE), "exec"), names)
        yield names
    names["site"].close()


def test_series_are_those_of_the_site(shown: dict[str, Any]) -> None:
    """The month has all rows of the level, the second table those of the battery too, the day those that passed."""
    assert len(shown["level"]) == site.LEVEL_ROWS
    assert len(shown["both"]) == site.LEVEL_ROWS + 1
    assert len(shown["good"]) == len([minute for minute in site.level_minutes() if minute < 2 * 24 * 60]) - 3


def test_the_copy_is_proved_and_answers(shown: dict[str, Any]) -> None:
    """Its mean is that of the rows by which the site was built, and its files are there."""
    results = [site.level(minute)[0] for minute in site.level_minutes() if site.level(minute)[1] == 1]

    assert shown["mean"] == (pytest.approx(sum(filter(None, results)) / len(results)),)
    assert shown["proof"].rows == site.LEVEL_ROWS + 2
    assert list(Path(shown["mirror"].file).parent.glob("*.duckdb"))


def test_the_difference_is_explained(shown: dict[str, Any]) -> None:
    """What was read in the afternoon is newer, and nothing was changed."""
    assert str(shown["explanation"]).startswith("0 observations changed, 0 came late")
    assert len(shown["explanation"].later) == len([one for one in site.level_minutes() if 720 < one < 1440])
