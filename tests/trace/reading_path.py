"""The files that one reading passes, from the driver of a node to the chart: found by running it through a real site.

Broker, database, agent, ingest and api run as `tailwatch up` runs them, each with a recorder of the functions that run
(`sitecustomize.py`), and a node with real firmware on the MicroPython VM. First nothing comes for a while: what runs
then is the programs' own clockwork. Then the node measures once. A file is on the path if a function of it ran then
that no clockwork needs. Of the node, which cannot be recorded so, the files are those that its VM holds when it has
measured and sent.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import httpx
from msgspec.structs import replace

from firmware.build import build
from tailwatch import tools
from tailwatch.supervise import SitePart, Supervisor
from tests.end_to_end.field import HEAP, HELD, PIEZOMETER
from tests.end_to_end.running_site import AGENT, RunningSite
from tests.servers import server_folder
from wire import topics

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent
QUIET_S: Final = 12.0
"""Longer than the states of the programs take to come round, shorter than the minute between two assessments."""
SETTLED_S: Final = 6.0
"""What follows a commit is done then: rollups, plans, assessment, and the look at what that has changed."""
NODE: Final = "n02"
DATASTREAM: Final = "vale:n02:vw1.level"
PROGRAMS: Final = {"edge_agent": AGENT, "ingest": "ingest", "api and dashboard": "api"}


class Step(NamedTuple):
    """One program and the files of ours that the reading passes in it, in the order of their first function."""

    program: str
    files: tuple[str, ...]


class TracedSite(RunningSite):
    """The site with a recorder in each program of Python."""

    def _open(self) -> None:
        super()._open()
        self.traces = self.folder / "traces"
        self.traces.mkdir(exist_ok=True)
        self.traces.chmod(0o777)
        parts = [self._traced(part) for part in self.site.parts()]
        self.supervisor = Supervisor(parts, lambda part, line: self.lines.append((part, line)))

    def _traced(self, part: SitePart) -> SitePart:
        path = part.command.env.get("PYTHONPATH")
        if path is None:
            return part
        more = {"PYTHONPATH": f"{HERE}:{path}", "TRACE_FOLDER": str(self.traces), "TRACE_ROOT": str(ROOT)}
        return replace(part, command=replace(part.command, env=part.command.env | more))

    def ran(self, part: str) -> dict[str, float]:
        """Which functions ran in a program since the last time this was asked: `file:name` and when first [s]."""
        pid = self.process(part).pid
        before = set(self.traces.glob(f"{pid}-*.json"))
        os.kill(pid, signal.SIGUSR1)
        self.until(lambda: set(self.traces.glob(f"{pid}-*.json")) > before, f"{part} tells what ran")
        (file,) = set(self.traces.glob(f"{pid}-*.json")) - before
        return dict(json.loads(file.read_text()))


def trace() -> list[Step]:
    """Run the site, and one reading through it; at most a minute or two."""
    with server_folder(is_durable=False) as folder:
        build(folder / "firmware", "unix")
        site = TracedSite(folder)
        try:
            site.start()
            return _path(site, folder)
        finally:
            site.end()


def _path(site: TracedSite, folder: Path) -> list[Step]:
    _measure(site, folder)
    _look(site)
    _await_assessment(site)  # the next one of the clock is a minute away
    time.sleep(SETTLED_S)
    for part in PROGRAMS.values():
        site.ran(part)
    time.sleep(QUIET_S)
    clockwork = {program: site.ran(part) for program, part in PROGRAMS.items()}
    before = _assessed_at(site)
    modules = _measure(site, folder)
    site.until(lambda: _assessed_at(site) != before, "the facility is assessed after the commit")
    time.sleep(SETTLED_S)
    _look(site)
    of_node = Step("firmware", tuple(sorted(file for file in map(_file_of, modules) if file)))
    return [of_node, *(Step(one, _files(site.ran(part), clockwork[one])) for one, part in PROGRAMS.items())]


def _measure(site: TracedSite, folder: Path) -> list[str]:
    """Let the node measure once and send; return the modules that its VM holds then."""
    home, out = folder / "node", folder / "modules"
    home.mkdir(exist_ok=True)
    access = site.site.access(topics.user_of_node("vale", NODE))
    identity = {
        "facility": "vale",
        "node": NODE,
        "host": access.host,
        "port": access.port,
        "user": access.user,
        "password": access.password_file.read_text(),
        "cycles": 1,
        "configuration": HELD | {"interval_s": 3600, "link_limit_s": 60, "instruments": [PIEZOMETER]},
    }
    (home / "node.json").write_text(json.dumps(identity))
    (home / "sim.json").write_text(json.dumps({"channels": {"vw1.frequency": 2831.4, "vw1.thermistor": 4821}}))
    before = _count(site)
    words = (tools.find("micropython"), "-X", HEAP, str(HERE / "node.py"), *map(str, (folder / "firmware", home, out)))
    subprocess.run(words, check=True, timeout=120, stdout=subprocess.DEVNULL)
    site.until(lambda: _count(site) > before, "the reading is stored")
    return out.read_text().split()


def _await_assessment(site: TracedSite) -> None:
    before = _assessed_at(site)
    site.until(lambda: _assessed_at(site) != before, "the facility is assessed")


def _assessed_at(site: TracedSite) -> object:
    ((at,),) = site.rows("SELECT max(valid_until) FROM assessment")
    return at


def _count(site: TracedSite) -> int:
    ((count,),) = site.rows(
        "SELECT count(*) FROM observation JOIN datastream ON datastream.id = datastream_id WHERE name = %s",
        DATASTREAM,
    )
    return int(str(count))


def _look(site: TracedSite) -> None:
    """What a browser asks for a chart: the page, then the series."""
    with httpx.Client(base_url=site.site.api_url, timeout=60) as client:
        client.get("/f/vale", params={"ds": DATASTREAM.removeprefix("vale:")}).raise_for_status()
        client.get("/api/v1/facilities/vale/series", params={"datastream": DATASTREAM}).raise_for_status()


def _files(ran: Mapping[str, float], clockwork: Mapping[str, float]) -> tuple[str, ...]:
    first: dict[str, float] = {}
    for function, at in sorted(ran.items(), key=lambda one: one[1]):
        file = function.partition(":")[0]
        if function not in clockwork:
            first.setdefault(file, at)
    return tuple(first)


def _file_of(module: str) -> str | None:
    path = module.replace(".", "/") + ".py"
    on_path = (ROOT / path).is_file() and path.startswith(("firmware/node", "wire"))
    return path if on_path else None
