"""The terminal: a line per part, every line also in the log file."""

import io
import socket
import threading
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


def test_a_line_of_many_parts_is_one_write(tmp_path: Path) -> None:
    """Four parts speak at once, one of them 20,000 characters: each datagram of the output, one write, is one line."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.settimeout(60)
    lengths = {"api": 10, "ingest": 100, "gateway": 300, "broker": 20_000}

    def speak(part: str) -> None:
        for _ in range(20):
            terminal.tell(part, part[0] * lengths[part])

    with theirs.makefile("w") as file, Terminal(tmp_path / "log", Console(file=file, highlight=False)) as terminal:
        threads = [threading.Thread(target=speak, args=(part,)) for part in lengths]
        for one in threads:
            one.start()
        lines = [ours.recv(65_536).decode() for _ in range(20 * len(lengths))]
        for one in threads:
            one.join()

    whole = {f"{part:>12} {part[0] * length}\n" for part, length in lengths.items()}
    assert [line[:80] for line in lines if line not in whole] == []


def test_the_drawing_has_a_line_for_each_part() -> None:
    """Name and state of a part stand in one line."""
    printed = io.StringIO()
    parts = [SitePart(Command(name, ("sleep", "1")), 0) for name in ("database", "ingest")]

    Console(file=printed).print(drawing(Supervisor(parts, lambda *_: None).watched.values(), "Tailwatch"))

    lines = [line.split() for line in printed.getvalue().splitlines()]
    assert lines == [["Tailwatch"], ["database", "waiting"], ["ingest", "waiting"]]
