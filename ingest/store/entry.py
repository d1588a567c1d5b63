"""Entering arrivals in the ledger: which of them are new, and what their pack records say of the nodes."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from math import nan
from operator import gt
from typing import Final

from codec.batch import QUARANTINED, STORED, VOID, PackRecord
from ingest.store import ledger
from ingest.store.chains import Chains
from ingest.store.ledger import Key
from ingest.store.page import LedgerEntry, SeqRange
from ingest.values import MS_PER_S, Arrival, BatchHead, Connection, latest_time_ms
from runtime.log import log_of
from wire import BadPack

tell = log_of(__name__)

DAY_S: Final = 86_400
MAX_AGE_S: Final = 3660 * DAY_S
"""No outbox holds a pack for ten years; so the days of an epoch are bounded, whatever its sender says."""
MAX_DAYS: Final = 1000
"""Days that are not worked out again."""
EPOCH: Final = date(1970, 1, 1)

Pages = Mapping[Key, LedgerEntry]
Runs = Mapping[Key, SeqRange]


def keys(arrivals: Sequence[Arrival]) -> set[Key]:
    """Return the sequence states that these arrivals touch: the agents' own, and those of the nodes they speak of."""
    found: set[Key] = set()
    for arrival in arrivals:
        if arrival.head is not None:
            found.add((arrival.facility, arrival.sender, arrival.head.epoch))
        if arrival.batch is not None:
            found.update([(arrival.facility, pack.node, pack.epoch) for pack in arrival.batch.packs])
    return found


def runs(arrivals: Sequence[Arrival], late_after_s: float) -> Runs | None:
    """Return what these arrivals enter, one run for each of their `keys`; None when anything about them is unusual.

    It looks at no page, so it can be done before they are open.
    """
    told: defaultdict[Key, list[tuple[int, int, date, bool]]] = defaultdict(list)
    received_s = latest_s = late_s = nan
    today = EPOCH
    for arrival in arrivals:
        head, batch = arrival.head, arrival.batch
        if head is None or batch is None:
            return None
        if arrival.received_s != received_s:  # many come together
            received_s = arrival.received_s
            late_s, latest_s = received_s - late_after_s, latest_time_ms(received_s) / MS_PER_S
            today = _day(received_s)
        has_late = False
        for pack in batch.packs:
            if pack.status != STORED or pack.dropped:
                return None
            time_s = _time_s(pack, latest_s, received_s)
            is_late = time_s < late_s
            has_late |= is_late
            told[arrival.facility, pack.node, pack.epoch].append((pack.seq, pack.oldest_unacked, _day(time_s), is_late))
        own = (head.seq, head.oldest_unacked, today, has_late)
        told[arrival.facility, arrival.sender, head.epoch].append(own)
    found = {key: run for key, messages in told.items() if (run := _run(messages)) is not None}
    return found if len(found) == len(told) else None


def enter(
    arrivals: Sequence[Arrival], pages: Pages, chains: Chains, late_after_s: float, ahead: Runs | None = None
) -> Sequence[Arrival]:
    """Enter all arrivals and return the new ones; what was here before, or cannot be accounted for, is left out.

    What differs from the batch that is here under its number is put aside in `chains`. `ahead` are the `runs` of the
    same arrivals: where all of them follow what is there, they are entered at once.
    """
    is_usual = ahead is not None and all(pages[key].is_followed(run) for key, run in ahead.items())
    if ahead is not None and is_usual and chains.follow():
        for key, run in ahead.items():
            pages[key].follow(run)
        return arrivals
    fresh = []
    for arrival in arrivals:
        if not chains.differs(arrival) and _is_fresh(arrival, pages, late_after_s):
            chains.add(arrival)
            fresh.append(arrival)
    return fresh


def enter_repeats(
    connection: Connection, arrivals: Sequence[Arrival], pages: dict[Key, LedgerEntry], today: date
) -> None:
    """Enter how many packs came to the agents again, on the newest sequence state of each node."""
    for arrival in arrivals:
        for node, total in arrival.batch.repeats if arrival.batch and arrival.head else ():
            key = _newest_sequence_state(connection, arrival, node)
            if key is None:  # a total is a running one, so nothing is lost with it
                continue
            grown = ledger.untold_repeats(connection, arrival, node, total)
            if grown == 0:
                continue
            if key not in pages:
                pages.update(ledger.open_pages(connection, [key]))
            pages[key].add_repeats(grown, today)


