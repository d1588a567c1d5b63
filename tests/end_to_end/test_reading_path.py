"""The files that one reading passes, as docs/architecture.md lists them."""

import pytest

from tests.trace.__main__ import DOCUMENT, written
from tests.trace.reading_path import ROOT, trace

LEAST, PROGRAMS = 20, ["firmware", "edge_agent", "ingest", "api and dashboard"]


def test_each_file_of_the_list_exists() -> None:
    """A file that was moved is not left in the list."""
    steps = written(DOCUMENT.read_text())

    assert [step.program for step in steps] == PROGRAMS
    assert all(len(step.files) >= LEAST for step in steps)
    assert [file for step in steps for file in step.files if not (ROOT / file).is_file()] == []


@pytest.mark.long
def test_a_real_reading_passes_these_files_and_no_others() -> None:
    """A reading traced through a real site passes the files of the list; `python -m tests.trace` writes it anew."""
    expected = {step.program: set(step.files) for step in written(DOCUMENT.read_text())}
    found = {step.program: set(step.files) for step in trace()}

    assert found == expected
