"""Base backups and the log of a database in one folder, kept by pgBackRest (Debian's package of that name).

PostgreSQL hands each segment of its log over (`archive_command`). pgBackRest runs as the system user of the database,
and finds it by the variables of libpq, since our databases have no socket file (pgBackRest, "pg-socket-path": without
one libpq's own default counts). A database on another machine it reaches through its own server there.
"""

import re
import shlex
import subprocess
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from tailwatch import tools
from tailwatch.process import Command, completed
from tailwatch.secrets import write_private
from tailwatch.servers.database import ADMIN
from tailwatch.servers.server import require_reachable
from tailwatch.system_users import give

STANZA: Final = "tailwatch"
"""pgBackRest's word for one database with its backups."""
CONFIGURATION: Final = """\
[global]
repo1-path={folder}
repo1-retention-full={keep}
repo1-bundle=y
compress-type=lz4
start-fast=y
archive-timeout={archived_within_s}
lock-path={own}/locks
log-level-file=off
log-level-console=warn
"""
LEAST_KEPT: Final = 1
NO_LINE: Final[Mapping[str, str]] = {}
ARCHIVED_WITHIN_S: Final = 60
SEGMENT_WITHIN_S: Final = 60
"""A segment of the log leaves a quiet database so long after its first change."""
WITHIN_S: Final = 24 * 3600.0
ANSWER_CHARACTERS: Final = 600
MOST_NAMED: Final = 20
INVALID: Final = re.compile(r"INFO: (?:invalid result |invalid checksum |invalid size )'?([^\n']+)")
TIMED: Final = re.compile(r"^.*?(?=WARN:|ERROR:)")
RANGE: Final = re.compile(r"wal start: ([0-9A-F]{24}), wal stop: ([0-9A-F]{24})")
"""What `pgbackrest verify` says (2.55, src/command/verify/verify.c). It counts a gap between two ranges as no error."""
TIMELINE_DIGITS: Final = 8
SEGMENTS: Final = 256
"""Of 16 MB in what the second part of a segment's name counts (PostgreSQL source, xlog_internal.h)."""


class ArchiveFailed(Exception):
    """pgBackRest could not do it, or the archive is not whole; the sentence says what it says."""


class BaseBackup(NamedTuple):
    """A base backup that is whole."""

    label: str
    ended_at: datetime
    bytes: int


class ArchivedDatabase(NamedTuple):
    """Where a database lies whose log is archived; `further`: options of pgBackRest by which its machine is reached."""

    data: Path
    port: int
    further: Mapping[str, str] = {}

    @property
    def words(self) -> list[str]:
        """Return it as words of a command of pgBackRest."""
        own = {"path": self.data, "port": self.port, "user": ADMIN, "database": "postgres"}
        return [f"--pg1-{name}={value}" for name, value in (*own.items(), *self.further.items())]


