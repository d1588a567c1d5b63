"""A site with alarms for tests of api and pages: the week of the pages' site, then a pond that goes over yellow now.

The events are made by ingest's own rooms: a plan in force (overtopping, yellow now), one that nobody approved (piping,
simulated), and equipment that is silent (n06) with a low battery.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from psycopg.types.json import Jsonb

from ingest import database, revisions
from ingest.alarms import Equipment, operator_actions
from ingest.revisions import RevisionDraft
from ingest.versions import facility
from tailings.facility import parse
from tests.api import people
from tests.dashboard import site
from tests.dashboard.judging import judge
from tests.tailings.tarp.plans import OVERTOPPING

ROLE = "Engineer of Record"
POND = "vale:n01:pond.level"
YELLOW_M = 339.6
PIPING = """
[tarp.piping]
failure_mode = "piping at the toe"
[[tarp.piping.levels]]
level = "yellow"
when = { datastream = "n02:vw1.level", test = "above", value = 30.0, against = { datastream = "n02:vw1.level", delay_s = 86400 } }
[[tarp.piping.levels]]
level = "orange"
when = { any = [
  { datastream = "n01:pond.level", test = "above", value = 340.9 },
  { datastream = "n02:vw1.level", test = "above", value = 321.0 },
] }
"""  # noqa: E501
PLANS = OVERTOPPING.replace("value = 338.0", f"value = {YELLOW_M}").replace("value = 339.0", "value = 340.2") + PIPING


RAISED_AT = """
SELECT phenomenon_time FROM observation o JOIN datastream d ON d.id = o.datastream_id
WHERE d.name = %s AND result = %s"""
TOUCH = """
INSERT INTO commit_log (facility_ids, datastream_ids, rows, first_time, last_time)
SELECT '{vale}', ARRAY[id], 1, now() - interval '1 h', now() FROM datastream WHERE name = %s"""


@dataclass(frozen=True)
class Told:
    """Who is who, and the alarm of the pond."""

    operator: int
    engineer: int
    alarm: int
    simulated: int


def tell(conninfo: str) -> Told:
    """Build it in an empty database."""
    site.build(conninfo, is_judged=False)
    operator = people.add_user(conninfo, "shift", vale="annotate")
    engineer = people.add_user(conninfo, "engineer", vale="approve")
    people.add_user(conninfo, "chief", vale="admin")
    text = site.VALE.read_text().replace("version = 1\n", "version = 2\n", 1) + PLANS
    with database.connect(conninfo) as connection, connection.transaction():
        facility.register(connection, parse(text), text)
        operator_actions.name_role(connection, "vale", ROLE, f"user:{engineer}", "system:0", is_taken=False)
    site.add(conninfo, POND, YELLOW_M + 0.2)
    follow(conninfo)
    with database.connect(conninfo) as connection:
        found: dict[str, int] = dict(
            connection.execute("SELECT rule, id FROM alarm_event WHERE family = 'dam'").fetchall()
        )
    return Told(operator, engineer, found["overtopping"], found["piping"])


def follow(conninfo: str) -> None:
    """Follow the plans, judge, and look at the equipment, as the job scheduler does."""
    judge(conninfo)
    now = [datetime.now(UTC) - timedelta(days=1)]
    equipment = Equipment(Path("/"), None, lambda: now[0])  # it has listened for a day
    with database.connect(conninfo) as connection:
        now[0] += timedelta(days=1)
        with connection.transaction():
            equipment.look(connection)


def recede(conninfo: str) -> None:
    """The pond falls back below yellow; the plans are followed."""
    site.add(conninfo, POND, YELLOW_M - 1)
    with database.connect(conninfo) as connection:
        connection.execute(TOUCH, (POND,))
    judge(conninfo)  # not the equipment: on a slow machine its readings are old by now


def doubt(conninfo: str) -> None:
    """The reading that raised the pond's alarm is judged a spike, and the gateway says so of its own alarm."""
    said = {
        "level": 1,
        "since_ms": 1_764_000_000_000,
        "signal": 0,
        "released": None,
        "believed": 1,
        "sight": {"state": "blind", "lost": [{"datastream": "n01:pond.level", "reason": "suspect", "levels": ["red"]}]},
        "doubt": {"datastream": "n01:pond.level", "time_ms": 1_764_000_000_000, "tests": "spike"},
    }
    site.add(conninfo, POND, YELLOW_M - 1)
    with database.connect(conninfo) as connection:
        row = connection.execute(RAISED_AT, (POND, YELLOW_M + 0.2)).fetchone()
        assert row is not None
        draft = RevisionDraft("vale", "quality", "system:0", "spike", row[0], stop=row[0] + timedelta(microseconds=1))
        with connection.transaction():
            revisions.set_quality(connection, draft, POND, 4)
        connection.execute(TOUCH, (POND,))
        connection.execute(
            "UPDATE agent_state SET document = document || %s", (Jsonb({"alarms": {"overtopping": said, "piping": 7}}),)
        )
    judge(conninfo)  # not the equipment: on a slow machine its readings are old by now


def shelve(conninfo: str, told: Told) -> int:
    """Take the silent node out of service for a day; return the number of the hold."""
    with database.connect(conninfo) as connection, connection.transaction():
        row = connection.execute("SELECT id FROM alarm_event WHERE rule = 'silent-node' AND subject = 'n06'").fetchone()
        assert row is not None
        now = datetime.now(UTC)
        author = f"user:{told.engineer}"
        return operator_actions.hold(
            connection,
            "vale",
            row[0],
            "out-of-service",
            author,
            reason="new battery is on its way",
            now=now,
            until=now + timedelta(days=1),
        )
