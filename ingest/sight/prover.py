"""The prover: proves the sight of each facility hour by hour, and as soon as its configuration changed.

So it does when something that a proof rests on falls silent, or reads again: that is asked once a minute, of all
facilities in one query. An instrument that comes and goes takes a tenth of a processor at most.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple, Protocol, TypeVar

from ingest.alarms.files import Files
from ingest.sight import proofs
from ingest.sight.inputs import gather
from ingest.values import Connection
from tailings.assess import freshness
from tailings.facility import Facility
from tailings.sight.model import SightProof
from tailings.sight.proving import SightInputs, prove
from tailings.sight.shadow import chain_of

T = TypeVar("T")
NOBODY: Final[frozenset[str]] = frozenset()

EVERY: Final = timedelta(hours=1)
LISTENS_EVERY: Final = timedelta(minutes=1)
LEAST_REST: Final = 10
"""After a round nobody waits for the next one less than so many times as long as it took, save for a new
configuration."""
SILENT: Final = f"""
SELECT d.facility_id, d.name FROM datastream d LEFT JOIN latest l ON l.datastream_id = d.id
WHERE d.facility_id = ANY (%(facilities)s) AND d.retired_at IS NULL AND (l.phenomenon_time IS NULL
    OR l.phenomenon_time < %(now)s - {freshness.STALE_INTERVALS} * d.expected_interval_s * interval '1 s')"""
CONFIGURATION: Final = """
SELECT f.hash || ':' || (SELECT count(*) FROM tarp_approval WHERE facility_id = f.id)
    || ':' || (SELECT count(*) FROM tarp_withdrawal WHERE facility_id = f.id)
    || ':' || (SELECT count(*) || '/' || count(ended_at) FROM alarm_hold WHERE facility_id = f.id)
    || ':' || (SELECT count(*) || '/' || count(ended_at) FROM recipient WHERE facility_id = f.id)
    || ':' || (SELECT count(*) || '/' || count(ended_at) FROM rota_shift WHERE facility_id = f.id)
    || ':' || (SELECT count(*) || '/' || count(ended_at) FROM rota_absence WHERE facility_id = f.id)
FROM facility f WHERE f.id = %s"""
"""What is only ever added to and ended: a change of any of it changes the text."""


class StoredState(NamedTuple):
    """What one round reads: the inputs, what each known proof rests on, the configuration, and who is silent."""

    inputs: SightInputs
    known: Mapping[str, str]
    configuration: str
    silent: frozenset[str]


class ProvedRound(NamedTuple):
    """A round of a facility: when it began, how long it took, the configuration, and who was silent."""

    began_at: datetime
    took: timedelta
    configuration: str
    silent: frozenset[str]


class Transact(Protocol):
    """Carries out work in a transaction of its own, and returns what it returns."""

    def __call__(self, work: Callable[[Connection], T], /) -> T: ...


class Prover:
    """Remembers when each facility was looked at, and with which configuration."""

    def __init__(
        self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), is_stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._clock, self._is_stopped, self._files = clock, is_stopped, Files()
        self._rounds: dict[str, ProvedRound] = {}
        self._measured: dict[str, tuple[str, frozenset[str]]] = {}
        self._listened_at: datetime | None = None

    def due(self, connection: Connection) -> list[Facility]:
        """Return the facilities that are to be looked at now.

        They were not for an hour, or since then their configuration changed or an instrument fell silent or spoke.
        """
        now = self._clock()
        known = list(self._files.known(connection))
        changed = self._heard(connection, known, now)
        return [one for one in known if one.id in changed or self._is_due(connection, one, now)]

    def _is_due(self, connection: Connection, facility: Facility, now: datetime) -> bool:
        last = self._rounds.get(facility.id)
        if last is None or now - last.began_at >= EVERY:
            return True
        return last.configuration != _configuration(connection, facility)

    def _heard(self, connection: Connection, known: Sequence[Facility], now: datetime) -> set[str]:
        """The facilities of which others are silent than in their last round, asked once a minute."""
        if self._listened_at is not None and now - self._listened_at < LISTENS_EVERY:
            return set()
        self._listened_at = now
        silent = _silent(connection, [one.id for one in known], now)
        return {
            one.id
            for one in known
            if (last := self._rounds.get(one.id)) is not None
            and now - last.began_at >= LEAST_REST * last.took
            and silent.get(one.id, NOBODY) & self._rests_on(one) != last.silent
        }

    def _rests_on(self, facility: Facility) -> frozenset[str]:
        """The measured datastreams that the proofs of a facility rest on."""
        version, names = self._measured.get(facility.id, ("", NOBODY))
        if version != facility.version_hash:
            planned = {name for plan in facility.tarp.values() for name in plan.datastreams()}
            names = frozenset(name for name in chain_of(facility, planned) if facility.datastreams[name].is_raw)
            self._measured[facility.id] = facility.version_hash, names
        return names

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
        silent = read.silent & self._rests_on(facility)
        self._rounds[facility.id] = ProvedRound(now, self._clock() - now, read.configuration, silent)
        return len(made)


def _read(connection: Connection, facility: Facility, now: datetime) -> StoredState:
    inputs, known = gather(connection, facility, now), proofs.known(connection, facility.id)
    silent = _silent(connection, [facility.id], now).get(facility.id, NOBODY)
    return StoredState(inputs, known, _configuration(connection, facility), silent)


def _silent(connection: Connection, facilities: Sequence[str], now: datetime) -> dict[str, frozenset[str]]:
    """The datastreams that give nothing, or never gave anything, by facility."""
    found: dict[str, set[str]] = {}
    for facility, name in connection.execute(SILENT, {"facilities": list(facilities), "now": now}).fetchall():
        found.setdefault(facility, set()).add(name.partition(":")[2])
    return {facility: frozenset(names) for facility, names in found.items()}


def _store(connection: Connection, facility: Facility, made: Sequence[SightProof], now: datetime) -> None:
    known = proofs.known(connection, facility.id)  # a commit whose answer was lost is tried again
    for one in made:
        if known.get(one.plan) != one.digest:
            proofs.append(connection, facility.version, one)
    proofs.note_round(connection, facility.id, now)


def _configuration(connection: Connection, facility: Facility) -> str:
    row = connection.execute(CONFIGURATION, (facility.id,)).fetchone()
    return str(row[0]) if row else ""
