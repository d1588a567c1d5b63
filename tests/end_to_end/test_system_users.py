"""`tailwatch up` as root: each program is a system user of its own, and what it reads is its own."""

import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tailwatch.process import descendants
from tests.end_to_end.compare import assert_delivery
from tests.end_to_end.field import BATTERY, PIEZOMETER, Field
from tests.end_to_end.running_site import AGENT, RunningSite

USER_OF = {
    "database": "postgres",
    "broker": "mosquitto",
    "ingest": "tailwatch-ingest",
    AGENT: "tailwatch-edge",
    "api": "tailwatch-api",
    "sight": "tailwatch-ingest",
}
READER_OF = {
    "settings/tailwatch_ingest.conninfo": "tailwatch-ingest",
    "settings/ingest.toml": "tailwatch-ingest",
    "settings/sight.toml": "tailwatch-ingest",
    "settings/facilities/tailwatch-ingest/vale.toml": "tailwatch-ingest",
    "secrets/mqtt/_ingest": "tailwatch-ingest",
    "settings/tailwatch_api.conninfo": "tailwatch-api",
    "settings/api.toml": "tailwatch-api",
    f"settings/{AGENT}.toml": "tailwatch-edge",
    "settings/facilities/tailwatch-edge/vale.toml": "tailwatch-edge",
    "secrets/mqtt/vale/_edge/gw1": "tailwatch-edge",
    f"agents/{AGENT}/buffer.sqlite": "tailwatch-edge",
    "broker/users.json": "mosquitto",
    "database/data/PG_VERSION": "postgres",
    "broker/admin": "root",
    "secrets/mqtt/vale/n07": "root",
    "settings/tailwatch_owner.conninfo": "root",
    "settings/migrate.toml": "root",
    "database/secrets/tailwatch_api": "root",
}
"""Of the files of the state folder the one system user that reads it; root reads all."""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts programs as other users")


def users_of(pid: int) -> set[str]:
    """The names of all four user ids of a process: real, effective, saved, of files (proc_pid_status(5))."""
    text = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("Uid:"))
    return {pwd.getpwuid(int(number)).pw_name for number in line.split()[1:]}


def running_users(site: RunningSite) -> dict[str, set[str]]:
    """Of each part all users that its processes have."""
    found = {}
    for name in USER_OF:
        pid = site.process(name).pid
        found[name] = {user for one in (pid, *descendants(pid)) for user in users_of(one)}
    return found


def may_read(user: str, file: Path) -> bool:
    """Whether a system user can read a file, tried as that user."""
    as_user = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"]
    return subprocess.run([*as_user, "cat", str(file)], capture_output=True, check=False).returncode == 0


def readers(state: Path) -> dict[str, list[str]]:
    """Of each file who of all these users can read it."""
    users = sorted(set(USER_OF.values()))
    return {file: [user for user in users if may_read(user, state / file)] for file in READER_OF}


def only_reader() -> dict[str, list[str]]:
    return {file: [] if user == "root" else [user] for file, user in READER_OF.items()}


def test_each_program_is_a_user_of_its_own(site: RunningSite) -> None:
    """Every process below each part has one user in all four of its ids, and no capability."""
    assert running_users(site) == {name: {user} for name, user in USER_OF.items()}
    statuses = [Path(f"/proc/{site.process(name).pid}/status").read_text() for name in USER_OF]
    assert all("CapEff:\t0000000000000000" in text and "NoNewPrivs:\t1" in text for text in statuses)


def test_what_a_program_reads_is_its_own(site: RunningSite) -> None:
    """Neither the api nor another reads the passwords of ingest, of the agent, or the broker's file of users."""
    assert readers(site.folder / "state") == only_reader()


def test_readings_go_in_and_pages_come_out(site: RunningSite, field: Field) -> None:
    """The users have what they need: what a node measures is stored once and stands on the page."""
    node = field.start("n04", interval_s=0.3, instruments=[BATTERY, PIEZOMETER])
    site.until(lambda: len(node.made()) >= 3, "the node has made three packs")
    node.finish()
    assert_delivery(site, node)

    page = httpx.get(f"{site.site.api_url}/f/vale/provenance?ds=vale:n04:vw1.frequency", timeout=60)
    newest = max(node.values("vw1.frequency").items())[1]
    titles = set(re.findall(r"Where [^<]* comes from", page.text))
    assert (page.status_code, titles) == (200, {f"Where {newest:.2f} Hz comes from"}), node.values("vw1.frequency")


def test_a_state_folder_of_the_release_before_goes_on(site: RunningSite, field: Field) -> None:
    """0.2.0 ran our programs as root: folders closed, their content root's. The next start gives it to its users."""
    node = field.start("n02", interval_s=0.2, instruments=[BATTERY])
    site.until(lambda: len(node.made()) >= 3, "the node has made three packs")
    node.finish()
    node.kill()  # it holds the lock of the state folder, as a child of this process
    site.end()
    state = site.folder / "state"
    for folder in ("settings", "secrets", "agents"):
        for path in (state / folder, *(state / folder).rglob("*")):
            os.chown(path, 0, 0)
            path.chmod(0o700 if path.is_dir() else 0o600)
    shutil.rmtree(state / "settings" / "facilities")
    site.come_back()
    before = len(node.made())
    node.start()
    site.until(lambda: len(node.made()) >= before + 3, "the node has made three packs")
    node.finish()
    assert_delivery(site, node)

    assert readers(state) == only_reader()
    assert running_users(site) == {name: {user} for name, user in USER_OF.items()}
