"""The words of docs/glossary.toml: no name has a word that one of them took the place of.

Held are files, classes, tables, columns and topics, addresses and JSON keys of the api, and events of log lines.
"""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ingest.commands import kinds
from tests import addresses, schema_names
from tests.house.test_shape import ROOMS, ROOT, tracked
from wire import topics

GLOSSARY: Final = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text())
FORBIDDEN: Final = {word: term for term, entry in GLOSSARY.items() for word in entry["forbidden"]}
EVERYWHERE: Final = {word: term for word, term in FORBIDDEN.items() if GLOSSARY[term].get("functions")}

IN_SCHEMA: Final = FORBIDDEN | {
    word: term for term, entry in GLOSSARY.items() for word in entry.get("forbidden_in_schema", [])
}
OTHER_SENSES: Final = {name for entry in GLOSSARY.values() for name in entry.get("other_senses", [])}


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
    leaves = (
        *topics.NODE_WRITES,
        *topics.NODE_READS,
        *topics.AGENT_WRITES,
        *topics.AGENT_READS,
        *topics.AGENT_TO_ITSELF,
        *topics.COMMANDS,
    )

    assert [leaf for leaf in leaves if words_of(leaf) & IN_SCHEMA.keys()] == []
    assert words_of("cmd/+/mark") & IN_SCHEMA.keys() == {"mark"}


def names_of_api(description: Any, bodies: Any) -> Iterator[tuple[str, str]]:
    """Kind and name of each address, parameter and JSON key: of an OpenAPI document, and of the bodies of commands."""
    for path in description["paths"]:
        yield "address", path
    yield from names_of_schema(description)
    yield from names_of_schema(bodies)


def names_of_schema(node: Any) -> Iterator[tuple[str, str]]:
    """Kind and name of each parameter of OpenAPI and each property of JSON Schema, however deep."""
    if isinstance(node, list):
        for part in node:
            yield from names_of_schema(part)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("properties"), dict):
        for name in node["properties"]:
            yield "key", name
    if "in" in node and isinstance(node.get("name"), str):
        yield "parameter", node["name"]
    for part in node.values():
        yield from names_of_schema(part)


def forbidden_in_api(names: Iterable[tuple[str, str]]) -> list[str]:
    """The names with a word that the glossary replaces, unless it means another thing in them."""
    return sorted(
        {
            f"{kind} {name}: {word} (say {IN_SCHEMA[word]})"
            for kind, name in names
            if name not in OTHER_SENSES
            for word in words_of(name) & IN_SCHEMA.keys()
        }
    )


def test_the_api_has_the_words_of_the_glossary() -> None:
    """No address, parameter or JSON key of the api or of a command has a word that the glossary replaces.

    A name in which such a word means another thing is one that is used.
    """
    found = set(names_of_api(addresses.application().openapi(), [kind.schema() for kind in kinds().values()]))

    assert len([kind for kind, _ in found if kind == "address"]) >= 50
    assert {("key", "issued_at"), ("key", "on_call"), ("parameter", "max_points")} <= found
    assert forbidden_in_api(found) == []
    assert {name for _, name in found} >= OTHER_SENSES


def test_a_forbidden_name_of_the_api_is_found() -> None:
    """The control: an address, a parameter, a key of an answer, one deep in it, and one of a command's body."""
    deep = {"anyOf": [{"type": "array", "items": {"properties": {"told_at": {}, "flow_l_s": {}}}}]}
    description = {
        "paths": {"/api/v1/requests/{id}": {"get": {"parameters": [{"in": "query", "name": "wish"}]}}},
        "components": {"schemas": {"Command": {"properties": {"asked_at": {}, "clerk": {}, "stops": deep}}}},
    }

    assert forbidden_in_api(names_of_api(description, [{"properties": {"watch": {}}}])) == [
        "address /api/v1/requests/{id}: requests (say command)",
        "key asked_at: asked (say command)",
        "key clerk: clerk (say command_runner)",
        "key told_at: told (say notification)",
        "key watch: watch (say on_call)",
        "parameter wish: wish (say command)",
    ]


