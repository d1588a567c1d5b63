"""The command runner: a thread that carries out commands one by one, beside the live data and never before it."""

import threading
import time
from collections.abc import Mapping
from typing import Final

import psycopg

from ingest import database
from ingest.commands import rows
from ingest.commands.kind import CommandRefused, Kind, Outcome, Task
from ingest.database import RETRIED, Stopped
from ingest.jobs.database_thread import DatabaseThread
from ingest.store import commit
from ingest.values import Connection
from runtime.log import log_of

tell = log_of(__name__)

LOOK_S: Final = 5.0
"""A notification may be lost; nobody waits longer than this for a command to be begun."""
SLICE_S: Final = 0.5
"""How long the end of the program may wait for the command runner while it is idle."""
LEAST_STEP: Final = 0.01
"""Progress is written in steps of one percent."""
HEAR_S: Final = 0.5
"""Where a percent takes longer, it is written this often: who wants it stopped waits for no percent."""
OVER: Final = "Ingest failed to carry this out; its log says why."


class CommandRunner(DatabaseThread):
    """Works from `start` until `close`, on two connections of its own: one that watches, one that works.

    The command in hand notices when it is to end, and is taken up again at the next start.
    """

    def __init__(self, conninfo: str, kinds: Mapping[str, Kind]) -> None:
        super().__init__("command-runner", conninfo)
        self._conninfo = conninfo
        self._kinds = kinds

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with database.connect(self._conninfo, self._stop) as watch:
                    rows.offer(watch, self._kinds.values())
                    watch.execute(f"LISTEN {rows.CHANNEL}")
                    self._serve(watch)
            except RETRIED as error:
                tell("WARNING", "commands-wait", error=error, next="trying again until the database answers")
                self._stop.wait(LOOK_S)

    def _serve(self, watch: Connection) -> None:
        while not self._stop.is_set():
            task = rows.take(watch)
            if task is None:
                self._wait(watch)
                continue
            tell("INFO", "command-started", id=task.id, kind=task.kind, author=task.author, attempt=task.attempts)
            try:
                self._carry_out(watch, task)
            except Stopped:
                return
            except Exception as error:  # noqa: BLE001 - a bug of one kind ends that command and not the program
                self._fail(watch, task, error)
            rows.leave(watch, task.id)

    def _wait(self, watch: Connection) -> None:
        waited_s = 0.0
        while waited_s < LOOK_S and not self._stop.is_set():
            if list(watch.notifies(timeout=SLICE_S, stop_after=1)):
                return
            waited_s += SLICE_S

    def _carry_out(self, watch: Connection, task: Task) -> None:
        kind = self._kinds.get(task.kind)
        if kind is None:
            raise CommandRefused(f"There is no kind {task.kind!r} here; update ingest.")
        if task.is_stopped:
            raise StopRequested
        progress = ProgressWriter(watch, task.id, self._stop)

        def work(connection: Connection) -> Outcome:
            rows.act_as(connection, task.author)
            outcome = kind.do(connection, task, progress.tell)
            rows.take_out(connection, task.id, kind.secrets)
            if rows.end(connection, task.id, "done", outcome):
                commit.write(connection, {task.facility}, [])
            return outcome

        self._line.transact(work)
        tell("INFO", "command-done", id=task.id, kind=task.kind)

    def _fail(self, watch: Connection, task: Task, error: Exception) -> None:
        if kind := self._kinds.get(task.kind):
            rows.take_out(watch, task.id, kind.secrets)
        if isinstance(error, StopRequested):
            rows.end(watch, task.id, "stopped", {"reason": rows.STOPPED})
            tell("INFO", "command-stopped", id=task.id, kind=task.kind)
            return
        if isinstance(error, CommandRefused):
            rows.end(watch, task.id, "refused", {"reason": str(error)})
            tell("INFO", "command-refused", id=task.id, kind=task.kind, reason=error)
            return
        rows.end(watch, task.id, "failed", {"reason": OVER})
        sentence = error.diag.message_primary if isinstance(error, psycopg.Error) else error
        tell("ERROR", "command-failed", id=task.id, kind=task.kind, error=f"{type(error).__name__}: {sentence}")


class StopRequested(Exception):
    """Somebody wants this command ended undone."""


class ProgressWriter:
    """Writes progress on the watching connection, where it is seen before the work is committed."""

    def __init__(self, watch: Connection, id: int, stop: threading.Event) -> None:
        self._watch = watch
        self._id = id
        self._stop = stop
        self._told, self._heard_s = 0.0, time.monotonic()

    def tell(self, share: float) -> None:
        """Write the share that is done; raise Stopped when the program ends, StopRequested when a person wants that."""
        if self._stop.is_set():
            raise Stopped
        now_s = time.monotonic()
        if share - self._told >= LEAST_STEP or now_s - self._heard_s >= HEAR_S:
            self._told, self._heard_s = share, now_s
            if rows.progress(self._watch, self._id, share):
                raise StopRequested
