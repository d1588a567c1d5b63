"""`tailwatch demo` as a person sees it: live at once, history behind it, one Ctrl-C ends all, a second run goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tailwatch.demo.dam import Dam, anchor_in
from tailwatch.demo.field import BY_HAND
from tailwatch.ports import free_port
from tailwatch.process import descendants
from tests import plain_http

WITHIN_S = 180.0
END_WITHIN_S = 60.0
FILLED_WITHIN_S = 300.0
CHANGE_WITHIN_S = 60.0
DAYS = 2
CLOSED = "Plan water-a is yellow"
REPORTING = {"n01", "n02", "n03", "n04", "n05", "n06", "n07"}
"""Nodes whose packs are stored; n08's have no time."""


class Demo:
    """One run of the demo, its output in a file."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "terminal.txt"
        words = [sys.executable, "-m", "tailwatch", "demo", "--state", str(folder / "state"), "--port", str(self.port)]
        with self.log.open("wb") as out:
            self.popen = subprocess.Popen(words, stdout=out, stderr=out, start_new_session=True)

    def until(self, condition: Callable[[], bool], what: str, within_s: float = WITHIN_S) -> None:
        deadline_s = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline_s and self.popen.poll() is None, (
                f"{what}\n{self.log.read_text()[-4000:]}"
            )
            time.sleep(0.1)

    def ctrl_c(self) -> int:
        os.killpg(self.popen.pid, signal.SIGINT)
        return self.popen.wait(END_WITHIN_S)

    def rows(self, path: str, key: str) -> list[dict[str, Any]]:
        """A list of the api; empty while it does not answer."""
        try:
            answer = plain_http.get(f"http://127.0.0.1:{self.port}/api/v1/facilities/demo/{path}", timeout=5)
        except httpx.TransportError:
            return []
        return list(answer.json()[key]) if answer.status_code == 200 else []

    def page(self, name: str) -> str:
        """A page of the facility; empty while it does not answer."""
        try:
            answer = plain_http.get(f"http://127.0.0.1:{self.port}/f/demo/{name}", timeout=60)
        except httpx.TransportError:
            return ""
        return answer.text if answer.status_code == 200 else ""

    def reporting(self) -> set[object]:
        return {node["id"] for node in self.rows("nodes", "nodes") if node["epochs"] and not node["is_silent"]}


def revised(demo: Demo) -> list[object]:
    """The state of each revision that derives the history anew; each file of it that is imported is one too."""
    return [one["state"] for one in demo.rows("revisions", "revisions") if one["kind"] == "rederive"]


@pytest.mark.timeout(300)
def test_live_at_once_and_history_behind_it(reachable_folder: Path) -> None:
    """Seven nodes report, the history is stored beside them, nothing is left after Ctrl-C, and a second run goes on.

    Two days of history instead of sixty. The wall is 30 cm wetter from the start than the simulated dam has it: its
    plan becomes yellow by the nodes' own readings, and a bench is closed on the page of the waste's value.
    """
    state = reachable_folder / "state"
    state.mkdir(mode=0o711)
    dam = Dam(anchor_in(state, time.time(), DAYS))
    raise_water(state, dam.at("n03", time.time())["vw1.frequency"])
    demo = Demo(reachable_folder)
    demo.until(lambda: demo.reporting() >= REPORTING, "seven nodes report")
    demo.until(lambda: "lines are stored" in demo.log.read_text(), "the history is stored")
    demo.until(lambda: len(demo.rows("samples", "samples")) > 200, "the synthetic samples are stored")
    demo.until(lambda: bool(demo.rows("study", "files")), "the study is stored")
    demo.until(lambda: revised(demo) == ["closed"], "the history is derived anew")
    demo.until(lambda: "do not explain of Piezometer" in demo.log.read_text(), "and the demo has seen that it is")
    parts = descendants(demo.popen.pid)
    assert "".join(line.split()[0] for line in demo.log.read_text().splitlines()[:1]) == "demo", "the address first"
    assert "MemoryError" not in demo.log.read_text() and "refused envelope" not in demo.log.read_text()
    assert demo.ctrl_c() == 0
    assert not any(map(is_running, parts))

    again = Demo(reachable_folder)
    again.until(lambda: "lines are stored, after" in again.log.read_text(), "the history is known to be stored")
    again.until(lambda: CLOSED in again.page("value"), "a bench is closed, by three readings of both runs")
    counts = {str(row["name"]): row["coverage"] for row in again.rows("datastreams", "datastreams")}
    assert revised(again) == ["closed"], "once, not at each start"
    assert again.ctrl_c() == 0
    assert counts["demo:n08:vw1.level"]["count"] == DAYS * 288 - 73
    assert counts["demo:n03:vw1.level"]["count"] > DAYS * 288
    assert counts["demo:n05:vw1.residual"]["count"] > DAYS * 288


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_yellow_level_closes_a_bench_within_a_minute_and_back(reachable_folder: Path) -> None:
    """On the running demo: an instrument is set by hand, and the rest is the path of every reading; then let go."""
    state = reachable_folder / "state"
    demo = Demo(reachable_folder)
    demo.until(lambda: "lines are stored" in demo.log.read_text(), "the history is stored", FILLED_WITHIN_S)
    demo.until(lambda: bool(demo.rows("study", "files")), "the study is stored")
    demo.until(lambda: demo.reporting() >= REPORTING, "seven nodes report")
    assert CLOSED not in demo.page("value")
    shown = json.loads((state / "nodes" / "n03" / "sim.json").read_text())
    raise_water(state, shown["channels"]["vw1.frequency"])
    demo.until(lambda: CLOSED in demo.page("value"), "a bench is closed", CHANGE_WITHIN_S)
    (state / BY_HAND).unlink()
    demo.until(lambda: bool(demo.page("value")) and CLOSED not in demo.page("value"), "it is open", CHANGE_WITHIN_S)
    assert demo.ctrl_c() == 0


def raise_water(state: Path, frequency_hz: float) -> None:
    """Let n03's lower piezometer say 30 cm more water than at this frequency: 2.8 Hz less (6 digits a Hz, dam.toml)."""
    (state / BY_HAND).write_text(json.dumps({"n03": {"vw1.frequency": round(frequency_hz - 2.8, 2)}}))


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")")[-1].split()[0] != "Z"