class Repository:
    """pgBackRest over one archive: the archive in `folder`, what is written for it in `own`.

    `database` is asked where the database lies before each command that speaks with it; who only restores has none.
    `line` has variables of libpq (PGHOST, PGPASSWORD ...), `further` lines of pgBackRest's configuration. `user` is the
    system user of the database, None our own.
    """

    def __init__(
        self,
        folder: Path,
        own: Path,
        *,
        user: str | None,
        database: Callable[[], ArchivedDatabase] | None = None,
        keep: int = LEAST_KEPT,
        line: Mapping[str, str] = NO_LINE,
        further: str = "",
    ) -> None:
        self.folder, self.user = folder, user
        self._own, self._database, self._keep, self._line = own, database, keep, line
        self._further = further
        self._file = own / "pgbackrest.conf"

    def prepare(self) -> None:
        """Write pgBackRest's configuration and make the folders. Raises NotReady where its user cannot reach them."""
        for folder in (self._own, self.folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            require_reachable(folder, self.user)
            give(folder, self.user)
        text = CONFIGURATION.format(
            folder=self.folder,
            keep=self._keep,
            own=self._own,
            archived_within_s=ARCHIVED_WITHIN_S,
        )
        write_private(self._file, text + self._further)
        give(self._file, self.user)

    def parameters(self, data: Path) -> dict[str, str]:
        """Return what the PostgreSQL on `data` is told, so that each segment of the log goes into the archive."""
        words = argv(self._file, "archive-push", f"--pg1-path={data}")
        return archiving_parameters("on", f"{shlex.join(words)} %p")

    def make(self) -> None:
        """Begin the archive of this database where there is none; what is there stays."""
        self._run_on_database("stanza-create")

    def base(self) -> None:
        """Make a base backup of the running database; any moment from its return on can be restored to.

        pgBackRest takes a base backup for a moment of a later whole second than that in which it ended.
        """
        self._run_on_database("backup", "--type=full")
        usable_at = self.bases()[-1].ended_at + timedelta(seconds=1)
        time.sleep(max(0.0, (usable_at - datetime.now(UTC)).total_seconds()))

    def archive_now(self) -> None:
        """Have the log up to now archived; raise ArchiveFailed where that does not come about within a minute."""
        self._run_on_database("check")

    def faults(self) -> list[str]:
        """Read all that is kept and return what is missing or was changed, one sentence each."""
        told = self.run("verify", "--output=text", "--verbose", "--log-level-console=detail")
        wrong = [found[1] for found in INVALID.finditer(told)]
        if not wrong and "status: error" in told:
            wrong = [told[told.index("status: error") :][:ANSWER_CHARACTERS]]
        return [*wrong, *(f"{name}: this segment of the log is missing" for name in self._missing(told))]

    def _missing(self, told: str) -> list[str]:
        """Return the segments that are not there, from the oldest base backup on; `told` names the ranges that are."""
        ranges = [(found[1], _number(found[1]), _number(found[2])) for found in RANGE.finditer(told)]
        starts = [_number(one["archive"]["start"]) for one in self._backups()]
        if not starts:
            return []
        there = {number for _, first, last in ranges for number in range(first, last + 1)}
        newest = max(there, default=min(starts))
        timeline = max((name[:TIMELINE_DIGITS] for name, _, _ in ranges), default="0" * TIMELINE_DIGITS)
        gone = sorted(set(range(min(starts), newest + 1)) - there)
        return [f"{timeline}{number // SEGMENTS:08X}{number % SEGMENTS:08X}" for number in gone[:MOST_NAMED]]

    def restore(self, to: Path, target: datetime | None, action: str) -> None:
        """Fill a folder with a base backup, so that a PostgreSQL on it reads the log up to `target` (None: its end).

        action: `pause` stands there and only reads, `promote` goes on from there.
        """
        words = ["--archive-mode=off"] if action == "pause" else []
        if target is not None:
            at = target.astimezone(UTC).isoformat(sep=" ")
            words += ["--type=time", f"--target={at}", f"--target-action={action}"]
        self.run("restore", f"--pg1-path={to}", *words)

    def bases(self) -> list[BaseBackup]:
        """Return the base backups that are kept, the oldest first."""
        return [
            BaseBackup(one["label"], datetime.fromtimestamp(one["timestamp"]["stop"], UTC), one["info"]["size"])
            for one in self._backups()
        ]

    def _backups(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = msgspec.json.decode(self.run("info", "--output=json"))
        return [one for stanza in found for one in stanza.get("backup", []) if not one.get("error")]

    def _run_on_database(self, command: str, *words: str) -> str:
        assert self._database is not None
        return self.run(command, *self._database().words, *words)

    def run(self, command: str, *words: str) -> str:
        """Run pgBackRest and return what it says; raise ArchiveFailed."""
        env = dict(self._line) | {"HOME": str(self._own)}  # libpq looks there for a certificate of ours
        asked = Command("pgbackrest", argv(self._file, command, *words), cwd=Path("/"), env=env, user=self.user)
        try:
            done = completed(asked, WITHIN_S, without=("PG",))
        except subprocess.TimeoutExpired as error:
            raise ArchiveFailed(f"pgbackrest {command} did not end within a day") from error
        if done.returncode != 0:
            raise ArchiveFailed(f"pgbackrest {command}: {_said(done.stdout + done.stderr)}")
        return done.stdout


def archiving_parameters(mode: str, command: str) -> dict[str, str]:
    """Return what a PostgreSQL is told, so that each segment of the log is handed to a command."""
    return {"archive_mode": mode, "archive_command": command, "archive_timeout": f"{SEGMENT_WITHIN_S}s"}


def argv(configuration: Path, command: str, *words: str) -> tuple[str, ...]:
    """Return a command of pgBackRest with a configuration file; raises ToolMissing."""
    return (tools.find("pgbackrest"), f"--config={configuration}", f"--stanza={STANZA}", *words, command)


def _said(text: str) -> str:
    """Return what pgBackRest warns of and names as errors, without its times and process numbers."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(TIMED.sub("", line) for line in lines)[-ANSWER_CHARACTERS:]


def _number(name: str) -> int:
    """Return which segment a name is, whatever its timeline."""
    return int(name[TIMELINE_DIGITS : 2 * TIMELINE_DIGITS], 16) * SEGMENTS + int(name[2 * TIMELINE_DIGITS :], 16)
