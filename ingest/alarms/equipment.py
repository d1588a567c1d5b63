"""Alarms of the equipment: raised while a rule finds a fault, closed when it finds none; never a level of the dam."""

import errno
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from psycopg.types.json import Jsonb

from ingest.alarms import chain, record, rules, sensors, telling
from ingest.alarms.files import Files
from ingest.alarms.record import Line
from ingest.alarms.rules import Fault, coded
from ingest.values import Connection

LOCK: Final = 7_411_015
"""Any number that no other lock of this database uses."""
EVERY: Final = timedelta(seconds=30)
MAX_FAULTS: Final = 2_000
TRY_LOCK: Final = "SELECT pg_try_advisory_xact_lock(%s)"
FACILITIES: Final = "SELECT id FROM facility ORDER BY id"
Key = tuple[str, str, str]
"""Facility, rule and subject."""
OPEN: Final = """
SELECT id, facility_id, rule, subject, detail FROM alarm_event WHERE family = 'maintenance' AND closed_at IS NULL"""
ADD: Final = """
INSERT INTO alarm_event (facility_id, family, rule, subject, title, detail, is_simulated, level, signal, highest,
                         began_at, noted_at, is_past)
VALUES (%s, 'maintenance', %s, %s, '', %s, false, 1, 1, 1, %s, %s, false) RETURNING id"""
CHANGE: Final = "UPDATE alarm_event SET title = '', detail = %s WHERE id = %s"
BACK: Final = "UPDATE alarm_event SET signal = 0, level = 0, returned_at = %s, closed_at = %s WHERE id = %s"


class Equipment:
    """Looks every half minute, as a work of the keeper. `folder` is on the disk of which so much must be free."""

    def __init__(
        self,
        folder: Path,
        certificate: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        free_share: float = rules.DISK_FREE_SHARE,
        files: Files | None = None,
    ) -> None:
        self._folder, self._certificate, self._clock, self._free_share = folder, certificate, clock, free_share
        self._files = files or Files()
        self._began = clock()
        self._due = datetime.min.replace(tzinfo=UTC)

    def look(self, connection: Connection) -> bool:
        """Raise and close what has changed inside the open transaction; there is never more to do at once."""
        now = self._clock()
        if now < self._due or connection.execute(TRY_LOCK, (LOCK,)).fetchone() != (True,):
            return False
        self._due = now + EVERY
        with telling.told(connection):
            self._compare(connection, now)
        return False

    def _compare(self, connection: Connection, now: datetime) -> None:
        known: dict[Key, tuple[int, Mapping[str, Any]]] = {
            (facility, rule, subject): (id, detail)
            for id, facility, rule, subject, detail in connection.execute(OPEN).fetchall()
        }
        found = {one.key: one for one in self._faults(connection, now, known)}
        for key, fault in found.items():
            if key not in known:
                _raise(connection, fault, now)
            elif known[key][1] != fault.detail:
                connection.execute(CHANGE, (Jsonb(fault.detail), known[key][0]))
        for key, (id, _) in known.items():
            if key not in found:
                connection.execute(BACK, (now, now, id))
                record.note(connection, id, Line("returned", 0, now, noted_at=now))

    def _faults(self, connection: Connection, now: datetime, known: Collection[Key]) -> Iterator[Fault]:
        for rule, question in rules.RULES.items():
            asked = {"now": now, **rules.LIMITS}
            rows = connection.execute(question.encode(), asked).fetchmany(MAX_FAULTS)
            yield from (Fault(facility, rule, subject, detail) for facility, subject, detail in rows)
        told_from = chain.from_levels(connection)
        for facility in self._files.known(connection):
            yield from sensors.faults(connection, facility, now, self._began, known)
            yield from chain.faults(connection, facility, told_from.get(facility.id), now.date())
        own = [*_disk(self._folder, self._free_share), *_certificate(self._certificate, now)]
        for (id,) in connection.execute(FACILITIES).fetchall():
            yield from (Fault(id, rule, "centre", detail) for rule, detail in own)


def _raise(connection: Connection, fault: Fault, now: datetime) -> None:
    row = connection.execute(ADD, (*fault.key, Jsonb(fault.detail), now, now)).fetchone()
    assert row is not None
    record.note(connection, row[0], Line("raised", 1, now, noted_at=now))


def _disk(folder: Path, free_share: float) -> Iterator[tuple[str, Mapping[str, Any]]]:
    usage = shutil.disk_usage(folder)
    if usage.free < free_share * usage.total:
        yield "disk", coded("disk", free=round(usage.free / usage.total, 2))


def _certificate(file: Path | None, now: datetime) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if file is None:
        return
    try:
        ends = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, "EIO")
        yield "certificate", coded("certificate-unreadable", file=file.name, error=code)
        return
    except ValueError:
        yield "certificate", coded("certificate-unreadable", file=file.name, error="not-a-certificate")
        return
    if ends - now < timedelta(days=rules.CERTIFICATE_DAYS):
        yield "certificate", coded("certificate-ends", file=file.name, day=f"{ends:%Y-%m-%d}")
