"""Adding a thing is one file and one test: each of the ten commonest changes is made in a copy, which then runs.

The copy has every file of the project as git sees it, and `.venv` and `node_modules` of this one. Its own git sees only
what was added or edited, so that the rules of the house look at that and not at the rest again.
"""

import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree

import pytest

from tests import documents
from tests.changes import CHANGES, MOST_OTHERS, Change, Edit
from tests.house.test_shape import ROOT

CACHE: Final = "__pycache__"
LENT: Final = (".venv", "node_modules", "typings")
ADDED: Final = {change.kind: dict(change.added()) for change in CHANGES}
DOCUMENTS: Final = sorted({*documents.NAMES} - {"docs/sight.md", "docs/how-to/add-a-language.md"})
"""The one has the cases of marked tests, and none of these is such a case; the other says in per cent how much is
translated, which a few sentences more may change by one."""
EDITED: Final = {edit.file for change in CHANGES for edit in change.edits}
RULES: Final = (
    "tests/house/test_shape.py::test_names_are_nouns_of_the_trade",
    "tests/house/test_shape.py::test_every_module_says_its_reason",
    "tests/house/test_shape.py::test_arguments_past_the_fifth_are_named",
    "tests/house/test_shape.py::test_each_plugin_has_a_docstring_a_source_and_a_test",
    "tests/house/test_glossary.py::test_no_forbidden_name_is_used",
)
"""Of the house: they look at what was added and edited."""
ROOMS: Final = {
    "driver": "tests/tailings/test_drivers.py",
    "formula": "tests/tailings/formulas/test_contract.py",
    "filter": "tests/tailings/filters/test_stream.py",
    "alarm rule": "tests/ingest/alarms/equipment_rules/test_rules.py",
    "page": "tests/dashboard/test_tabs.py",
    "command": "tests/tailwatch/commands/test_commands.py",
}
"""What a room asks of every thing in it."""
WORDS: Final = (
    "conversion",
    "millimetres",
    "test_rules",
    "has_its_word",
    "loaded_last",
    "of_their_own",
    *(name.rpartition("::")[2] for name in RULES),
)
"""Tests without the name of the new thing in theirs that look at all of its room, or that it has a line in."""
MOST_S: Final = 240
WITH_SERVERS: Final = ("tests/api", "tests/dashboard", "tests/ingest")


class Outcome(NamedTuple):
    """What ran in the copy: how many passed by file, what did not, and what the programs said."""

    passed: Counter[str]
    failed: list[str]
    said: str


def project_files() -> list[str]:
    """The names of the files as git sees them: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in names if (ROOT / name).is_file()]


def put(root: Path, edit: Edit) -> None:
    """Make an edit; raise LookupError where its place is not there."""
    file = root / edit.file
    text = file.read_text()
    if edit.after not in text:
        raise LookupError(f"{edit.file} has no place {edit.after!r}")
    before, after, rest = text.partition(edit.after) if edit.after else (text, "", "")
    file.write_text(before + after + edit.text + rest)


def lend(copy: Path, names: list[str]) -> None:
    """Fill a folder with the files of the project, compiled as far as they are here, and lend it what set-up made."""
    for folder in sorted({Path(name).parent for name in names}):
        (copy / folder).mkdir(parents=True, exist_ok=True)
        if (ROOT / folder / CACHE).is_dir():
            shutil.copytree(ROOT / folder / CACHE, copy / folder / CACHE)
    for name in names:
        shutil.copy2(ROOT / name, copy / name)
    for name in LENT:
        (copy / name).symlink_to(ROOT / name)


def run(copy: Path, *words: str) -> str:
    """Run a program of the copy with the interpreter of the project; return what it said."""
    command = [sys.executable, "-m", *words]
    done = subprocess.run(
        command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=MOST_S, check=False
    )
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy with all ten changes in it."""
    root, names = tmp_path_factory.mktemp("changes"), project_files()
    lend(root, names)
    for change in CHANGES:
        for name, text in change.added():
            assert not (root / name).exists(), f"{change.kind}: {name} is there already"
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        for edit in change.edits:
            put(root, edit)
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    (root / ".git/info/exclude").write_text("".join(f"/{name}\n" for name in names if name not in EDITED))
    return root


