"""A walk at a real terminal that ends before its end: what was typed is kept, and the next one goes on with it."""

import os
import pty
import re
import select
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

import pytest

from ingest.database import connect
from ingest.values import Connection
from tailwatch.commands._ingest_rights import CONNINFO
from tests import standpipe
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, fresh_database
from tests.standpipe import DISTANCE

STAFF: Final = "n07:staff.distance"
SECOND_STOP: Final = f"""
[instruments."n07:staff"]
driver = "sample_point"
[datastreams."{STAFF}"]
quantity = "distance"
unit = "m"
"""
READ: Final = """
SELECT d.name, o.result FROM observation o JOIN datastream d ON d.id = o.datastream_id
WHERE d.name = ANY (%s) ORDER BY d.name"""
WITHIN_S: Final = 60.0
HEARD_WITHIN_S: Final = 5.0
CTRL_C: Final = b"\x03"
FIRST, SECOND = "1/2.*value: ", "2/2.*value: "


@pytest.fixture
def place(cluster: Database, tmp_path: Path) -> Iterator[tuple[Path, Connection]]:
    """A state folder with a database that knows two things to read by hand, and a connection to it."""
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        file = tmp_path / CONNINFO
        file.parent.mkdir()
        file.write_text(fresh.conninfo("tailwatch_ingest"))
        with connect(file.read_text()) as connection:
            standpipe.register(connection, SECOND_STOP)
            yield tmp_path, connection


class Walker:
    """`tailwatch observations add` at a terminal of its own."""

    def __init__(self, state: Path) -> None:
        words = ["observations", "add", "--facility", "vale", "--state", str(state)]
        self._terminal, other = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tailwatch", *words],
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # the terminal controls it
        )
        os.close(other)
        self.shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)

    def answer(self, question: str, typed: bytes) -> None:
        """Wait until the terminal shows this (a pattern) after the last answer, and type."""
        self._read_until(question)
        self.shown = ""
        os.write(self._terminal, typed)

    def interrupt(self, question: str) -> None:
        """Press Ctrl-C at a question, as a person does: again where it was not heard.

        CPython looks for a signal, then waits for a key: what comes in between is noticed with the next one.
        """
        self.answer(question, CTRL_C)
        deadline_s = time.monotonic() + WITHIN_S
        while not self.shown.replace("^C", "").strip() and time.monotonic() < deadline_s:
            if select.select([self._terminal], [], [], HEARD_WITHIN_S)[0]:
                self.shown += os.read(self._terminal, 4096).decode()
            else:
                os.write(self._terminal, CTRL_C)

    def end(self) -> int:
        """Wait for the end of the program, with all that it says."""
        self._read_until(None)
        return self._process.wait(WITHIN_S)

    def _read_until(self, question: str | None) -> None:
        deadline_s = time.monotonic() + WITHIN_S
        while question is None or not re.search(question, self.shown, re.DOTALL):
            assert time.monotonic() < deadline_s, self.shown
            if select.select([self._terminal], [], [], 1.0)[0]:
                try:
                    self.shown += os.read(self._terminal, 4096).decode()
                except OSError:  # EIO: nobody has the other side open any more
                    assert question is None, self.shown
                    return


def stored(connection: Connection) -> list[tuple[str, float]]:
    return connection.execute(READ, ([f"vale:{DISTANCE}", f"vale:{STAFF}"],)).fetchall()


def test_ctrl_c_keeps_what_was_typed(place: tuple[Path, Connection]) -> None:
    """In a file of mode 600, which is said; the same command asks whether to go on, asks for the rest, enters all."""
    state, connection = place
    with Walker(state) as first:
        first.answer(FIRST, b"12.4\n")
        first.interrupt(SECOND)
        code = first.end()
    (file,) = (state / "walks").iterdir()
    mode, before = stat.S_IMODE(file.stat().st_mode), stored(connection)
    with Walker(state) as second:
        second.answer("go on with them.*Y/n", b"\n")
        second.answer(SECOND, b"3.5\n")
        again = second.end()

    assert (code, again) == (2, 0), (first.shown, second.shown)
    assert f"1 reading is not entered, kept in {file}" in first.shown and "ended at the question" in first.shown
    assert (mode, before) == (0o600, [])
    assert "2 stored" in second.shown
    assert stored(connection) == [(f"vale:{DISTANCE}", 12.4), (f"vale:{STAFF}", 3.5)]
    assert not file.exists()


def test_what_is_not_wanted_any_more_is_forgotten(place: tuple[Path, Connection]) -> None:
    """Also where the terminal went away: a walk that was killed is offered, and gone once it is declined."""
    state, connection = place
    with Walker(state) as killed:
        killed.answer(FIRST, b"12.4\n")
        killed.answer(SECOND, b"")
    with Walker(state) as second:
        second.answer("go on with them.*Y/n", b"n\n")
        second.answer(FIRST, b"\n")
        second.answer(SECOND, b"\n")
        assert second.end() == 0

    assert "nothing was entered" in second.shown
    assert list((state / "walks").iterdir()) == [] and stored(connection) == []
