"""Leads a drill: begins it when the dam is watched, plays the scenario, keeps the record, ends it."""

import time
from collections.abc import Sequence
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
from tailwatch.drill import sealed_record
from tailwatch.drill.dam import DrillDam
from tailwatch.seals import SEAL
from tailwatch.supervise import Tell

PART: Final = "drill"
LOOK_S: Final = 2.0
READY: Final = """
SELECT p.plan, coalesce(t.standing -> 'sight' ->> 'state', 'blind') <> 'blind' AND t.through_ms IS NOT NULL AS sees,
    EXISTS (SELECT FROM alarm_event e WHERE e.facility_id = %(facility)s AND e.rule = p.plan AND e.closed_at IS NULL)
FROM unnest(%(plans)s::text[]) AS p (plan)
LEFT JOIN tarp_state t ON t.facility_id = %(facility)s AND t.plan = p.plan ORDER BY p.plan"""
SEES_NOT: Final = "waits until plan {plan} can see"
STANDS: Final = "waits: an alarm of plan {plan} stands from before; close it on the page, or take a new --state folder"
WORDS: Final = {"level": "{plan} {level}", "notified": "{plan}: told", "acknowledged": "{plan}: acknowledged"}


class Leader:
    """Leads one drill; `turn` is called again and again and does not wait."""

    def __init__(
        self, facility: str, folder: Path, scenario: DrillScenario, dam: DrillDam, *, wait_s: float, tell: Tell
    ) -> None:
        self._facility, self._folder, self._scenario, self._dam = facility, folder, scenario, dam
        self._wait_s, self._tell = wait_s, tell
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
        if self._held is not None and not self.is_over:
            with self._connect() as connection, connection.transaction():
                self._end(connection, self._held, datetime.now(UTC))

    def _lead(self, connection: Connection, now: datetime) -> None:
        held = self._held or drills.held(connection, self._facility)
        if held is None:
            if self._is_ready(connection):
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
        plans = sorted({one.plan for inject in self._scenario.injects for one in inject.expect})
        rows = connection.execute(READY, {"facility": self._facility, "plans": plans}).fetchall()
        waits = [
            (STANDS if stands else SEES_NOT).format(plan=plan) for plan, sees, stands in rows if stands or not sees
        ]
        for line in waits:
            if line not in self._said:
                self._said.add(line)
                self._tell(PART, line)
        return not waits

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
