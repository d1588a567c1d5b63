"""The system users of what `tailwatch up` starts as root: one a program, so that none reads the secrets of another.

Who is not root runs everything as itself. Broker and database have the users of their packages; those of our programs
are the users of the units too (`units/tailwatch-sysusers.conf`), and are made where they are absent.
"""

import os
import pwd
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from tailwatch import tools

ROOT: Final = "root"
INGEST: Final = "tailwatch-ingest"
API: Final = "tailwatch-api"
EDGE: Final = "tailwatch-edge"
OF_PROGRAMS: Final = (INGEST, API, EDGE)
NO_HOME: Final = "/nonexistent"
PASSED: Final = 0o711
"""Mode of a folder through which other users pass to a file of their own, and which they do not list."""
TRIES: Final = 20
WAIT_S: Final = 0.25


class NoSystemUser(Exception):
    """A system user cannot be made; the sentence says why, and what else there is."""


class ProgramUsers(NamedTuple):
    """As whom our programs run; None is whoever starts them.

    `closed` is the folder through which nobody but root comes to the programs, which then run as root.
    """

    ingest: str | None = None
    api: str | None = None
    edge: str | None = None
    closed: Path | None = None


def of_programs() -> ProgramUsers:
    """Return as whom our programs run; users that are absent are made. Raises NoSystemUser or ToolMissing."""
    if os.geteuid() != 0:
        return ProgramUsers()
    if (closed := closed_folder(Path(sys.executable)) or closed_folder(Path(__file__))) is not None:
        return ProgramUsers(closed=closed)
    for user in OF_PROGRAMS:
        if not is_known(user):
            _make(user)
    return ProgramUsers(INGEST, API, EDGE)


def is_known(user: str) -> bool:
    """Say whether this machine has such a user."""
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def name_of(user_id: int) -> str:
    """Return the name of a user, or the number where there is no name."""
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return str(user_id)


def closed_folder(path: Path) -> Path | None:
    """Return the folder through which other users do not come to `path`, the topmost one; None where they do."""
    absolute = path.absolute()
    above = dict.fromkeys((*reversed(absolute.parents), *reversed(absolute.resolve().parents)))
    return next((one for one in above if one.exists() and not one.stat().st_mode & stat.S_IXOTH), None)


def user_when_root(user: str) -> str | None:
    """Return the system user to run as when we are root, else None (run as ourselves)."""
    return user if os.geteuid() == 0 else None


def give(path: Path, user: str | None) -> None:
    """Make `user` the owner of a file or folder; None leaves it ours."""
    if user is not None:
        found = pwd.getpwnam(user)
        os.chown(path, found.pw_uid, found.pw_gid, follow_symlinks=False)


def give_all(folder: Path, user: str | None) -> None:
    """Make `user` the owner of a folder and of all in it; None leaves it as it is.

    No link is followed, and a file with a second name stays whose it is: who owns the folder could have put it there.
    """
    if user is None:
        return
    found = pwd.getpwnam(user)
    os.chown(folder, found.pw_uid, found.pw_gid, follow_symlinks=False)
    for _, folders, files, place in os.fwalk(folder, follow_symlinks=False):
        for name in (*folders, *files):
            state = os.stat(name, dir_fd=place, follow_symlinks=False)
            if state.st_uid != found.pw_uid and (stat.S_ISDIR(state.st_mode) or state.st_nlink == 1):
                os.chown(name, found.pw_uid, found.pw_gid, dir_fd=place, follow_symlinks=False)


@contextmanager
def as_owner_of(folder: Path) -> Iterator[None]:
    """Work for the block as who owns a folder, where root does: what is made in it is then the program's own."""
    if os.geteuid() != 0 or not folder.exists() or (holder := folder.stat()).st_uid == 0:
        yield
        return
    os.setegid(holder.st_gid)
    os.seteuid(holder.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def _make(user: str) -> None:
    """Make a user that nobody can log in as. Two that do so at a time wait for each other."""
    words = ["--system", "--user-group", "--no-create-home", "--home-dir", NO_HOME, "--shell", "/usr/sbin/nologin"]
    for _ in range(TRIES):
        done = subprocess.run([tools.find("useradd"), *words, user], capture_output=True, text=True, check=False)
        if is_known(user):
            return
        time.sleep(WAIT_S)
    raise NoSystemUser(
        f"the system user {user} cannot be made ({done.stderr.strip()}): make it by hand, or do not run as root"
    )
