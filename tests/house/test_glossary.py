"""The words of docs/glossary.toml: no file, class, table, column or topic has a name that one took the place of."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests import schema_names
from tests.house.test_shape import ROOMS, ROOT, tracked
from wire import topics

GLOSSARY: Final = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text())
FORBIDDEN: Final = {word: term for term, entry in GLOSSARY.items() for word in entry["forbidden"]}
EVERYWHERE: Final = {word: term for word, term in FORBIDDEN.items() if GLOSSARY[term].get("functions")}

IN_SCHEMA: Final = FORBIDDEN | {
    word: term for term, entry in GLOSSARY.items() for word in entry.get("forbidden_in_schema", [])
}


def words_of(name: str) -> set[str]:
    """The words of a name, and each run of them: request, kind and request_kind of `request_kind`."""
    parts = re.split(r"[^a-z0-9]+", name.lower())
    return {"_".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}


def forbidden_in_schema(text: str) -> list[str]:
    """The names that migrations create in `text` with a word that the glossary replaces."""
    return [
        f"{one.kind} {one.table}{'.' if one.table else ''}{one.name}: {word} (say {IN_SCHEMA[word]})"
        for one in schema_names.names(text)
        for word in sorted(words_of(one.name) & IN_SCHEMA.keys())
    ]


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
    assert set(IN_SCHEMA) & set(GLOSSARY) == set()


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


def test_the_schema_has_the_words_of_the_glossary() -> None:
    """No table, column, view, function, index or channel is called by a word that the glossary replaces."""
    text = schema_names.migrations()

    assert len(list(schema_names.names(text))) > 500
    assert forbidden_in_schema(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CREATE TABLE request_kind (\n    kind  text\n);", "table request_kind: request (say command)"),
        ("CREATE TABLE one (\n    told_at  timestamptz\n);", "column one.told_at: told (say notification)"),
        ("CREATE UNIQUE INDEX notice_open ON one (id);", "index notice_open: notice (say notification)"),
        ("    PERFORM pg_notify('tailwatch_request', '');", "channel tailwatch_request: request (say command)"),
    ],
)
def test_a_forbidden_name_of_the_schema_is_found(text: str, found: str) -> None:
    """The control: a table, a column, an index and a channel by old names."""
    assert forbidden_in_schema(text) == [found]


def test_topics_have_the_words_of_the_glossary() -> None:
    """No level of a topic is called by a word that the glossary replaces; an old one is found."""
    leaves = (*topics.NODE_WRITES, *topics.NODE_READS, *topics.AGENT_WRITES, *topics.AGENT_READS, *topics.COMMANDS)

    assert [leaf for leaf in leaves if words_of(leaf) & IN_SCHEMA.keys()] == []
    assert words_of("cmd/+/mark") & IN_SCHEMA.keys() == {"mark"}


ONE_CONTRACT: Final = frozenset({"Settings", "Parameters", "Body", "Geometry"})
"""What each plug-in offers under the same name."""
SAME_THING: Final = """
Ack Action Approval Backlog BadSettings Change Endpoint Id Instrument Key Link LostTest Meeting Message Node Rating
ReadFailed Reading Sight Stopped Uplink Withdrawal"""
"""One thing as several rooms know it: what a node, the facility file and the centre each hold of it."""


def doubled(modules: dict[str, str]) -> list[str]:
    """The names of classes that stand in two modules or more, by path and text; private ones do not count.

    A model of the api is called after what it tells of, so it may share a name with that.
    """
    where: dict[str, set[str]] = {}
    for path, text in modules.items():
        if not re.fullmatch(r"api/\w+/models\.py", path):
            for node in ast.parse(text).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    where.setdefault(node.name, set()).add(path)
    found = {name for name, paths in where.items() if len(paths) > 1}
    return sorted(
        f"{name}: {', '.join(sorted(where[name]))}" for name in found - ONE_CONTRACT - set(SAME_THING.split())
    )


def test_a_class_name_stands_for_one_thing() -> None:
    """No two modules of the programs call different things by one name."""
    programs = [path.relative_to(ROOT) for path in tracked(".py")]
    rooms = set(ROOMS) - {"bench"}
    inside = {str(path): (ROOT / path).read_text() for path in programs if path.parts[0] in rooms}

    assert doubled(inside) == []


def test_a_class_name_for_two_things_is_found() -> None:
    """Two modules with a class of one name, unless it is a model of the api beside what it tells of."""
    line = "class Line:\n    pass\n"

    assert doubled({"ingest/a.py": line, "tailings/b.py": line}) == ["Line: ingest/a.py, tailings/b.py"]
    assert doubled({"api/alarms/models.py": line, "tailings/b.py": line}) == []
