"""The documents stay true: promises name tests that exist, generated tables are fresh, links lead somewhere."""

import json
import pathlib
import re

import pytest

from tailings import tables
from tests import documents

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_each_guarantee_names_a_test_that_exists() -> None:
    """Every promise in docs/guarantees.md names a test, and that test is in the suite; so do faults and threats."""
    text = (ROOT / "docs/guarantees.md").read_text()
    others = "".join((ROOT / "docs" / name).read_text() for name in ("faults.md", "security.md"))
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text + others)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    promises = [row for row in rows if not row.startswith("| promise")]
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in _read(path)]

    assert missing == []
    assert len(promises) >= 10
    assert all("`tests/" in line for line in promises)


@pytest.mark.parametrize("document", documents.NAMES)
def test_generated_documents_are_fresh(document: str) -> None:
    """What is generated of a document equals what its generator makes now (`make docs` writes it)."""
    assert (ROOT / document).read_text() == documents.written(document)


def test_the_page_of_the_file_check_has_its_rules() -> None:
    """The table of docs/operating/facility-file.md is that of the code, every rule in it, and no other."""
    printed = tables.table(("rule", "severity", "what it finds"), tables.rule_rows())

    assert (ROOT / "docs/operating/facility-file.md").read_text().endswith(f"## Rules\n\n{printed}\n")


def test_links_between_documents_lead_somewhere() -> None:
    """Each relative link in a document points at a file of the project."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests/data").rglob("*.md")]
    broken = [
        f"{document.relative_to(ROOT)} -> {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text())
        if not target.startswith("http") and not (document.parent / target).exists()
    ]

    assert broken == []


def _read(path: str) -> str:
    file = ROOT / path
    return file.read_text() if file.exists() else ""


def test_firmware_budgets_are_those_measured() -> None:
    """The budget table of docs/firmware.md holds the figures of firmware/budgets.json."""
    found = json.loads((ROOT / "firmware/budgets.json").read_text())
    text = (ROOT / "docs/firmware.md").read_text()
    limit = found["most_mpy_bytes"]
    rows = [f"| .mpy files, {board} | {limit} B | {size} B |" for board, size in found["mpy_bytes"].items()]
    heap = f"| {found['vm_heap']['total_bytes']} B in all | {found['vm_heap']['free_bytes']} B |"

    assert all(row in text for row in rows)
    assert heap in text
