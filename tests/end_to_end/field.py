"""Nodes of the field: real firmware on the real MicroPython VM, one process and one folder each."""

import json
import random
import struct
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from firmware.node.slots import Slots
from tailwatch import tools
from tailwatch.process import Command, Process
from tests.end_to_end import journal
from tests.end_to_end.journal import Journal, Reading
from tests.end_to_end.running_site import RunningSite, agent_batches
from wire import topics

FACILITY = "vale"
BATTERY = {"id": "battery", "driver": "battery"}
PIEZOMETER = {"id": "vw1", "driver": "vw_piezometer"}
HELD = {"hold_link_below_s": 5, "resend_after_s": 1, "reconnect_least_s": 0.05, "reconnect_most_s": 0.5}
HELD |= {"ask_time_after_s": 0.2, "link_timeout_s": 2}
HEAP = "heapsize=64wk"
WEATHER_S = 0.01
LAST_CYCLE = {"interval_s": 3600, "hold_link_below_s": 0, "link_limit_s": 60, "mark_wait_s": 30}
FINISH_WITHIN_S = 120.0


class FieldNode:
    """One node against one site; its folder outlives its process, as flash does."""

    def __init__(self, site: RunningSite, firmware: Path, node: str, configuration: dict[str, object]) -> None:
        self.node = node
        self.folder = site.folder / f"node-{node}-{len(list(site.folder.glob('node-*')))}"
        self.folder.mkdir()
        self._firmware = firmware
        self._site = site
        self._configuration = configuration
        self._process: Process | None = None

    def start(self, **changed: object) -> None:
        """Switch it on, with these parts of its configuration changed."""
        self._run(self._configuration | changed, cycles=0)

    def kill(self) -> None:
        """Cut its power."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def finish(self) -> None:
        """Cut its power, then let it make one more pack and run until all its packs are stored.

        A batch that waits for an ingest that is gone is overtaken by later ones, and `through` passes what the agent
        has acknowledged; so all that the agent holds must be taken first.
        """
        self.kill()
        self._site.until(self._is_drained, f"{self.node} has nothing left in its outbox", FINISH_WITHIN_S)
        written = agent_batches(self._site)[1]
        self._site.until(lambda: agent_batches(self._site)[0] >= written, "the centre has what the agent wrote")
        self._site.until(lambda: self.through() >= self._last_seq(), f"the centre knows all of {self.node}")

    def _is_drained(self) -> bool:
        if self._process is not None and self._process.is_alive:
            return False
        if self._process is not None and self._kept() > self._last_seq():
            return True
        self._run(self._configuration | LAST_CYCLE, cycles=1)
        return False

    def _run(self, configuration: dict[str, object], cycles: int) -> None:
        access = self._site.site.access(topics.user_of_node(FACILITY, self.node))
        identity = {
            "facility": FACILITY,
            "node": self.node,
            "host": access.host,
            "port": access.port,
            "user": access.user,
            "password": access.password_file.read_text(),
            "cycles": cycles,
            "journal": True,
            "configuration": configuration,
        }
        (self.folder / "node.json").write_text(json.dumps(identity))
        with (self.folder / "node.log").open("ab") as log:
            words = (tools.find("micropython"), "-X", HEAP, str(self._firmware / "main.py"), str(self.folder))
            self._process = Process(Command(self.node, words), log)

    def weather(self, chance: random.Random) -> None:
        """Give its instruments new values, so that no two packs are alike."""
        channels = {
            "battery.voltage": chance.uniform(11, 14),
            "vw1.frequency": chance.uniform(2600, 3000),
            "vw1.thermistor": chance.uniform(4000, 6000),
            "vw2.frequency": chance.uniform(2600, 3000),
            "vw2.thermistor": chance.uniform(4000, 6000),
        }
        fresh = self.folder / "sim.json.new"
        fresh.write_text(json.dumps({"channels": channels}))
        fresh.replace(self.folder / "sim.json")

    def journal(self) -> Journal:
        """What it says it made so far."""
        file = self.folder / "produced.log"
        return journal.read(file) if file.exists() else Journal({}, set(), set(), set())

    def made(self) -> set[int]:
        """Seqs that are on its flash."""
        return self.journal().kept

    def readings(self, name: str) -> list[Reading]:
        """All readings of one datastream, in the order of their making."""
        made = self.journal().made
        return [reading for seq in sorted(made) for reading in made[seq] if reading.name == name]

    def values(self, name: str) -> dict[float, float | None]:
        """Unix time [s] -> value of one datastream; None is a failed read."""
        return {r.time_ms / 1000: r.value for r in self.readings(name) if r.time_ms is not None}

    def span(self) -> tuple[datetime, datetime]:
        """First and last time of its packs."""
        times_ms = [r.time_ms for made in self.journal().made.values() for r in made if r.time_ms is not None]
        start, end = (
            datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=t) for t in (min(times_ms), max(times_ms))
        )
        return start, end

    def window(self) -> dict[str, str]:
        """The same as parameters of the api, whose `to` is not included."""
        start, end = self.span()
        return {"from": _rfc3339(start), "to": _rfc3339(end + timedelta(milliseconds=1))}

    @property
    def epoch(self) -> str:
        """The epoch of its outbox."""
        return self._cursors()[0].decode()

    def _cursors(self) -> tuple[bytes, int, int, int]:
        data = self._slot()
        assert data is not None, "the node has no outbox yet"
        epoch, kept, sent, dropped = struct.unpack(">8sIII", data)
        return epoch, kept, sent, dropped

    def _slot(self) -> bytes | None:
        """None until its first cursors are whole on flash; it may be writing them just now."""
        return Slots(str(self.folder / "outbox" / "c")).load()

    def _kept(self) -> int:
        return self._cursors()[1]

    def _last_seq(self) -> int:
        return max(self.made(), default=-1)

    def through(self) -> int:
        """The centre's ack of this epoch; -1 when it knows nothing of it."""
        return self._sequence_state("through", -1)

    def stored_count(self) -> int:
        """Packs of this epoch that the centre has stored."""
        return self._sequence_state("stored", 0)

    def _sequence_state(self, column: str, absent: int) -> int:
        if self._slot() is None:
            return absent
        query = f"SELECT {column} FROM sequence_state WHERE facility_id = %s AND sender = %s AND epoch = %s"
        rows = self._site.rows(query, FACILITY, self.node, self.epoch)
        return int(str(rows[0][0])) if rows else absent


class Field:
    """All nodes of one test, and the weather over them."""

    def __init__(self, site: RunningSite, firmware: Path) -> None:
        self._site = site
        self._firmware = firmware
        self._nodes: list[FieldNode] = []
        self._has_ended = threading.Event()
        self._weather = threading.Thread(target=self._change, daemon=True)
        self._weather.start()

    def start(self, node: str, interval_s: float, instruments: list[dict[str, str]]) -> FieldNode:
        """Switch on a new node (an empty flash: a new epoch) under the identity of a node of the facility."""
        configuration = HELD | {"interval_s": interval_s, "instruments": instruments}
        started = FieldNode(self._site, self._firmware, node, configuration)
        started.weather(random.Random(0))
        started.start()
        self._nodes.append(started)
        return started

    def end(self) -> None:
        """End all of them."""
        self._has_ended.set()
        self._weather.join()
        for node in self._nodes:
            node.kill()

    def _change(self) -> None:
        chance = random.Random(1)
        while not self._has_ended.wait(WEATHER_S):
            for node in list(self._nodes):
                node.weather(chance)


def _time(time_ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms)


def _rfc3339(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
