"""The words of docs/glossary.toml: no file or class, and where it says so no function, has a name they replaced."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.house.test_shape import ROOT, tracked

GLOSSARY: Final = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text())
FORBIDDEN: Final = {word: term for term, entry in GLOSSARY.items() for word in entry["forbidden"]}
EVERYWHERE: Final = {word: term for word, term in FORBIDDEN.items() if GLOSSARY[term].get("functions")}


def names_in(path: Path, text: str) -> Iterator[str]:
    """The name of a Python file without what tests add, and those of its classes, as words with underscores."""
    yield path.stem.removeprefix("test_")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            yield re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower()


def functions_in(text: str) -> Iterator[str]:
    """The names of the functions of a Python file, without what tests and private ones add."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name.strip("_").removeprefix("test_")


def test_every_word_has_its_meaning() -> None:
    """A term has a meaning, and no forbidden name is a term itself."""
    assert [term for term, entry in GLOSSARY.items() if not entry["meaning"]] == []
    assert set(FORBIDDEN) & set(GLOSSARY) == set()


def test_no_forbidden_name_is_used() -> None:
    """Files and classes are called by the word of the glossary, and functions where it says so."""
    found = []
    for path in tracked(".py"):
        text = path.read_text()
        words = EVERYWHERE if "firmware" in path.parts else FORBIDDEN
        used = [name for name in names_in(path, text) if name in words]
        used += [name for name in functions_in(text) if name in EVERYWHERE]
        found += [f"{path.relative_to(ROOT)}: {name} (say {FORBIDDEN[name]})" for name in used]

    assert found == []


@pytest.mark.parametrize("text", ["class Clerk:\n    pass\n", "class WholeFile:\n    pass\n"])
def test_a_forbidden_name_is_found(text: str) -> None:
    """The control: a class by an old name."""
    assert [name for name in names_in(Path("api/other.py"), text) if name in FORBIDDEN]


def test_a_function_of_a_forbidden_name_is_found() -> None:
    """The control: a method by an old name, and a private one."""
    text = "class Other:\n    def chapter(self): ...\n    def _mark(self): ...\n    def look(self): ...\n"

    assert [name for name in functions_in(text) if name in EVERYWHERE] == ["chapter", "mark"]


def test_a_file_of_a_forbidden_name_is_found() -> None:
    """The control: a file by an old name, and its test."""
    assert [name in FORBIDDEN for file in ("squeeze.py", "test_squeeze.py") for name in names_in(Path(file), "")] == [
        True,
        True,
    ]
