"""The log: one line an event, in one write, which can be split again."""

import re
import socket
import subprocess
import sys

import pytest

from runtime.log import log_of


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """The time of the one line that was written, and what follows it."""
    time, rest = capsys.readouterr().err.split(" ", 1)
    return time, rest


@pytest.mark.parametrize("program", ["edge_agent", "ingest", "api"])
def test_a_line_has_time_level_program_event_and_fields(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of every program alike; the program is the room of the module that speaks."""
    log_of(f"{program}.some.module")("WARNING", "node-fault", node="n07", count=3)
    time, rest = said(capsys)

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time)
    assert rest == f"WARNING {program} node-fault node=n07 count=3\n"


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("no signal\nINFO forged", '"no signal INFO forged"'),
        ("", '""'),
        ('a "b"', r'"a \"b\""'),
        ("level=ERROR", '"level=ERROR"'),
        ("\x1b[2J", r'"\x1b[2J"'),
        ("line\u2028end", '"line end"'),
        ("Lože", "Lože"),
    ],
)
def test_a_strangers_text_stays_one_value_of_one_line(
    value: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It begins no line and no field, and sends the terminal no control character."""
    log_of("ingest")("ERROR", "refused", reason=value)

    assert said(capsys)[1] == f"ERROR ingest refused reason={word}\n"


MANY = """
import sys, threading
from runtime.log import log_of

sys.setswitchinterval(1e-6)
tell = log_of("ingest")

def speak(name):
    for number in range(200):
        tell("INFO", "stored", by=name, number=number, note="a value with spaces")

threads = [threading.Thread(target=speak, args=(name,)) for name in "abcdefgh"]
for one in threads: one.start()
for one in threads: one.join()
"""


def test_a_line_is_one_write() -> None:
    """Eight threads at once: each datagram of the log's socket, which is one write, is one line."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.settimeout(60)
    with subprocess.Popen([sys.executable, "-c", MANY], stderr=theirs) as child:
        lines = [ours.recv(4096) for _ in range(8 * 200)]

    whole = re.compile(rb'\S+Z INFO ingest stored by=[a-h] number=\d+ note="a value with spaces"\n')
    assert [line for line in lines if not whole.fullmatch(line)] == []
    assert child.returncode == 0


LIBRARY = """
import logging
from runtime.log import take_libraries

take_libraries("api")
logging.getLogger("uvicorn.error").info("said at every start")
try:
    raise ValueError("bad\\n2026-01-01T00:00:00.000Z ERROR api forged")
except ValueError:
    logging.getLogger("uvicorn.error").exception("Exception in application\\n")
"""


LONG = """
from runtime.log import log_of

for number in range(20):
    log_of("ingest")("ERROR", "refused", number=number, reason="x" * 20_000)
"""


def test_a_long_line_of_many_processes_is_one_write() -> None:
    """Three processes share one log: a line longer than any buffer is one datagram, so none is cut by another."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.settimeout(60)
    children = [subprocess.Popen([sys.executable, "-c", LONG], stderr=theirs) for _ in range(3)]
    lines = [ours.recv(65_536) for _ in range(3 * 20)]
    ends = [child.wait(60) for child in children]

    whole = re.compile(rb"\S+Z ERROR ingest refused number=\d+ reason=x{20000}\n")
    assert ends == [0, 0, 0]
    assert [line[:80] for line in lines if not whole.fullmatch(line)] == []


def test_what_a_library_says_is_in_the_same_log() -> None:
    """A bug's trace follows its line, indented: nothing in it can be taken for a line of the log."""
    done = subprocess.run([sys.executable, "-c", LIBRARY], capture_output=True, text=True, timeout=60, check=True)
    first, *trace = done.stderr.splitlines()

    assert first.endswith('Z ERROR api uvicorn.error says="Exception in application"')
    assert "    ValueError: bad" in trace and all(line.startswith("    ") for line in trace)
