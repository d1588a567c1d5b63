"""The project is whole on its own: commands that documents name exist, and nothing outside the clone is read."""

import hashlib
import re
from pathlib import Path

import pytest

from tests import pond
from tests.house.test_shape import tracked
from tests.reference import FOLDER as REFERENCES
from tests.reference import reference

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(path for path in tracked(".md") if path.name != "CHANGELOG.md")
MAKE = re.compile(r"(?:^|`)make ([a-z][a-z-]+)", re.MULTILINE)
TIERS = {"test", "test-foreign", "test-long"}
ALLOWED_SKIPS = re.compile(r"\broot\b|may not mount")


def targets() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def outside(text: str, name: str) -> list[str]:
    """The expressions `parents[N]` of a source file, by its name in the project, that lead out of the project."""
    return [found[0] for found in re.finditer(r"parents\[(\d+)\]", text) if int(found[1]) > name.count("/")]


def test_every_make_target_that_a_document_names_exists() -> None:
    """In documents and in what CI runs; CONTRIBUTING names all tiers."""
    texts = {path: path.read_text() for path in [*DOCUMENTS, ROOT / ".ci/run"]}
    named = {name for text in texts.values() for name in MAKE.findall(text)}

    assert named - targets() == set()
    assert set(MAKE.findall(texts[ROOT / "CONTRIBUTING.md"])) >= {*TIERS, "check", "demo", "bench"}
    assert "make test" in texts[ROOT / "README.md"]


def test_the_changes_name_files_that_exist() -> None:
    """Each file of the section, and for a file that is yet to come its folder, which has others of its kind."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    section = text.partition("## The ten commonest changes")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    named = re.findall(r"`([\w./]+/[\w./]*\w)`", section)

    assert len(rows) == 10 and len(named) > 30
    assert [name for name in named if not any(ROOT.glob(name.replace("NAME", "[a-z]*")))] == []


def test_no_source_leads_out_of_the_project() -> None:
    """No file counts more folders up than it stands deep, and the test itself sees one that does."""
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in tracked(".py")}

    assert [name for name, text in texts.items() if outside(text, name)] == []
    assert outside("parents[1]", "tests/x.py") == [] != outside("parents[1]", "x.py")


def test_a_test_is_skipped_only_where_the_machine_forbids_it() -> None:
    """Not for want of data, nor of a program or package that set-up brings."""
    texts = {path: path.read_text() for path in tracked(".py") if ROOT / "tests" in path.parents}
    texts.pop(Path(__file__))
    reasons = [
        (path.name, reason)
        for path, text in texts.items()
        for reason in re.findall(r"(?:skipif\(|pytest\.skip\()[^\n]*?\"([^\"]+)\"\)", text)
    ]
    skips = sum(len(re.findall(r"skipif\(|pytest\.skip\(|importorskip", text)) for text in texts.values())

    assert reasons and len(reasons) == skips
    assert [one for one in reasons if not ALLOWED_SKIPS.search(one[1])] == []


def test_the_pond_is_the_file_that_its_readme_describes() -> None:
    """Byte for byte, with the rows that are counted there, and its licence beside it."""
    told = (pond.FOLDER / "README.md").read_text()
    rows = len(pond.FILE.read_text().splitlines()) - 1

    assert hashlib.sha256(pond.FILE.read_bytes()).hexdigest() in told
    assert rows == pond.ROWS and f"{pond.ROWS:,} rows of the {pond.INSTANTS:,}" in told
    assert "MIT License" in (pond.FOLDER / "LICENSE").read_text()


@pytest.mark.parametrize("name", sorted(file.stem for file in REFERENCES.glob("*.toml")))
def test_each_transcribed_row_has_its_source(name: str) -> None:
    """A source of the same file, with its address, and how it was checked."""
    tables = reference(name)
    known = {source["key"] for source in tables.pop("source") if source["address"] and source["read_in"]}
    rows = [row for table in tables.values() for row in table]

    assert rows and {row["source_key"] for row in rows} <= known
    assert {row["checked"] for row in rows} <= {"read", "secondary"}
