"""The schema's files: what a release carried never changes, and the document lists them as they are."""

import os
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests import schema_names
from tests.house.test_shape import ROOT

FOLDER: Final = "ingest/migrations"
FIRST: Final = (0, 2)
"""The release whose schema is the first that later ones migrate (docs/architecture.md, "The schema")."""
AUTHOR: Final = {f"GIT_{who}_{what}": "t@t" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(repository: Path, *words: str) -> str:
    """What git says in a repository."""
    env = {**os.environ, **AUTHOR}
    return subprocess.run(["git", *words], cwd=repository, env=env, check=True, capture_output=True, text=True).stdout


def changed(repository: Path) -> list[str]:
    """What a release tag has in FOLDER and the files now have otherwise or no more, as "v0.2.0 M path"."""
    found = []
    for tag in git(repository, "tag", "--list", "v*").split():
        version = tuple(int(part) for part in re.findall(r"\d+", tag)[:2])
        if version >= FIRST:
            lines = git(repository, "diff", "--name-status", "--no-renames", tag, "--", FOLDER).splitlines()
            found += [f"{tag} {' '.join(line.split())}" for line in lines if not line.startswith("A")]
    return found


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A repository with a migration of releases 0.1 and 0.2."""
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    git(tmp_path, "init", "--quiet")
    for tag, text in (("v0.1.0", "-- first"), ("v0.2.0", "-- second")):
        (folder / "0001_one.sql").write_text(text)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "--quiet", "-m", tag)
        git(tmp_path, "tag", tag)
    return tmp_path


def test_what_a_release_carried_is_unchanged() -> None:
    """No migration of a release since 0.2 was changed, renamed or removed."""
    assert changed(ROOT) == []


def test_a_further_migration_is_no_change(released: Path) -> None:
    """A file is added; and what 0.1 carried may go."""
    (released / FOLDER / "0002_two.sql").write_text("-- third")
    git(released, "add", "-A")

    assert changed(released) == []


def test_a_changed_or_renamed_migration_is_found(released: Path) -> None:
    """The control: an edited file, and one that is called otherwise."""
    file = released / FOLDER / "0001_one.sql"
    file.write_text("-- edited")
    edited = changed(released)
    file.rename(file.with_name("0001_other.sql"))

    assert edited == ["v0.2.0 M ingest/migrations/0001_one.sql"]
    assert changed(released) == ["v0.2.0 D ingest/migrations/0001_one.sql"]


def test_the_document_lists_the_files_and_their_tables() -> None:
    """The table of docs/architecture.md has each migration with what it creates, and no other."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    listed = {
        file: re.findall(r"`(\w+)`", tables)
        for file, tables in re.findall(r"^\| `(\d{4}_\w+\.sql)` \| (.*) \|$", text, re.M)
    }

    assert listed == {
        file.name: [one.name for one in schema_names.names(file.read_text()) if one.kind in ("table", "view")]
        for file in schema_names.MIGRATIONS.glob("*.sql")
    }


NAMES_ITS_FORERUNNER_FROM: Final = "0035"
DEFINED: Final = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)")


def unaware(migrations: dict[str, str]) -> list[str]:
    """What was defined again by a migration that does not name the file of the newest definition before it."""
    newest: dict[str, str] = {}
    found = []
    for file, text in sorted(migrations.items()):
        for name in DEFINED.findall(text):
            if file >= NAMES_ITS_FORERUNNER_FROM and newest.get(name, file) not in (
                file,
                *re.findall(r"\w+\.sql", text),
            ):
                found.append(f"{file}: {name} was last defined in {newest[name]}")
            newest[name] = file
    return found


def test_a_function_is_defined_again_from_its_newest_text() -> None:
    """Whoever replaces a function says which file it had it from: the first one that has it may be long outdated."""
    assert unaware({file.name: file.read_text() for file in schema_names.MIGRATIONS.glob("*.sql")}) == []


def test_a_function_from_an_outdated_text_is_found() -> None:
    """The control: 0090 goes on from 0080, and not from the one that 0085 has."""
    again = "CREATE OR REPLACE FUNCTION f() ..."
    files = {"0080_one.sql": "CREATE FUNCTION f() ...", "0085_two.sql": f"-- as 0080_one.sql\n{again}"}

    assert unaware(files) == []
    assert unaware({**files, "0090_three.sql": f"-- as 0080_one.sql\n{again}"}) == [
        "0090_three.sql: f was last defined in 0085_two.sql"
    ]
