"""The terminal: a line per part, every line also in the log file."""

import io
from pathlib import Path

from rich.console import Console

from tailwatch.process import Command
from tailwatch.supervise import SitePart, Supervisor
from tailwatch.terminal import Terminal, drawing


def test_a_line_is_printed_with_its_part_and_kept_in_the_log(tmp_path: Path) -> None:
    """Square brackets in a log line are text, not markup."""
    printed = io.StringIO()

    with Terminal(tmp_path / "tailwatch.log", Console(file=printed)) as terminal:
        terminal.tell("ingest", "row [bold] stored")

    assert printed.getvalue() == "      ingest row [bold] stored\n"
    assert (tmp_path / "tailwatch.log").read_text().endswith("ingest row [bold] stored\n")
    assert (tmp_path / "tailwatch.log").stat().st_mode & 0o777 == 0o640


def test_the_drawing_has_a_line_for_each_part() -> None:
    """Name and state of a part stand in one line."""
    printed = io.StringIO()
    parts = [SitePart(Command(name, ("sleep", "1")), 0) for name in ("database", "ingest")]

    Console(file=printed).print(drawing(Supervisor(parts, lambda *_: None).watched.values(), "Tailwatch"))

    lines = [line.split() for line in printed.getvalue().splitlines()]
    assert lines == [["Tailwatch"], ["database", "waiting"], ["ingest", "waiting"]]
