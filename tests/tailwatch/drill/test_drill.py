"""A drill on a dam that is not the demo's, end to end, on the real firmware, agent, ingest and pages.

Who is told answers by the link, and the record is taken into the installation that watches the dam.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from ingest.commands import Task, kinds
from ingest.database import connect
from tailwatch.commands._ingest_rights import CONNINFO
from tailwatch.drill import sealed_record
from tailwatch.ports import free_port
from tailwatch.process import descendants
from tests.ingest.notifications.web import Web, serving
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.drill import pond
from tests.tailwatch.drill.home import bring

WITHIN_S = 180.0
SCENARIO = """
id = "short"
title = "The pond rises"
briefing = "A culvert is blocked."
lasts_min = 30
people = [{ name = "Ana" }, { name = "Engineer of record", after_min = 30 }]
[[injects]]
after_min = 0.1
what = "The pond rises to 339.7 m."
values = { "n01:pond.level" = 339.7, "n02:pond.level" = 339.7 }
expect = [{ plan = "overtopping", level = "yellow", within_min = 10 }]
"""
REGISTER = '{ datastream = "n01:battery.voltage", unit_id = 1, address = 0 }'
ELSEWHERE = """runs = "elsewhere"
receivers = [{{ kind = "modbus", host = "127.0.0.1", port = {port}, every_s = 1.0, registers = [{register}] }}]
"""
KNOWN = """
INSERT INTO facility (id, name, document, file, version, hash)
VALUES ('pond', 'Pond', '{"timezone": "UTC"}', '', 1, 'x')"""
ATTEMPTS = """
SELECT DISTINCT a.error FROM notification_attempt a JOIN notification n ON n.id = a.notification_id
JOIN recipient r ON r.id = n.recipient_id WHERE r.name = 'Outside'"""
LINK = r"DRILL: \w+, [^\n]*overtopping[^\n]*\n\s+I have it: (\S+)"


def says(log: Path, what: str) -> re.Match[str]:
    """Wait for what the terminal says, and return it."""
    until(lambda: re.search(what, log.read_text()) is not None, WITHIN_S, 0.2)
    found = re.search(what, log.read_text())
    assert found is not None
    return found


def facility_file(folder: Path, port: int) -> Path:
    """The file of an operator: its agent runs on a gateway of its own, and reads a device by Modbus."""
    nodes = 'nodes = ["n01", "n02"]\n'
    assert nodes in pond.text()
    file = folder / "pond.toml"
    file.write_text(pond.text().replace(nodes, nodes + ELSEWHERE.format(port=port, register=REGISTER)))
    return file


@pytest.fixture
def home(cluster: Database) -> Iterator[TestDatabase]:
    """The database of the installation that watches the real pond."""
    with fresh_database(cluster) as fresh, psycopg.connect(fresh.conninfo()) as owner:
        owner.execute(KNOWN)
        owner.commit()
        yield fresh


@pytest.mark.timeout(500)
def test_a_drill_records_how_quickly_people_react_and_tells_nobody_outside(
    reachable_folder: Path, home: TestDatabase
) -> None:
    """The plan becomes yellow by the nodes' own readings, Ana answers by her link, and the record has her time as the
    clock of this test has it. Ctrl-C ends it, and the record goes home. A recipient outside, who is added while it is
    held, hears nothing, and the device that the operator's file names is not asked."""
    state, log, port = reachable_folder / "state", reachable_folder / "terminal.txt", free_port()
    file = reachable_folder / "short.toml"
    file.write_text(SCENARIO)
    with serving(Web("127.0.0.1")) as outside, socket.create_server(("127.0.0.1", 0)) as device, log.open("wb") as out:
        dam = facility_file(reachable_folder, device.getsockname()[1])
        words = ["drill", "hold", str(file), "--file", str(dam), "--state", str(state), "--port", str(port)]
        popen = subprocess.Popen(
            [sys.executable, "-m", "tailwatch", *words, "--wait", "0"], stdout=out, stderr=out, start_new_session=True
        )
        try:
            says(log, "begins at")
            recipient = {"name": "Outside", "address": f"json://127.0.0.1:{outside.server_port}/", "after_min": 0}
            with connect((state / CONNINFO).read_text()) as connection, connection.transaction():
                task = Task(1, "set-recipient", "pond", "user:1", recipient, attempts=1)
                kinds()["set-recipient"].do(connection, task, lambda _: None)
            link = says(log, LINK)[1]
            answered = httpx.post(link, data={"level": "3"}, timeout=60, headers={"origin": f"http://127.0.0.1:{port}"})
            answered_s = time.time()
            says(log, "command-done")
            with connect((state / CONNINFO).read_text()) as connection:
                attempts = connection.execute(ATTEMPTS).fetchall()
            parts = descendants(popen.pid)
        finally:
            os.killpg(popen.pid, signal.SIGINT)
            assert popen.wait(60) == 0
        device.setblocking(False)
        with pytest.raises(BlockingIOError):
            device.accept()
    assert "the drill is over" in log.read_text()
    sealed = state / "drill-1.zip"
    record = sealed_record.read(sealed.read_bytes()).drill.record
    by_measure = {(one.measured, one.plan): one for one in record.reactions if one.measured != "action"}
    acknowledged = by_measure["acknowledged", "overtopping"]

    assert by_measure["level", "overtopping"].outcome == "in-time"
    assert by_measure["notified", "overtopping"].who == "Ana"
    assert answered.status_code == 303
    assert (acknowledged.who, acknowledged.outcome) == ("Ana", "in-time") and acknowledged.done_at is not None
    assert acknowledged.done_at.timestamp() == pytest.approx(answered_s, abs=10.0)
    assert outside.asked == [] and attempts == [("this is a drill: nobody is told but by its pager",)]
    assert not any(Path(f"/proc/{pid}").exists() for pid in parts)
    assert bring(sealed, home).stdout.startswith("drill 1 of pond: brought\n")
