"""The client is a distribution of its own: it needs httpx, and nothing of ours."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tailwatch_client.extras import MissingExtra, need

from tests.house.test_shape import ROOMS

FOLDER = Path(__file__).parents[2] / "client"
LOADED = "import sys, tailwatch_client; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
EXTRAS = {"pandas", "pyarrow", "xarray", "polars", "duckdb", "rich", "tqdm"}


def imported() -> set[str]:
    """The packages that any line of the client names in an import, also of those that wait for their use."""
    names = set()
    for file in (FOLDER / "tailwatch_client").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names.update(one.name for one in node.names)
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module or "")
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names


def test_it_imports_nothing_of_ours() -> None:
    """Only httpx, and the extras that its pyproject.toml names."""
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
    named = {one for extra in project["optional-dependencies"].values() for one in extra}

    assert imported() == {"httpx", "tailwatch_client", "pandas", "pyarrow", "xarray", "polars", "duckdb"}
    assert (project["dependencies"], named <= EXTRAS) == (["httpx"], True)


def test_a_series_needs_no_extra_until_it_is_asked_for_one() -> None:
    """To import it loads none of the extras, no numpy, and no room of Tailwatch."""
    answer = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=FOLDER, capture_output=True, text=True, check=True, timeout=60
    )

    # httpx itself loads rich where that is installed.
    assert set(answer.stdout.split()) & ({*ROOMS, "numpy", *EXTRAS} - {"rich"}) == set()


def test_what_is_missing_is_named_as_it_is_installed() -> None:
    """The module and the extra that brings it."""
    need("pandas", "pandas")

    with pytest.raises(MissingExtra, match=re.escape("pip install 'tailwatch-client[mirror]'")):
        need("mirror", "duckdb_of_another_world")
