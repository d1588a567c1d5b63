"""The one folder that holds all a running Tailwatch keeps: secrets, ports, settings, broker, database, buffers."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from tailwatch.ports import Ports
from tailwatch.secrets import made_once, write_private
from tailwatch.system_users import PASSED, ROOT, give, give_all, user_when_root

ROOT_FOLDER: Final = Path("/var/lib/tailwatch")
VARIABLE: Final = "TAILWATCH_STATE"


ENDING_WITHIN_S: Final = 20.0
POLL_S: Final = 0.1


class StateInUse(Exception):
    """Another Tailwatch runs on the same folder; end that one or choose another folder."""


class StateUnreachable(Exception):
    """The folder cannot be made or written; the operator chooses another or changes its rights."""


def default_folder() -> Path:
    """Return where the state lives: $TAILWATCH_STATE, as root /var/lib/tailwatch, else the user's state folder."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen).resolve()
    if os.geteuid() == 0:
        return ROOT_FOLDER
    xdg = os.environ.get("XDG_STATE_HOME")
    return (Path(xdg) if xdg else Path.home() / ".local" / "state") / "tailwatch"


def make(folder: Path) -> None:
    """Make a state folder where there is none. Raises StateUnreachable."""
    try:
        # As root the servers run as their own system users, who must pass through (not list) this folder.
        folder.mkdir(mode=PASSED if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StateUnreachable(f"{folder} cannot be used: {error.strerror}. Choose another with --state") from error


class StateFolder:
    """An open state folder; it stays ours until `close` (or the end of the process)."""

    def __init__(self, folder: Path) -> None:
        """Make the folder if it is not there and lock it; raise StateInUse or StateUnreachable."""
        self.folder = folder
        make(folder)
        try:
            self._lock = (folder / "lock").open("a+")
        except OSError as error:
            raise StateUnreachable(f"{folder} cannot be used: {error.strerror}. Choose another with --state") from error
        self._take_lock()
        self.ports = Ports(folder / "ports.json")

    def _take_lock(self) -> None:
        """Lock the folder and hand the lock down to the children: it is free when the last of them has ended.

        After a kill -9 the children need some seconds for that; while the one that made them lives we refuse at once.
        """
        deadline_s = time.monotonic() + ENDING_WITHIN_S
        while not _has_locked(self._lock):
            self._lock.seek(0)
            holder = self._lock.read().strip()
            if time.monotonic() > deadline_s or Path(f"/proc/{holder}").exists():
                self._lock.close()
                raise StateInUse(f"another tailwatch runs on {self.folder}. End it, or choose another with --state")
            time.sleep(POLL_S)
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()
        os.set_inheritable(self._lock.fileno(), True)

    def close(self) -> None:
        """Give the folder free for another Tailwatch."""
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def subfolder(self, name: str, mode: int = 0o700) -> Path:
        """Return a folder of one part, made when absent; only its owner may enter unless `mode` says more."""
        path = self.folder / name
        for above in reversed(path.relative_to(self.folder).parents[:-1]):
            (self.folder / above).mkdir(mode=0o700, exist_ok=True)
        path.mkdir(mode=mode, exist_ok=True)
        return path

    def secret_file(self, name: str, user: str | None = None) -> Path:
        """Return the file (mode 600) with the password called `name`, e.g. `mqtt/vale/n07`; made at the first call.

        `user` is the system user that reads it, None whoever runs this.
        """
        file = self.subfolder("secrets") / name
        made_once(file)
        self._give(file, user)
        return file

    def secret(self, name: str) -> str:
        """Return the password called `name`."""
        return self.secret_file(name).read_text().strip()

    def write(self, name: str, text: str, user: str | None = None) -> Path:
        """Write a private file of one system user under `settings/` and return its path; None is whoever runs this."""
        file = self.subfolder(str((Path("settings") / name).parent)) / Path(name).name
        write_private(file, text)
        give(file, user_when_root(ROOT))
        self._give(file, user)
        return file

    def working_folder(self, name: str, user: str | None) -> Path:
        """Return the folder in which a program keeps what it works with, which it owns with all that is in it."""
        folder = self.subfolder(name)
        self._give(folder, user)
        give_all(folder, user)
        return folder

    def _give(self, path: Path, user: str | None) -> None:
        """Let a system user have a file or folder, and pass through (not list) the folders on the way to it."""
        if user is not None:
            for folder in path.relative_to(self.folder).parents[:-1]:
                (self.folder / folder).chmod(PASSED)
            give(path, user)


def _has_locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