def _run(messages: list[tuple[int, int, date, bool]]) -> SeqRange | None:
    """The run of (seq, oldest unacked, day, is_late) of one epoch; None at a gap, or when the oldest unacked falls."""
    seqs, oldest, days, lates = zip(*messages, strict=True)
    first, last = seqs[0], seqs[0] + len(seqs) - 1
    if seqs != tuple(range(first, last + 1)) or any(map(gt, oldest, oldest[1:])):
        return None
    return SeqRange(first, last, oldest[0], oldest[-1], Counter(zip(days, lates, strict=True)))


def _is_fresh(arrival: Arrival, pages: Pages, late_after_s: float) -> bool:
    head = arrival.head
    if head is None:
        return True
    times_s = _times_s(arrival)
    late_s = arrival.received_s - late_after_s
    page = pages[arrival.facility, arrival.sender, head.epoch]
    if not _enter_batch(arrival, head, page, is_late=bool(times_s) and min(times_s) < late_s):
        return False
    enter_packs(arrival, pages, late_after_s)
    return True


def enter_packs(arrival: Arrival, pages: Pages, late_after_s: float) -> None:
    """Enter what a batch says of the packs of nodes, and not the batch."""
    late_s = arrival.received_s - late_after_s
    for pack, time_s in zip(arrival.batch.packs if arrival.batch else (), _times_s(arrival), strict=True):
        _enter_pack(arrival, pack, pages[arrival.facility, pack.node, pack.epoch], time_s, time_s < late_s)


def _times_s(arrival: Arrival) -> list[float]:
    """The time of each of its packs."""
    latest_s = latest_time_ms(arrival.received_s) / MS_PER_S
    return [_time_s(pack, latest_s, arrival.received_s) for pack in (arrival.batch.packs if arrival.batch else ())]


def _enter_batch(arrival: Arrival, head: BatchHead, page: LedgerEntry, is_late: bool) -> bool:
    try:
        return page.receive(
            head.seq,
            head.oldest_unacked,
            _day(arrival.received_s),
            is_quarantined=arrival.batch is None,
            is_late=is_late,
            dropped=0,  # an agent drops nothing
        )
    except BadPack as bad:
        # No ack covers it, so the agent keeps it and sends it again when the gaps before it are closed.
        tell("WARNING", "batch-not-taken", facility=arrival.facility, agent=arrival.agent, seq=head.seq, reason=bad)
        return False


def _enter_pack(arrival: Arrival, pack: PackRecord, page: LedgerEntry, time_s: float, is_late: bool) -> None:
    # A node that has dropped nothing says nothing of it; of one that cannot be read nobody knows what it said.
    _, _, _, seq, oldest_unacked, status, dropped, _, _ = pack  # by name each of them would cost a call
    try:
        page.receive(
            seq,
            oldest_unacked,
            _day(time_s),
            is_void=status == VOID,
            is_quarantined=status == QUARANTINED,
            is_late=is_late,
            dropped=0 if dropped is None and status != QUARANTINED else dropped,
        )
    except BadPack as bad:
        tell("WARNING", "pack-not-in-ledger", facility=arrival.facility, node=pack.node, seq=seq, reason=bad)


def _newest_sequence_state(connection: Connection, arrival: Arrival, node: str) -> Key | None:
    spoken_of = [pack.epoch for pack in arrival.batch.packs if pack.node == node] if arrival.batch else []
    epoch = spoken_of[-1] if spoken_of else ledger.newest_epoch(connection, arrival.facility, node)
    return None if epoch is None else (arrival.facility, node, epoch)


def _time_s(pack: PackRecord, latest_s: float, received_s: float) -> float:
    """A pack's own time; that of its arrival at the agent, or here, when it has none that a right clock can give."""
    earliest_s = received_s - MAX_AGE_S
    if pack.at_s is not None and earliest_s <= pack.at_s <= latest_s:
        return pack.at_s
    taken_s = pack.received_ms / MS_PER_S
    return taken_s if earliest_s <= taken_s <= latest_s else received_s


def _day(time_s: float) -> date:
    return _day_of(int(time_s // DAY_S))


@lru_cache(MAX_DAYS)
def _day_of(number: int) -> date:
    return EPOCH + timedelta(days=number)
