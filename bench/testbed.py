"""The ground that everything is measured on: a broker, a database and the programs, as `tailwatch up` runs them.

Durable as in the field (fsync on), in a folder and on ports of its own, and gone afterwards.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import psycopg

from bench import plant
from bench.programs import Program
from bench.stretch import MINUTE_S, Numbers, Stretch, names
from tailwatch.ports import free_port
from tailwatch.process import Command
from tailwatch.servers.database import ADMIN, API, INGEST
from tailwatch.site import Site, read_facilities
from tailwatch.state import StateFolder
from wire.topics import Rights

Connection = psycopg.Connection[tuple[Any, ...]]

USER: Final = "bench"
"""May read and write every topic: stands for all nodes and agents at once."""
START_DAYS_AGO: Final = 1000
DAY_S: Final = 86_400
COUNT: Final = """
SELECT count(*) FROM observation WHERE phenomenon_time >= to_timestamp(%s) AND phenomenon_time < to_timestamp(%s)"""


class Testbed:
    """A running site with the facility `bench`, or with others."""

    __test__ = False  # pytest takes a class of that name for one of tests

    def __init__(self, folder: Path, texts: Sequence[str]) -> None:
        files = [folder / f"facility-{number}.toml" for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text)
        self.folder = folder
        self.numbers = Numbers()
        self._state = StateFolder(folder / "state")
        self.site = Site(self._state, read_facilities(files), api_port=free_port())
        self._next_s = int(datetime.now(UTC).timestamp()) // DAY_S * DAY_S - START_DAYS_AGO * DAY_S
        self.first_s = self._next_s
        self._programs: dict[str, Program] = {}
        self._ends: list[Callable[[], None]] = []
        self.ids = np.empty(0, np.int32)
        """Keys of the plain datastreams, in the order of `stretch.names()`."""

    @classmethod
    @contextmanager
    def open(cls, texts: Sequence[str] = ()) -> Iterator[Self]:
        """Make it all in a temporary folder, which the servers' system users can reach, and end it all afterwards.

        texts: facility files; without any that of `plant`, whose datastreams then are `ids`.
        """
        folder = Path(tempfile.mkdtemp(prefix="tailwatch-bench-"))
        os.chmod(folder, 0o755)
        ground = cls(folder, texts or [plant.text()])
        try:
            ground._start()
            if not texts:
                ground.ids = ground._ids()
            yield ground
        finally:
            ground._end()
            shutil.rmtree(folder, ignore_errors=True)

    def _start(self) -> None:
        self.site.prepare()
        users = {**self.site.broker.users, USER: self._state.secret(USER)}
        self.site.broker.set_users(users, [*self.site.rights(), Rights(USER, None, ("#",), ("#",), ())])
        self.site.broker.run()
        self.site.database.run()
        for part in self.site.parts():
            if part.prepare is not None:
                part.prepare()
        self.ingest()
        self._reader, self._admin = self.connect(API), self.connect(ADMIN)

    def _end(self) -> None:
        for close in self._ends:
            close()
        for name in list(self._programs):
            self.stop(name)
        self.site.broker.stop()
        self.site.database.stop()
        self._state.close()

    def _ids(self) -> npt.NDArray[np.int32]:
        known: dict[str, int] = dict(self._reader.execute("SELECT name, id FROM datastream").fetchall())
        return np.array([known[f"{plant.FACILITY}:{name}"] for name in names()], np.int32)

    def stretch(self, times: int, datastreams: int = 1000, step_s: int = MINUTE_S) -> Stretch:
        """Return a stretch that is later than all before: nobody has stored its times."""
        fresh = Stretch(self._next_s, times, datastreams, step_s)
        self._next_s = fresh.end_s
        return fresh

    def connect(self, role: str = INGEST) -> Connection:
        """Connect to the database in autocommit mode; closed at the end of the run."""
        connection = psycopg.connect(self.site.database.conninfo(role), autocommit=True)
        self.at_end(connection.close)
        return connection

    def at_end(self, close: Callable[[], None]) -> None:
        """Call this when the run is over, before the servers end."""
        self._ends.append(close)

    def rows_told(self) -> int:
        """All rows that were added by ingest so far, by its own log of commits."""
        row = self._reader.execute("SELECT coalesce(sum(rows), 0) FROM commit_log").fetchone()
        return 0 if row is None else int(row[0])

    def count(self, stretch: Stretch) -> int:
        """How many observations are stored in the time of a stretch."""
        row = self._reader.execute(COUNT, (stretch.start_s, stretch.end_s)).fetchone()
        return 0 if row is None else int(row[0])

    def settle(self) -> None:
        """Let the database write out what it still owes, so that no case pays for the one before it."""
        self._admin.execute("CHECKPOINT")

    def rest(self) -> None:
        """Drop what ingest would still count into hours and days, so that no measurement pays for the one before it."""
        self._admin.execute("TRUNCATE dirty_span")

    def is_rolled_up(self) -> bool:
        """Whether everything is counted into hours and days."""
        return self._admin.execute("SELECT 1 FROM dirty_span LIMIT 1").fetchone() is None

    def vacuum(self) -> None:
        """Let the database go over what was stored, as it does by itself: a BRIN index learns its new pages by that."""
        self._admin.execute("VACUUM observation")

    def analyze(self) -> None:
        """Let the planner know what is in the table."""
        self._admin.execute("ANALYZE observation")

    @property
    def password(self) -> str:
        """The broker's password of USER."""
        return self._state.secret(USER)

    def ingest(self) -> Program:
        """Return the running ingest; starts it at the first call."""
        program = self._program(self.site.ingest().command)
        program.wait_until(lambda: program.has_said("connected link=broker"))
        return program

    def agent(self) -> Program:
        """Return the running edge agent; starts it at the first call."""
        (part,) = self.site.agents()
        program = self._program(part.command)
        program.wait_until(lambda: program.has_said("connected link=", 2))
        return program

    def api(self) -> Program:
        """Return the running api; starts it at the first call."""
        program = self._program(self.site.api().command)
        program.wait_until(self.site.is_api_up)
        return program

    def stop(self, name: str) -> None:
        """End a program, if it runs."""
        if name in self._programs:
            self._programs.pop(name).stop()

    def _program(self, command: Command) -> Program:
        if command.name not in self._programs:
            self._programs[command.name] = Program(command, self.folder / f"{command.name}.log")
        return self._programs[command.name]
