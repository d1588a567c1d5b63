"""The prover: proves the sight of each facility hour by hour, and as soon as its configuration changed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple, Protocol, TypeVar

from ingest.alarms.files import Files
from ingest.sight import proofs
from ingest.sight.inputs import gather
from ingest.values import Connection
from tailings.facility import Facility
from tailings.sight.model import SightProof
from tailings.sight.proving import SightInputs, prove

T = TypeVar("T")

EVERY: Final = timedelta(hours=1)
CONFIGURATION: Final = """
SELECT f.hash || ':' || (SELECT count(*) FROM tarp_approval WHERE facility_id = f.id)
    || ':' || (SELECT count(*) FROM tarp_withdrawal WHERE facility_id = f.id)
    || ':' || (SELECT count(*) || '/' || count(ended_at) FROM alarm_hold WHERE facility_id = f.id)
    || ':' || (SELECT count(*) || '/' || count(ended_at) FROM recipient WHERE facility_id = f.id)
FROM facility f WHERE f.id = %s"""
"""What is only ever added to and ended: a change of any of it changes the text."""


class StoredState(NamedTuple):
    """What one round reads: the inputs, what each known proof rests on, and the configuration."""

    inputs: SightInputs
    known: Mapping[str, str]
    configuration: str


class Transact(Protocol):
    """Carries out work in a transaction of its own, and returns what it returns."""

    def __call__(self, work: Callable[[Connection], T], /) -> T: ...


class Prover:
    """Remembers when each facility was looked at, and with which configuration."""

    def __init__(
        self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), is_stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._clock, self._is_stopped, self._files = clock, is_stopped, Files()
        self._looked: dict[str, tuple[str, datetime]] = {}

    def due(self, connection: Connection) -> list[Facility]:
        """Return the facilities that were not looked at for an hour, or whose configuration changed since."""
        now = self._clock()
        found = []
        for facility in self._files.known(connection):
            looked = self._looked.get(facility.id)
            if looked is None or looked[0] != _configuration(connection, facility) or now - looked[1] >= EVERY:
                found.append(facility)
        return found

    def prove(self, transact: Transact, facility: Facility) -> int:
        """Prove a facility and store what is new; return how many proofs are.

        It reads in one transaction and stores in another: none is open while it computes.
        """
        now = self._clock()
        read = transact(partial(_read, facility=facility, now=now))
        made = []
        for proof in prove(read.inputs, read.known):
            if self._is_stopped():
                return 0
            made.append(proof)
        transact(partial(_store, facility=facility, made=made, now=now))
        self._looked[facility.id] = read.configuration, now
        return len(made)


def _read(connection: Connection, facility: Facility, now: datetime) -> StoredState:
    inputs, known = gather(connection, facility, now), proofs.known(connection, facility.id)
    return StoredState(inputs, known, _configuration(connection, facility))


def _store(connection: Connection, facility: Facility, made: Sequence[SightProof], now: datetime) -> None:
    known = proofs.known(connection, facility.id)  # a commit whose answer was lost is tried again
    for one in made:
        if known.get(one.plan) != one.digest:
            proofs.append(connection, facility.version, one)
    proofs.note_round(connection, facility.id, now)


def _configuration(connection: Connection, facility: Facility) -> str:
    row = connection.execute(CONFIGURATION, (facility.id,)).fetchone()
    return str(row[0]) if row else ""
