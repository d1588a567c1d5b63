"""Facilities at their own rhythm, and sped up: what the programs take meanwhile, and whether the acks come in time."""

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Final

from bench import kernel
from bench.capacity import plant
from bench.plant import AGENT
from bench.programs import Program
from bench.sender import Sender
from bench.stretch import EPOCH, MINUTE_S, Numbers
from bench.testbed import Connection, Testbed
from tailwatch.capacity import CapacityPoint
from tailwatch.capacity import Program as ProgramName
from tailwatch.process import Process, descendants
from tailwatch.servers.database import ADMIN
from wire import topics

COUNTED_WITHIN_S: Final = 600.0
LATE_S: Final = 10.0
"""An ack that takes longer says that more comes than is stored."""
SPREAD: Final = 50
"""Minutes of facilities begin at so many moments of a minute, as clocks of sites do."""
ROWS: Final = "SELECT count(*) FROM observation"
BYTES: Final = "SELECT pg_database_size(current_database()), pg_current_wal_lsn() - '0/0'::pg_lsn"


class Site:
    """The running programs of a ground with these facilities, and how to look at what they take.

    ahead_s: so much time of facilities is sent faster than it goes by, so the first minute lies so long ago.
    """

    def __init__(self, ground: Testbed, facilities: int, ahead_s: float) -> None:
        self.ground, self.facilities = ground, facilities
        self.numbers = {plant.name(one): Numbers() for one in range(facilities)}
        self._admin: Connection = ground.connect(ADMIN)
        self._programs: dict[ProgramName, Program] = {"ingest": ground.ingest(), "api": ground.api()}
        self.sent_bytes = 0
        self.next_s = (int(time.time() - ahead_s) // MINUTE_S) * MINUTE_S
        """The next minute of all facilities: each comes once, and none before one that was sent."""

    def cpu_s(self) -> dict[ProgramName, float]:
        """Processor time of each program so far [s]; of the database with all that it started."""
        found = {name: program.cpu_s() for name, program in self._programs.items()}
        return found | {name: _family_s(pid) for name, pid in self._servers()}

    def memory_mb(self) -> dict[ProgramName, float]:
        """Memory of each program now [MB]; what processes share counts once (PSS, proc(5), smaps_rollup)."""
        found = {name: program.memory_mb() for name, program in self._programs.items()}
        return found | {
            name: sum(kernel.share_mb(one) for one in (pid, *descendants(pid))) for name, pid in self._servers()
        }

    def _servers(self) -> Iterator[tuple[ProgramName, int]]:
        servers: tuple[tuple[ProgramName, Process | None], ...] = (
            ("database", self.ground.site.database.process),
            ("broker", self.ground.site.broker.process),
        )
        for name, process in servers:
            assert process is not None  # it runs as long as the ground stands
            yield name, process.pid

    def rows(self) -> int:
        """Rows in the table."""
        return int(self._admin.execute(ROWS).fetchall()[0][0])

    def settle(self) -> None:
        """Wait until what came is counted into hours and days and the table is gone over: no point pays for others."""
        self._programs["ingest"].wait_until(self.ground.is_rolled_up, COUNTED_WITHIN_S)
        self.ground.vacuum()
        self.ground.settle()

    def bytes(self) -> tuple[int, int]:
        """Of the database on the disk, and of its log so far."""
        self.ground.settle()
        size, log = self._admin.execute(BYTES).fetchall()[0]
        return int(size), int(log)


def point(site: Site, facilities: int, seconds: float, times: float = 1.0) -> CapacityPoint:
    """Let so many facilities send for so long, their clocks `times` as fast; return what was taken."""
    names = [plant.name(one) for one in range(facilities)]
    acks = [topics.agent_ack(name, AGENT) for name in names]
    before_s, before_rows = site.cpu_s(), site.rows()
    every = [topics.agent_ack(plant.name(one), AGENT) for one in range(site.facilities)]
    with Sender(site.ground, every) as sender:
        start_s = time.monotonic()
        sent = _send(site, sender, names, seconds=seconds, times=times)
        rest_s = start_s + seconds - time.monotonic()
        threading.Event().wait(max(rest_s, 0.0))
        if names:
            wanted = {ack: (EPOCH, site.numbers[name].last(EPOCH)) for ack, name in zip(acks, names, strict=True)}
            sender.wait_for_acks(wanted)
        took_s = time.monotonic() - start_s
        slowest_s = max((_delay_s(sender, one, sent) for one in zip(acks, names, strict=True)), default=0.0)
    after_s = site.cpu_s()
    return CapacityPoint(
        facilities=facilities,
        datastreams=facilities * plant.DATASTREAMS,
        rows=site.rows() - before_rows,
        seconds=took_s,
        cpu_s={name: after_s[name] - before_s[name] for name in after_s},
        memory_mb=site.memory_mb(),
        slowest_ack_s=slowest_s,
    )


Sent = dict[tuple[str, int], float]


def _send(site: Site, sender: Sender, names: Sequence[str], *, seconds: float, times: float) -> Sent:
    """Publish each facility's minutes when they are due; return when each batch left [monotonic s]."""
    sent: Sent = {}
    start_s, step_s = time.monotonic(), MINUTE_S / times
    rounds = max(1, int(seconds / step_s))
    first_s = max(site.next_s, int(time.time()) // MINUTE_S * MINUTE_S) if times == 1 else site.next_s
    site.next_s = first_s + rounds * MINUTE_S
    due = [
        (round_ * step_s + (place % SPREAD) * step_s / SPREAD, name, first_s + round_ * MINUTE_S)
        for round_ in range(rounds)
        for place, name in enumerate(names)
    ]
    for due_s, name, at_s in sorted(due):
        time.sleep(max(start_s + due_s - time.monotonic(), 0.0))
        topic = topics.batch(name, AGENT)
        for payload in plant.minute(name, at_s, site.numbers[name]):
            sent[name, site.numbers[name].last(EPOCH)] = time.monotonic()
            site.sent_bytes += len(topic) + len(payload)
            sender.publish(topic, payload)
    return sent


def _delay_s(sender: Sender, one: tuple[str, str], sent: Sent) -> float:
    """The longest time from a batch to its ack [s]."""
    ack, name = one
    heard, longest, through = sender.heard(ack, EPOCH), 0.0, -1
    for at_s, upto in heard:
        left = [sent[name, seq] for seq in range(through + 1, upto + 1) if (name, seq) in sent]
        longest, through = max([longest, *(at_s - one for one in left)]), max(through, upto)
    return longest


def _family_s(pid: int) -> float:
    """Processor time of a process, of those below it, and of its children that have ended [s]."""
    return sum(kernel.cpu_s(one) for one in (pid, *descendants(pid))) + kernel.ended_children_s(pid)
