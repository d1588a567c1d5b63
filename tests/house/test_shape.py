"""The rules of the house that a machine can check: names, walls, plug-ins, imports without side effects."""

import ast
import importlib
import json
import pathlib
import re
import subprocess
import sys
import tomllib
from functools import cache

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = (
    "wire",
    "codec",
    "runtime",
    "toml_file",
    "tailings",
    "firmware",
    "edge_agent",
    "ingest",
    "api",
    "dashboard",
    "texts",
    "tailwatch",
    "bench",
)
BANNED_NAME = re.compile(r"(Manager|Handler|Helper|Util|Service|Processor|Factory|Impl|_old|data2)$|^(new|old)_")


def tracked(*suffixes: str) -> list[pathlib.Path]:
    """Files of the project as git sees them: tracked, or new and not ignored."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    paths = [ROOT / name for name in names]
    return [path for path in paths if path.suffix in suffixes and path.is_file()]


@cache
def tree(path: pathlib.Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def definitions(path: pathlib.Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    return [
        node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]


def test_names_are_nouns_of_the_trade() -> None:
    """No class or function is called Manager, Helper, Service and the like."""
    banned = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in tracked(".py")
        for node in definitions(path)
        if BANNED_NAME.search(node.name)
    ]

    assert banned == []


def test_every_module_says_its_reason() -> None:
    """Each module of a room, and each test, begins with a docstring."""
    silent = []
    for path in tracked(".py"):
        if tree(path).body and not ast.get_docstring(tree(path)):
            silent.append(str(path.relative_to(ROOT)))
        if path.name.startswith("test_"):
            tests = [node for node in definitions(path) if node.name.startswith("test_")]
            silent += [f"{path.name}:{test.name}" for test in tests if not ast.get_docstring(test)]

    assert silent == []


def test_every_package_stands_in_the_layers_contract() -> None:
    """Each top-level package is named in the import contracts, so no room has a wall missing."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = {p.name for p in ROOT.iterdir() if p.is_dir() and (p / "__init__.py").exists()} - {"tests"}
    layered = {name.strip() for layer in config["contracts"][0]["layers"] for name in layer.split("|")}

    assert packages == set(config["root_packages"])
    assert packages - layered == {"firmware"}


PLUGIN_ROOMS = {
    "firmware/node/drivers": "tests/firmware",
    "edge_agent/receive/receivers": "tests/edge_agent",
    "edge_agent/outputs": "tests/edge_agent",
    "ingest/alarms/equipment_rules": "tests/ingest",
    "api/exports": "tests/api",
    "tailings/formulas": "tests/tailings",
    "tailings/filters": "tests/tailings",
}


@pytest.mark.parametrize("room", PLUGIN_ROOMS)
def test_each_plugin_has_a_docstring_a_source_and_a_test(room: str) -> None:
    """A plug-in says where its knowledge comes from and has a test file of its own name."""
    tests = {p.name for p in (ROOT / PLUGIN_ROOMS[room]).rglob("*.py")}
    faults = []
    for path in sorted((ROOT / room).glob("[a-z]*.py")):
        doc = ast.get_docstring(tree(path)) or ""
        if "source" not in doc.lower() and "secondary" not in doc:
            faults.append(f"{path.name}: docstring names no source")
        if f"test_{path.stem}.py" not in tests:
            faults.append(f"{path.name}: no test_{path.stem}.py")

    assert faults == []


def test_each_command_is_typed_by_a_test() -> None:
    """A file of the room of commands is the entry; some test of ours types its word."""
    words = [path.stem.rstrip("_").replace("_", "-") for path in (ROOT / "tailwatch/commands").glob("[a-z]*.py")]
    texts = [path.read_text() for path in tracked(".py") if ROOT / "tests" in path.parents]
    typed = "".join(text for text in texts if "CliRunner" in text or '"-m", "tailwatch"' in text)

    assert len(words) > 20
    assert [word for word in words if f'"{word}"' not in typed and f"{word}.app" not in typed] == []


IMPORT_PROBE = """
import importlib, json, sys

def hook(event, args):
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if (event in ("socket.connect", "socket.bind") or writes) and str(args[0]) != "/dev/null":
        raise RuntimeError(f"{event} {args}")

sys.dont_write_bytecode = True
sys.addaudithook(hook)
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
"""


def test_importing_a_module_opens_nothing() -> None:
    """Importing any module of the CPython rooms opens no socket and writes no file."""
    modules = [
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in ROOMS
        if room != "firmware"
        for p in sorted((ROOT / room).rglob("*.py"))
        if p.name != "__main__.py"
    ]
    command = [sys.executable, "-c", IMPORT_PROBE, json.dumps(modules)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert len(modules) > 20
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_room_has_a_door() -> None:
    """Each room's package docstring says what it is for."""
    assert all(importlib.import_module(room).__doc__ for room in ROOMS)


MOST_POSITIONAL = 5
VARIADIC = {
    "git",
    "minutes",
    "openssl",
    "over_tcp",
    "pond",
    "read",
    "refusals",
    "rows",
    "run",
    "tailwatch",
    "tailwatch_import",
    "terminal",
    "as_ingest",
    "partial",
    "to_thread",
    "tuples",
    "zip",
    "datetime",
    "CertificateBuilder",
    "type",
}  # functions of others, and ours that take any number


def test_arguments_past_the_fifth_are_named() -> None:
    """A call with more than five arguments in a row cannot be read.

    What takes any number of them aside, and the node, whose heap pays for names.
    """
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in tracked(".py")
        if "firmware/node" not in str(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and len(node.args) > MOST_POSITIONAL
        and not any(isinstance(one, ast.Starred) for one in node.args)
        and ast.unparse(node.func).partition("(")[0].rpartition(".")[2] not in VARIADIC
        and not ast.unparse(node.func).startswith("np.")
    ]

    assert found == []


def test_code_is_formatted_without_exceptions() -> None:
    """No place is kept out of the formatter."""
    marks = ("fmt: " + "skip", "fmt: " + "off")

    assert [
        str(path.relative_to(ROOT)) for path in tracked(".py") if any(one in path.read_text() for one in marks)
    ] == []