@pytest.fixture(scope="module")
def ran(copy: Path) -> Outcome:
    """The tests of the new things, what their rooms ask of them, and the rules of the house.

    At the same time the documents are written anew: `make docs`.
    """
    new = [name for files in ADDED.values() for name in files if Path(name).name.startswith("test_")]
    chosen = [*new, *(change.test.file for change in CHANGES if change.test), *ROOMS.values(), *RULES]
    words = " or ".join([*(change.word for change in CHANGES if change.word.isidentifier()), *WORDS])
    served = [name for name in chosen if name.startswith(WITH_SERVERS)]
    plain = [name for name in chosen if name not in served]
    tests = ("pytest", "-n0", "-p", "no:cacheprovider", "-k", words)
    with ThreadPoolExecutor() as side_by_side:
        programs = [
            side_by_side.submit(run, copy, "tests.documents", *DOCUMENTS),
            side_by_side.submit(run, copy, *tests, f"--junitxml={copy / 'report-1.xml'}", *served),
            side_by_side.submit(run, copy, *tests, f"--junitxml={copy / 'report-2.xml'}", *plain),
        ]
    said = "\n".join(program.result() for program in programs)
    cases = [case for report in copy.glob("report-*.xml") for case in ElementTree.parse(report).iter("testcase")]
    failed = [f"{case.get('classname')}::{case.get('name')}" for case in cases if len(case)]
    return Outcome(Counter(str(case.get("classname")) for case in cases if not len(case)), failed, said)


def module(name: str) -> str:
    """The name by which a report calls the file of tests."""
    return name.partition("::")[0].removesuffix(".py").replace("/", ".")


def test_at_most_one_other_existing_file_changes(copy: Path, ran: Outcome) -> None:
    """Beside the thing, its test and the catalogues of texts; and what the data of the table say is what changed."""
    changed = {name for name in project_files() if (copy / name).read_bytes() != (ROOT / name).read_bytes()}

    assert changed == EDITED | {name for change in CHANGES for name in change.documents}
    assert {change.kind: len(change.others_changed) for change in CHANGES if is_too_wide(change)} == {}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_a_document_that_changes_tells_of_the_thing(copy: Path, ran: Outcome, change: Change) -> None:
    """Its word is in each document of its change, and in no other that a program writes."""
    word = change.word.replace("_", "-") if change.kind == "alarm rule" else change.word
    written = f"tailwatch {word} " if change.kind == "command" else f"`{word}`"
    telling = {name for name in documents.NAMES if written in (copy / name).read_text()}
    told_before = {name for name in documents.NAMES if written in (ROOT / name).read_text()}

    assert telling - told_before == set(change.documents)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_the_new_thing_works(ran: Outcome, change: Change) -> None:
    """Its own test runs in the copy, and what its room asks of every thing in it."""
    own = [name for name in ADDED[change.kind] if Path(name).name.startswith("test_")]
    wanted = [*own, *([change.test.file] if change.test else []), *filter(None, [ROOMS.get(change.kind)])]

    assert wanted and [name for name in wanted if not ran.passed[module(name)]] == [], ran.said


def test_nothing_fails_and_the_rules_of_the_house_hold(ran: Outcome) -> None:
    """Names, docstrings, plug-ins: for what was added and edited."""
    assert (ran.failed, {module(name) for name in RULES} - set(ran.passed)) == ([], set()), ran.said


def is_too_wide(change: Change) -> bool:
    """Whether more existing files change than may."""
    return len(change.others_changed) > MOST_OTHERS


def test_a_change_of_two_other_files_is_found() -> None:
    """The control: a document and an edit are two; and an edit whose place is gone is an error."""
    second = Edit("tailwatch/__main__.py", "no such place", "")

    assert is_too_wide(Change("x", "x", documents=("docs/wire.md",), others=(second,)))
    with pytest.raises(LookupError, match="no place"):
        put(ROOT, second)
