"""Assessing a facility of 1,000 datastreams after a commit of all of them, beside reading their newest values."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.figures import Figure, WrongResult, figure
from bench.http_client import answered_ms
from bench.run import Run
from bench.testbed import Connection
from ingest.alarms import Levels
from ingest.alarms.files import Files
from ingest.assessment import Assessor
from ingest.versions import facility as registry
from tailings.facility import parse

FACILITY: Final = "assessed"
LATEST: Final = "reading table latest"
NODES, PER_NODE, PER_PLAN = 20, 50, 10
HISTORY_MIN: Final = 60
KEPT: Final = "SELECT * FROM latest WHERE datastream_id = ANY (%s)"
LEVEL_M: Final = 320.0
HEAD: Final = """\
[facility]
id = "{id}"
name = "Assessed"
version = 1
timezone = "UTC"
location = {{ lon = 0.0, lat = 0.0 }}
commissioned = 2019-05-01
[agents.gw1]
nodes = [{nodes}]
"""
GAUGE: Final = """\
[instruments."{at}"]
driver = "pond_level"
pressure = "vented"
[datastreams."{at}.level"]
quantity = "water-level"
unit = "m"
"""
PLAN: Final = """\
[tarp.plan{number}]
failure_mode = "water rises in row {number}"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
"""
TEST: Final = '{{ datastream = "{at}.level", test = "above", value = {value}, hysteresis = 0.1, for_n = 2 }}'
PUT: Final = """
INSERT INTO observation (datastream_id, phenomenon_time, result, quality)
SELECT id, at, %(level)s, 1 FROM unnest(%(ids)s::int[]) AS id, unnest(%(times)s::timestamptz[]) AS at"""
KEEP: Final = """
INSERT INTO latest (datastream_id, phenomenon_time, result, quality, received_at, observation_count, first_time)
SELECT id, %(last)s, %(level)s, 1, %(last)s, 1, %(first)s FROM unnest(%(ids)s::int[]) AS id
ON CONFLICT (datastream_id) DO UPDATE SET phenomenon_time = excluded.phenomenon_time, received_at = now()"""
COMMIT: Final = """
INSERT INTO commit_log (facility_ids, datastream_ids, rows, first_time, last_time)
VALUES (%(facilities)s, %(ids)s, %(rows)s, %(first)s, %(last)s)"""


def run(run: Run) -> list[Figure]:
    """Milliseconds of following all plans, and of storing the assessment, one minute of readings later each time."""
    connection = run.ground.connect()
    site = _Site(connection)
    site.follow()  # the first one parses, lints and follows an hour
    datastreams, plans = NODES * PER_NODE, NODES * PER_NODE // PER_PLAN
    facts = {"datastreams": float(datastreams), "plans": float(plans)}
    names = {
        f"following {plans} plans on {datastreams:,} datastreams after a commit": site.follow,
        f"assessment of {datastreams:,} datastreams and {plans} plans": site.assess,
    }
    figures = []
    for name, ours in names.items():
        contenders = {
            LATEST: lambda: answered_ms(lambda: connection.execute(KEPT, (site.ids,)).fetchall(), run.size.answers),
            "ours": ours,
        }
        figures.append(figure(name, "ms", run.rounds(name, contenders), limit=LATEST, facts=facts))
    verdict = connection.execute("SELECT verdict FROM assessment WHERE facility_id = %s", (FACILITY,)).fetchone()
    if verdict != ("green",):
        raise WrongResult(f"all readings are low and fresh, and the verdict is {verdict}")
    return figures


class _Site:
    """The facility, an hour of its readings, and the job scheduler's work on it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        text = facility_text()
        with connection.transaction():
            registry.register(connection, parse(text), text)
        rows = connection.execute(
            "SELECT id FROM datastream WHERE facility_id = %s ORDER BY id", (FACILITY,)
        ).fetchall()
        self.ids = [row[0] for row in rows]
        self._now = datetime.now(UTC).replace(second=0, microsecond=0)
        files = Files()
        self._levels = Levels(lambda: self._now, timedelta(0), files)
        self._assessor = Assessor(files, lambda: self._now)
        self._put(HISTORY_MIN)

    def follow(self) -> float:
        """A minute of readings is stored; then the time of following all plans over it, up to the commit."""
        self._now += timedelta(minutes=1)
        self._put(1)
        start_s = time.perf_counter()
        is_more = True
        while is_more:
            with self._connection.transaction():
                is_more = self._levels.follow(self._connection)
        return 1000 * (time.perf_counter() - start_s)

    def assess(self) -> float:
        """The time of the assessment that comes after it, up to the commit."""
        self.follow()
        start_s = time.perf_counter()
        with self._connection.transaction():
            self._assessor.work(self._connection)
        return 1000 * (time.perf_counter() - start_s)

    def _put(self, minutes: int) -> None:
        times = [self._now - timedelta(minutes=one) for one in reversed(range(minutes))]
        told = {
            "ids": self.ids,
            "times": times,
            "level": LEVEL_M,
            "first": times[0],
            "last": times[-1],
            "facilities": [FACILITY],
            "rows": len(self.ids) * minutes,
        }
        with self._connection.transaction():
            for statement in (PUT, KEEP, COMMIT):
                self._connection.execute(statement, told)


def facility_text() -> str:
    nodes = [f"n{number:02d}" for number in range(1, NODES + 1)]
    gauges = [f"{node}:g{number:02d}" for node in nodes for number in range(PER_NODE)]
    parts = [HEAD.format(id=FACILITY, nodes=", ".join(f'"{node}"' for node in nodes))]
    parts += [f"[nodes.{node}]\nexpected_interval_s = 60\n" for node in nodes]
    parts += [GAUGE.format(at=gauge) for gauge in gauges]
    for number in range(len(gauges) // PER_PLAN):
        parts.append(PLAN.format(number=number))
        for level, value in (("yellow", 330.0), ("orange", 332.0), ("red", 334.0)):
            some = gauges[number * PER_PLAN : (number + 1) * PER_PLAN]
            tests = ", ".join(TEST.format(at=gauge, value=value) for gauge in some)
            parts.append(f'[[tarp.plan{number}.levels]]\nlevel = "{level}"\nwhen = {{ any = [{tests}] }}\n')
    return "".join(parts)
