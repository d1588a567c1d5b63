"""Who owns what root writes for others, and what happens where the programs are closed to them."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tailwatch import system_users
from tailwatch.secrets import write_private
from tailwatch.site import Site
from tailwatch.state import StateFolder
from tailwatch.supervise import Supervisor
from tailwatch.system_users import EDGE, ProgramUsers
from tailwatch.terminal import Terminal
from tailwatch.terminal_run import Beside, run

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has others run programs")
UNITS = Path(system_users.__file__).parent / "units" / "tailwatch-sysusers.conf"


def owner(path: Path) -> str:
    return pwd.getpwuid(path.lstat().st_uid).pw_name


def test_the_users_are_those_of_the_units() -> None:
    """One name a program, whoever starts it: an installation goes from `up` to its units without giving files away."""
    named = {line.split()[1] for line in UNITS.read_text().splitlines() if line.startswith("u ")}

    assert set(system_users.OF_PROGRAMS) < named


def test_users_that_are_absent_are_made_and_log_in_nowhere() -> None:
    """A system user with a group of its own, no shell and no home."""
    system_users.of_programs()
    entries = [pwd.getpwnam(user) for user in system_users.OF_PROGRAMS]

    assert all(one.pw_shell == "/usr/sbin/nologin" and one.pw_uid < 1000 for one in entries)
    assert len({one.pw_gid for one in entries}) == len(entries)


def test_programs_in_a_closed_folder_run_as_root_and_say_so(tmp_path: Path) -> None:
    """A clone under /root: no other user reads the programs, so they run as who started them; the folder is named."""
    rooms = Path(system_users.__file__).parent
    closed = tmp_path / "closed"
    shutil.copytree(rooms, closed / "tailwatch", ignore=shutil.ignore_patterns("__pycache__"))
    closed.chmod(0o700)
    words = "from tailwatch import system_users; print(system_users.of_programs().closed)"
    done = subprocess.run([sys.executable, "-c", words], cwd=closed, capture_output=True, text=True, check=True)

    assert done.stdout.strip() in map(str, (closed, *closed.parents))
    assert system_users.of_programs() == ProgramUsers("tailwatch-ingest", "tailwatch-api", "tailwatch-edge", None)


class AtOnce(Beside):
    """Ends a run at its first turn, as Ctrl-C does."""

    def turn(self, supervisor: Supervisor) -> None:
        raise KeyboardInterrupt


def test_the_terminal_says_that_programs_run_as_root(reachable_folder: Path) -> None:
    """At each start, with the folder that is closed and what to do; not a word where each has its user."""
    handlers = [(one, signal.getsignal(one)) for one in (signal.SIGINT, signal.SIGTERM)]
    with StateFolder(reachable_folder / "state") as state, Terminal(reachable_folder / "log") as terminal:
        site = Site(state, {})
        run(site, [], terminal, AtOnce())
        before = (reachable_folder / "log").read_text()
        site.users = ProgramUsers(closed=Path("/root"))
        run(site, [], terminal, AtOnce())
    for one, handler in handlers:
        signal.signal(one, handler)

    said = (reachable_folder / "log").read_text()
    assert "run as root" not in before and "the programs run as root" in said
    assert "/root is closed to users of their own" in said and "under /opt" in said


def test_what_root_writes_again_stays_with_its_reader(tmp_path: Path) -> None:
    """A command that changes the password of a program at work leaves it readable for that program alone."""
    with StateFolder(tmp_path / "state") as state:
        file = state.secret_file("mqtt/vale/_edge/gw1", EDGE)
    write_private(file, "another")

    assert (owner(file), file.stat().st_mode & 0o777, file.read_text()) == (EDGE, 0o600, "another")


def test_folders_on_the_way_are_passed_and_not_listed(tmp_path: Path) -> None:
    """Mode 711: who knows the name of its own file comes to it, and sees no other."""
    with StateFolder(tmp_path / "state") as state:
        file = state.secret_file("mqtt/vale/_edge/gw1", EDGE)
    way = [one for one in file.parents if one.is_relative_to(tmp_path / "state")]

    assert [one.stat().st_mode & 0o777 for one in way] == [0o711] * 5


def test_a_folder_is_given_with_all_in_it_and_without_what_links_elsewhere(tmp_path: Path) -> None:
    """Of a state folder of the release before; a link that was put in it gives nobody's file away."""
    outside = tmp_path / "outside"
    outside.write_text("root's")
    folder = tmp_path / "agents" / "gw1"
    (folder / "release").mkdir(parents=True)
    (folder / "release" / "plan").write_text("")
    (folder / "soft").symlink_to(outside)
    (folder / "hard").hardlink_to(outside)
    system_users.give_all(folder, EDGE)

    assert {owner(one) for one in (folder, folder / "release", folder / "release" / "plan")} == {EDGE}
    assert owner(outside) == "root"
