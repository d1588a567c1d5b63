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
from contextlib import contextmanager
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
LOOKS_BACK = """
id = "looks-back"
title = "One gauge rises"
briefing = "A float of the pond hangs."
lasts_min = 30
past_h = 25
people = [{ name = "Ana" }]
[[injects]]
after_min = 0.1
what = "The gauge at the tower rises by half a metre."
values = { "n01:pond.level" = 338.9 }
expect = [
  { plan = "rising", level = "yellow", within_min = 10 },
  { plan = "apart", level = "yellow", within_min = 10 },
]
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


@contextmanager
def holding(folder: Path, scenario: str, dam: Path, port: int) -> Iterator[tuple[int, Path]]:
    """A drill that is held in the folder `state`, its process and what its terminal says; Ctrl-C ends it in order."""
    log, file = folder / "terminal.txt", folder / "scenario.toml"
    file.write_text(scenario)
    words = ["drill", "hold", str(file), "--file", str(dam), "--state", str(folder / "state"), "--port", str(port)]
    with log.open("wb") as out:
        popen = subprocess.Popen(
            [sys.executable, "-m", "tailwatch", *words, "--wait", "0"], stdout=out, stderr=out, start_new_session=True
        )
        try:
            yield popen.pid, log
        finally:
            os.killpg(popen.pid, signal.SIGINT)
            assert popen.wait(60) == 0


@pytest.mark.timeout(500)
def test_a_drill_records_how_quickly_people_react_and_tells_nobody_outside(
    reachable_folder: Path, home: TestDatabase
) -> None:
    """The plan becomes yellow by the nodes' own readings, Ana answers by her link, and the record has her time as the
    clock of this test has it. Ctrl-C ends it, and the record goes home. A recipient outside, who is added while it is
    held, hears nothing, and the device that the operator's file names is not asked."""
    state, port = reachable_folder / "state", free_port()
    with serving(Web("127.0.0.1")) as outside, socket.create_server(("127.0.0.1", 0)) as device:
        dam = facility_file(reachable_folder, device.getsockname()[1])
        with holding(reachable_folder, SCENARIO, dam, port) as (pid, log):
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
            parts = descendants(pid)
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


@pytest.mark.timeout(500)
def test_plans_of_a_rate_and_of_a_difference_are_exercised_after_a_day_that_is_brought(reachable_folder: Path) -> None:
    """By hand: half a metre in a day are 0.021 m/h, past 0.01, and the gauges are half a metre apart, past 0.3. Before
    the first second lie 25 h of calm readings, which the record says; the pager has both plans."""
    dam = reachable_folder / "pond.toml"
    dam.write_text(
        pond.text() + pond.plan_text("rising", pond.rate(0.01, 24)) + pond.plan_text("apart", pond.apart(0.3))
    )
    with holding(reachable_folder, LOOKS_BACK, dam, free_port()) as (_, log):
        says(log, "waits until 25 h of simulated past are stored")
        for plan in ("rising", "apart"):
            says(log, rf"to Ana: DRILL: \w+, [^\n]*{plan}")
    sealed = reachable_folder / "state" / "drill-1.zip"
    record = sealed_record.read(sealed.read_bytes()).drill.record
    reached = {one.plan: one.outcome for one in record.reactions if one.measured == "level"}

    assert reached == {"rising": "in-time", "apart": "in-time"}
    assert record.past_h == 25.0 and record.unexpected == []
