"""The store: a group of arrivals becomes one transaction, and the acks that may be told once it is committed.

Locks are taken in one order by all processes: sequence states with their chains, observations, room in quarantine,
latest, quarantine, faults, days of the ledger, and the commit log last. Nothing an ack says is computed from memory: it
comes from the rows of sequence states and chains read under that lock.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from ingest.settings import QUARANTINE_BYTES
from ingest.store import (
    chains,
    commit,
    entry,
    faults,
    latest,
    ledger,
    losses,
    observations,
    outdated,
    quarantine,
    refusal,
    verdicts,
)
from ingest.store.bounds import Folding
from ingest.store.commit import forget
from ingest.store.ledger import Key, ack_of, newest_acks
from ingest.store.observations import HighWater, Sorted, Tally
from ingest.store.page import LedgerEntry
from ingest.store.quarantine import Hold, QuarantineFull
from ingest.store.registry import Registry
from ingest.store.rows import ObservationRows, columns
from ingest.values import Ack, Arrival, Connection, RefusedMessage
from runtime.log import log_of

__all__ = [
    "Folding",
    "Hold",
    "Prepared",
    "QuarantineFull",
    "Store",
    "StoredGroup",
    "ack_of",
    "forget",
    "newest_acks",
]


tell = log_of(__name__)

HELD: Final = "its batches stay with it until what waits is stored or settled, or quarantine_bytes is raised"


class StoredGroup(msgspec.Struct, frozen=True):
    """What one transaction holds. `acks` may be published and `tallies` taken in once it is committed."""

    acks: list[Ack]
    tallies: list[Tally]
    new_rows: int
    refused: int


class Prepared(msgspec.Struct, frozen=True):
    """What needs no database of a group of arrivals: their rows, and what they enter in the ledger if that is usual."""

    rows: Sorted
    runs: entry.Runs | None
    sections: list[chains.ChainSection]


class Store:
    """The room's memory of the database (names and high-water marks), made anew at each connection by `greet`."""

    def __init__(
        self,
        late_after_s: float,
        take_over: verdicts.Take,
        before_wait: Callable[[], None] = lambda: None,
        quarantine_bytes: int = QUARANTINE_BYTES,
    ) -> None:
        """`take_over` makes verdicts a revision; `before_wait` is called when this thread is about to wait.

        quarantine_bytes: what may wait in quarantine, a facility.
        """
        self._quarantine_bytes = quarantine_bytes
        self._late_after_s = late_after_s
        self._take_over = take_over
        self._before_wait = before_wait
        self._registry = Registry()
        self._water = HighWater()

    def greet(self, connection: Connection) -> None:
        """Prepare a new connection."""
        connection.execute(observations.STAGING)
        self._load(connection)

    def prepare(self, arrivals: Sequence[Arrival]) -> Prepared:
        """Do what `write` needs no database for; another thread may do it while one before is stored."""
        rows = observations.sort(columns(arrivals, self._registry.ids_of))
        return Prepared(rows, entry.runs(arrivals, self._late_after_s), chains.sections(arrivals))

    def write(
        self, connection: Connection, arrivals: Sequence[Arrival], prepared: Prepared | None = None
    ) -> StoredGroup:
        """Store a group inside the open transaction; what was stored before changes nothing but counts.

        `prepared` is of the same arrivals; what it saves is time. Raises QuarantineFull, and the transaction is to be
        rolled back, when the refused part of some of them finds no room.
        """
        now = datetime.now(UTC)
        runs = None if prepared is None else prepared.runs
        keys = entry.keys(arrivals) if runs is None else runs
        group = chains.sections(arrivals) if prepared is None else prepared.sections
        pages, stored = ledger.open_with_chains(connection, keys, chains.stretches(group))
        beside = chains.chains_of(group, stored)
        new = entry.enter(arrivals, pages, beside, self._late_after_s, runs)
        entry.enter_repeats(connection, new, pages, now.date())
        losses.decide(connection, arrivals, pages)
        ready = prepared.rows if prepared and len(new) == len(arrivals) else None
        good, tallies, refused = self._write_observations(connection, new, ready)
        changed: list[Tally] = []
        if told := verdicts.as_observations(new):
            tallies, changed, unfit = self._write_verdicts(connection, told, tallies)
            refused += unfit
        refused += beside.refused()
        if refused:
            quarantine.check_room(connection, refused, self._quarantine_bytes)
        touched = observations.one_each([*tallies, *changed]) if changed else tallies
        with connection.pipeline():  # all that follows in one go: a wait costs as much as a thousand rows
            latest.write(connection, tallies, now)
            latest.renew(connection, changed)
            outdated.write(connection, new, good)
            quarantine.write(connection, refused)
            faults.write(connection, new)
            ledger.write_pages(connection, pages, now.date())
            beside.write(connection)
            acks = beside.complete(connection, _acks(arrivals, pages))
            if new:
                facilities = {arrival.facility for arrival in new}
                commit.write(connection, facilities, touched)
        return StoredGroup(acks, tallies, sum(one.count for one in tallies), len(refused))

    def committed(self, stored: StoredGroup) -> None:
        """Take in what a transaction stored, now that it is committed."""
        self._water.raise_to(stored.tallies)

    def take_again(self, connection: Connection, arrival: Arrival) -> StoredGroup:
        """Store a batch that was in quarantine: its place in the sequence of its agent was accounted for then."""
        bare = msgspec.structs.replace(arrival, head=None)
        pages = ledger.open_pages(connection, entry.keys([bare]))
        entry.enter_packs(bare, pages, self._late_after_s)
        ledger.write_pages(connection, pages, datetime.now(UTC).date())
        return self.write(connection, [bare])

    def hold(self, connection: Connection, holds: Sequence[Hold]) -> list[Ack]:
        """Note whose batches are held back; an agent that was not before is logged. Return the acks that say so."""
        for one in quarantine.hold(connection, holds):
            facility, agent, _, seq = one.place
            tell(
                "ERROR",
                "quarantine-full",
                facility=facility,
                agent=agent,
                seq=seq,
                bytes=one.bytes,
                budget=one.budget,
                next=HELD,
            )
        return [_held_ack(connection, *place) for place in quarantine.held_places(connection, holds)]

    def _write_observations(
        self, connection: Connection, new: Sequence[Arrival], prepared: Sorted | None
    ) -> tuple[ObservationRows, list[Tally], list[RefusedMessage]]:
        refused = [one for arrival in new for one in (*arrival.refused, *refusal.by_agent(arrival))]
        good, unfit = refusal.sort_out(new, self._known(connection, new, prepared.rows if prepared else None))
        if not len(good):
            return good, [], refused + unfit
        chosen = prepared if prepared and good is prepared.rows else observations.sort(good)
        tallies, conflicts = observations.store(connection, chosen, self._water, self._before_wait)
        return good, tallies, refused + unfit + refusal.conflicting(new, good, conflicts)

    def _write_verdicts(
        self, connection: Connection, told: Sequence[Arrival], before: list[Tally]
    ) -> tuple[list[Tally], list[Tally], list[RefusedMessage]]:
        """Return what is stored now, what has another flag, and what was refused."""
        good, unfit = refusal.sort_out(told, self._known(connection, told))
        if not len(good):
            return before, [], unfit
        stored, _ = observations.store_rest(connection, good)
        outdated.write(connection, told, good)
        changed = verdicts.take(connection, told, good, self._take_over)
        return observations.one_each([*before, *stored]), changed, unfit

    def _known(
        self, connection: Connection, arrivals: Sequence[Arrival], rows: ObservationRows | None = None
    ) -> ObservationRows:
        """Return the observations with their ids; the names are read anew when one is unknown."""
        rows = rows or columns(arrivals, self._registry.ids_of)
        if refusal.is_unknown(rows).any():
            self._load(connection)
            rows = columns(arrivals, self._registry.ids_of)
        return rows

    def _load(self, connection: Connection) -> None:
        self._registry.load(connection)
        self._water.load(connection, self._registry.highest_id)


def _held_ack(connection: Connection, facility: str, agent: str, epoch: str, seq: int) -> Ack:
    ack = ack_of(connection, facility, agent, epoch) or Ack(facility, agent, epoch, -1)
    return msgspec.structs.replace(ack, held=seq)


def _acks(arrivals: Sequence[Arrival], pages: Mapping[Key, LedgerEntry]) -> list[Ack]:
    """One ack for each sequence state, repeats included; the sequence state heard last of an agent comes last."""
    last = {(one.facility, one.agent, one.head.epoch): one for one in reversed(arrivals) if one.head is not None}
    return [
        Ack(facility, agent, epoch, pages[facility, one.sender, epoch].through)
        for (facility, agent, epoch), one in reversed(last.items())
    ]
