"""A drill on the demo's dam, end to end: real firmware, agent, ingest and pages; who is told answers by the link."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from ingest.commands import Task, kinds
from ingest.database import connect
from tailwatch.commands._ingest_rights import CONNINFO
from tailwatch.ports import free_port
from tailwatch.process import descendants

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
LINK = re.compile(r"DRILL: \w+, [^\n]*overtopping[^\n]*\n\s+I have it: (\S+)")


class Outside(HTTPServer):
    """Somebody on this machine who is no pager."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.asked: list[str] = []


class _Asked(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Outside)
        self.server.asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def until(found: Callable[[], Any], popen: subprocess.Popen[bytes], log: Path, within_s: float = WITHIN_S) -> Any:
    """Wait for what is true."""
    deadline_s = time.monotonic() + within_s
    while not (value := found()):
        assert time.monotonic() < deadline_s and popen.poll() is None, log.read_text()[-4000:]
        time.sleep(0.2)
    return value


@pytest.mark.timeout(400)
def test_a_drill_records_how_quickly_people_react_and_tells_nobody_outside(reachable_folder: Path) -> None:
    """The plan becomes yellow by the nodes' own readings, Ana answers by her link, and the record has her time as the
    clock of this test has it. Ctrl-C ends it. A recipient outside, who is added while it is held, hears nothing."""
    state, log, port = reachable_folder / "state", reachable_folder / "terminal.txt", free_port()
    file = reachable_folder / "short.toml"
    file.write_text(SCENARIO)
    outside = Outside()
    Thread(target=outside.serve_forever, daemon=True).start()
    words = ["drill", str(file), "--state", str(state), "--port", str(port), "--wait", "0"]
    with log.open("wb") as out:
        popen = subprocess.Popen(
            [sys.executable, "-m", "tailwatch", *words], stdout=out, stderr=out, start_new_session=True
        )
    try:
        until(lambda: "begins at" in log.read_text(), popen, log)
        recipient = {"name": "Outside", "address": f"json://127.0.0.1:{outside.server_port}/", "after_min": 0}
        with connect((state / CONNINFO).read_text()) as connection, connection.transaction():
            kinds()["set-recipient"].do(
                connection, Task(1, "set-recipient", "demo", "user:1", recipient, attempts=1), lambda _: None
            )
        link = until(lambda: LINK.search(log.read_text()), popen, log)[1]
        answered = httpx.post(link, data={"level": "3"}, timeout=60, headers={"origin": f"http://127.0.0.1:{port}"})
        answered_s = time.time()
        until(lambda: "command-done" in log.read_text(), popen, log)
        with connect((state / CONNINFO).read_text()) as connection:
            attempts = connection.execute(
                "SELECT DISTINCT a.error FROM notification_attempt a JOIN notification n ON n.id = a.notification_id"
                " JOIN recipient r ON r.id = n.recipient_id WHERE r.name = 'Outside'"
            ).fetchall()
        parts = descendants(popen.pid)
    finally:
        os.killpg(popen.pid, signal.SIGINT)
        assert popen.wait(60) == 0
        outside.shutdown()
        outside.server_close()
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