def called(function: ast.AST) -> str:
    """The last word of what is called, empty where it has none."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def loggers(trees: Iterable[ast.AST]) -> dict[str, set[int]]:
    """By which names programs log, and where each takes the event: by what `log_of` gives, and what has an `event`."""
    found = {"log": {1}, "_log": {1}}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [argument.arg for argument in node.args.args if argument.arg != "self"]
            if "event" in names:
                found.setdefault(node.name, set()).add(names.index("event"))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and called(node.value.func) == "log_of":
            for target in node.targets:
                found.setdefault(called(target), set()).add(1)
    return found


def events_in(tree: ast.AST, known: dict[str, set[int]]) -> Iterator[str]:
    """The events that a module logs by one of these functions; of a choice both, of a made one its fixed words."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for place in known.get(called(node.func), ()):
                for part in (part for argument in node.args[place : place + 1] for part in ast.walk(argument)):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def forbidden_events(modules: dict[str, str]) -> tuple[set[str], list[str]]:
    """All events of modules by path and text, and those with a word that the glossary replaces."""
    trees = {path: ast.parse(text) for path, text in modules.items()}
    known = loggers(trees.values())
    events = {path: set(events_in(tree, known)) for path, tree in trees.items()}
    wrong = {
        f"{path}: {event}: {word} (say {IN_SCHEMA[word]})"
        for path, found in events.items()
        for event in found
        for word in words_of(event) & IN_SCHEMA.keys()
    }
    return set().union(*events.values()), sorted(wrong)


def test_events_have_the_words_of_the_glossary() -> None:
    """No event of a log line has a word that the glossary replaces; all ways to log are seen."""
    programs = [path.relative_to(ROOT) for path in tracked(".py")]
    inside = {str(path): (ROOT / path).read_text() for path in programs if path.parts[0] in set(ROOMS) - {"bench"}}
    events, wrong = forbidden_events(inside)

    # By log_of, by a log that was handed in, by a function of its own, by one of two words, by half a word.
    assert {"database-lost", "buffer-corrupt", "frame-skipped", "line-up", "node-"} <= events
    assert wrong == []


LOG_FIELDS: Final = {"why": "reason"}
"""Names of fields of a log line that another one took the place of."""


def forbidden_fields(modules: dict[str, str]) -> list[str]:
    """The fields of log lines that have another name now, by path."""
    trees = {path: ast.parse(text) for path, text in modules.items()}
    known = loggers(trees.values())
    return [
        f"{path}: {field.arg} (say {LOG_FIELDS[field.arg]})"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node.func) in known
        for field in node.keywords
        if field.arg in LOG_FIELDS
    ]


def test_fields_of_log_lines_have_one_name() -> None:
    """What a line says of the cause is its reason; the control is a line that calls it otherwise."""
    programs = [path.relative_to(ROOT) for path in tracked(".py")]
    inside = {str(path): (ROOT / path).read_text() for path in programs if path.parts[0] in set(ROOMS) - {"bench"}}

    assert forbidden_fields(inside) == []
    assert forbidden_fields({"a.py": 'log("INFO", "stored", why=1)'}) == ["a.py: why (say reason)"]


def test_a_forbidden_event_is_found() -> None:
    """The control: an event by each way in which programs log."""
    text = """
tell = log_of(__name__)
class Part:
    def _say(self, event, name): self._log("INFO", event, name=name)
    def go(self, level):
        tell("INFO", "request-begun", id=1)
        self._log(level, "kept-it" if self.ok else "stored", why="clerk")
        self._say("notice-not-sent", "request")
        self._log("INFO", f"wish-{level}")
"""

    assert forbidden_events({"ingest/other.py": text})[1] == [
        "ingest/other.py: kept-it: kept (say oldest_unacked)",
        "ingest/other.py: notice-not-sent: notice (say notification)",
        "ingest/other.py: request-begun: request (say command)",
        "ingest/other.py: wish-: wish (say command)",
    ]


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
