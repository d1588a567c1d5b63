"""A drill on the demo's dam, end to end: real firmware, agent, ingest and pages; who is told answers by the link."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from ingest.commands import Task, kinds
from ingest.database import connect
from tailwatch.commands._ingest_rights import CONNINFO
from tailwatch.ports import free_port
from tailwatch.process import descendants
from tests.ingest.notifications.web import Web, serving
from tests.ingest.waiting import until

WITHIN_S = 180.0
SCENARIO = """
id = "short"
title = "The pond rises"
briefing = "A culvert is blocked."
lasts_min = 30
people = [{ name = "Ana" }, { name = "Engineer of record", after_min = 30 }]
[[injects]]
after_min = 0.1
what = "The pond rises by 1.4 m."
rise_m = { "n02:pond" = 1.4 }
expect = [{ plan = "freeboard", level = "yellow", within_min = 10 }]
"""
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


@pytest.mark.timeout(400)
def test_a_drill_records_how_quickly_people_react_and_tells_nobody_outside(reachable_folder: Path) -> None:
    """The plan becomes yellow by the nodes' own readings, Ana answers by her link, and the record has her time as the
    clock of this test has it. Ctrl-C ends it. A recipient outside, who is added while it is held, hears nothing."""
    state, log, port = reachable_folder / "state", reachable_folder / "terminal.txt", free_port()
    file = reachable_folder / "short.toml"
    file.write_text(SCENARIO)
    words = ["drill", str(file), "--state", str(state), "--port", str(port), "--wait", "0"]
    with serving(Web("127.0.0.1")) as outside, log.open("wb") as out:
        popen = subprocess.Popen(
            [sys.executable, "-m", "tailwatch", *words], stdout=out, stderr=out, start_new_session=True
        )
        try:
            says(log, "begins at")
            recipient = {"name": "Outside", "address": f"json://127.0.0.1:{outside.server_port}/", "after_min": 0}
            with connect((state / CONNINFO).read_text()) as connection, connection.transaction():
                task = Task(1, "set-recipient", "demo", "user:1", recipient, attempts=1)
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
    assert "the drill is over" in log.read_text()
    record = json.loads((state / "drill-1.json").read_text())
    by_measure = {(one["measured"], one["plan"]): one for one in record["reactions"] if one["measured"] != "action"}
    acknowledged = by_measure["acknowledged", "freeboard"]

    assert by_measure["level", "freeboard"]["outcome"] == "in-time"
    assert by_measure["notified", "freeboard"]["who"] == "Ana"
    assert answered.status_code == 303
    assert (acknowledged["who"], acknowledged["outcome"]) == ("Ana", "in-time")
    assert datetime.fromisoformat(acknowledged["done_at"]).timestamp() == pytest.approx(answered_s, abs=10.0)
    assert outside.asked == [] and attempts == [("this is a drill: nobody is told but by its pager",)]
    assert not any(Path(f"/proc/{pid}").exists() for pid in parts)
