"""Leads a drill: begins it when the dam is watched, plays the scenario, keeps the record, ends it."""

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg

from api.statements.seal import read as read_seal
from ingest import drills
from ingest.database import connect
from ingest.drills import EndedDrill, HeldDrill
from ingest.values import Connection
from tailings.drill import DrillRecord, DrillScenario
from tailings.drill.record import Reaction
from tailings.levels import LEVELS
from tailwatch.commands._ingest_rights import CONNINFO, author
from tailwatch.demo.history_import import Filling
from tailwatch.drill import sealed_record
from tailwatch.drill.dam import DrillDam
from tailwatch.seals import SEAL
from tailwatch.supervise import Tell

PART: Final = "drill"
LOOK_S: Final = 2.0
READY: Final = """
SELECT p.plan, coalesce(t.standing -> 'sight' ->> 'state', 'blind') <> 'blind' AND t.through_ms IS NOT NULL
        AND t.dirty_ms IS NULL AND t.commit_id >= %(commit)s AS sees,
    EXISTS (SELECT FROM alarm_event e WHERE e.facility_id = %(facility)s AND e.rule = p.plan AND e.closed_at IS NULL)
FROM unnest(%(plans)s::text[]) AS p (plan)
LEFT JOIN tarp_state t ON t.facility_id = %(facility)s AND t.plan = p.plan ORDER BY p.plan"""
COMMIT: Final = "SELECT coalesce(max(id), 0) FROM commit_log"
ENDED: Final = """
SELECT id FROM drill WHERE facility_id = %s AND ended_at > now() - %s * interval '1 hour' ORDER BY id DESC LIMIT 1"""
SEES_NOT: Final = "waits until plan {plan} can see"
IS_NO_PAST: Final = "waits until {hours:g} h of simulated past are stored"
PLAYED: Final = (
    "waits: drill {id} was held here in the {hours:g} h at which this one looks back; take a new --state folder"
)
STANDS: Final = "waits: an alarm of plan {plan} stands from before; close it on the page, or take a new --state folder"
WORDS: Final = {"level": "{plan} {level}", "notified": "{plan}: told", "acknowledged": "{plan}: acknowledged"}


class Leader:
    """Leads one drill; `turn` is called again and again and does not wait. past: what is brought before it begins."""

    def __init__(
        self,
        facility: str,
        folder: Path,
        scenario: DrillScenario,
        dam: DrillDam,
        *,
        past: Filling,
        wait_s: float,
        tell: Tell,
    ) -> None:
        self._facility, self._folder, self._scenario, self._dam = facility, folder, scenario, dam
        self._past, self._wait_s, self._tell = past, wait_s, tell
        self._past_commit: int | None = None
        self._held: HeldDrill | None = None
        self._played, self._due_s = 0, 0.0
        self._said: set[str] = set()
        self.is_over = False

    def turn(self) -> None:
        """Do what is due; a database that does not answer is asked again."""
        if self.is_over or time.monotonic() < self._due_s:
            return
        self._due_s = time.monotonic() + LOOK_S
        with suppress(psycopg.OperationalError), self._connect() as connection, connection.transaction():
            self._lead(connection, datetime.now(UTC))

    def end(self) -> None:
        """End a drill that is held, with what is known by now."""
        self._past.end()
        if self._held is not None and not self.is_over:
            with self._connect() as connection, connection.transaction():
                self._end(connection, self._held, datetime.now(UTC))

    def _lead(self, connection: Connection, now: datetime) -> None:
        held = self._held or drills.held(connection, self._facility)
        if held is None:
            if self._has_its_past(connection) and self._is_ready(connection):
                begin = now + timedelta(seconds=self._wait_s)
                held = drills.begin(connection, self._facility, self._scenario, author(), begin)
                self._tell(PART, f"begins at {begin.astimezone():%H:%M:%S}. {self._scenario.briefing}")
            else:
                return
        self._held, self._dam.began_s = held, held.began_at.timestamp()
        if now >= held.began_at + timedelta(minutes=self._scenario.lasts_min):
            self._end(connection, held, now)
        elif now >= held.began_at:
            self._say_what_was_played((now - held.began_at).total_seconds() / 60)
            drills.update(connection, held, now)

    def _is_ready(self, connection: Connection) -> bool:
        """Whether every plan of the scenario sees, and none has an alarm from before; say once what is waited for."""
        values = {"facility": self._facility, "plans": [*self._scenario.plans()], "commit": self._past_commit}
        rows = connection.execute(READY, values).fetchall()
        waits = [
            (STANDS if stands else SEES_NOT).format(plan=plan) for plan, sees, stands in rows if stands or not sees
        ]
        self._say_once(waits)
        return not waits

    def _has_its_past(self, connection: Connection) -> bool:
        """Bring the past on; whether all of it is stored and no other drill lies in it. What is not is said once."""
        hours = self._scenario.past_h
        played = connection.execute(ENDED, (self._facility, hours)).fetchone()
        if played is not None:
            self._say_once([PLAYED.format(id=played[0], hours=hours)])
            return False
        self._past.turn()
        if not self._past.is_done:
            self._say_once([IS_NO_PAST.format(hours=hours)])
            return False
        if self._past_commit is None:
            row = connection.execute(COMMIT).fetchone()
            assert row is not None
            self._past_commit = int(row[0])
        return True

    def _say_once(self, lines: Iterable[str]) -> None:
        for line in lines:
            if line not in self._said:
                self._said.add(line)
                self._tell(PART, line)

    def _say_what_was_played(self, minutes: float) -> None:
        for inject in self._scenario.injects[self._played :]:
            if inject.after_min > minutes:
                break
            self._played += 1
            self._tell(PART, f"{inject.after_min:g} min: {inject.what}")

    def _end(self, connection: Connection, held: HeldDrill, now: datetime) -> None:
        record = drills.end(connection, held, now)
        ended = EndedDrill(held.facility, held.scenario, author(), record)
        file = sealed_record.write(self._folder, held.id, ended, read_seal(self._folder / SEAL))
        self.is_over = True
        for line in lines(record):
            self._tell(PART, line)
        self._tell(
            PART,
            f"the drill is over; its record is {file}. Take it home with `tailwatch drill bring`. "
            "The pages stay until Ctrl-C.",
        )

    def _connect(self) -> Connection:
        return connect((self._folder / CONNINFO).read_text().strip())


def lines(record: DrillRecord) -> Sequence[str]:
    """Say what came of a drill, one line for each thing that had to happen."""
    return [_line(one) for one in record.reactions]


def _line(one: Reaction) -> str:
    what = one.what or WORDS[one.measured].format(plan=one.plan, level=LEVELS[one.level])
    took = "not done" if one.after_s is None else f"after {one.after_s / 60:.1f} min"
    limit = "no limit" if one.limit_at is None else f"limit {(one.limit_at - one.since).total_seconds() / 60:.1f} min"
    return f"{one.outcome:>8}  {what}{f' ({one.who})' if one.who else ''}: {took}, {limit}"
