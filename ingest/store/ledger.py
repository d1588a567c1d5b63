"""The pages of the ledger in the database: read under lock, written back in the same transaction.

Rows are always locked in the order of their key, so that two processes wait for each other and do not deadlock.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from psycopg.types.json import Jsonb

from ingest.store.arrays import array
from ingest.store.page import DAY_WORDS, LedgerEntry
from ingest.values import Ack, Arrival, Connection
from wire.sequence import SequenceState

Key = tuple[str, str, str]
"""(facility, sender, epoch)."""

Stretch = tuple[Key, int, int]
"""A sequence state, and two seqs: from, to."""
StoredChain = tuple[Key, int, int, int, str | None, str]
"""Such a stretch, and a row of the chain there: the seq of its first batch, the number before it, those of its own."""

OPEN: Final = """
SELECT * FROM open_sequence_states(%s::text[], %s::text[], %s::text[], %s::integer[], %s::bigint[], %s::bigint[])"""
WORDS: Final = ("sent", "stored", "quarantined", "dropped", "unreadable", "lost", "pending")
WRITE: Final = f"""
UPDATE sequence_state SET state = %s, through = %s, {", ".join(f"{word} = %s" for word in WORDS)},
    late = %s, duplicate = %s, jumps = %s, held_by = %s, updated_at = clock_timestamp(),
    stored_at = CASE WHEN %s > stored THEN clock_timestamp() ELSE stored_at END
WHERE facility_id = %s AND sender = %s AND epoch = %s"""
WRITE_DAY: Final = f"""
INSERT INTO ledger_day AS known (facility_id, sender, epoch, day, {", ".join(DAY_WORDS)})
VALUES (%s, %s, %s, %s{", %s" * len(DAY_WORDS)})
ON CONFLICT (facility_id, sender, epoch, day)
DO UPDATE SET {", ".join(f"{word} = known.{word} + excluded.{word}" for word in DAY_WORDS)}"""
TELL_REPEATS: Final = """
WITH before AS (
    SELECT total FROM node_duplicates
    WHERE facility_id = %(facility)s AND node_id = %(node)s AND agent_id = %(agent)s AND epoch = %(epoch)s
), now AS (
    INSERT INTO node_duplicates AS known VALUES (%(facility)s, %(node)s, %(agent)s, %(epoch)s, %(total)s)
    ON CONFLICT (facility_id, node_id, agent_id, epoch) DO UPDATE SET total = greatest(known.total, excluded.total)
    RETURNING total
)
SELECT now.total - coalesce((SELECT total FROM before), 0) FROM now"""
NEWEST: Final = """
SELECT epoch FROM sequence_state WHERE facility_id = %s AND sender = %s ORDER BY started_at DESC LIMIT 1"""
CHAIN: Final = """
(SELECT CASE WHEN b.before IS NOT NULL THEN nullif(substr(own, (8 * (s.through - b.first) + 1)::integer, 8), '') END
 FROM batch_chain_of(s.facility_id, s.sender, s.epoch, s.through, s.through) b)"""
ACK: Final = f"SELECT through, {CHAIN} FROM sequence_state s WHERE facility_id = %s AND sender = %s AND epoch = %s"
NEWEST_ACKS: Final = f"""
SELECT DISTINCT ON (facility_id, sender) facility_id, sender, epoch, through, {CHAIN} FROM sequence_state s
WHERE sender LIKE '\\_edge/%' ORDER BY facility_id, sender, started_at DESC"""


def open_pages(connection: Connection, keys: Collection[Key]) -> dict[Key, LedgerEntry]:
    """Lock the sequence states of these keys until the end of the transaction, beginning those that are not there."""
    return open_with_chains(connection, keys, ())[0]


def open_with_chains(
    connection: Connection, keys: Collection[Key], stretches: Collection[Stretch]
) -> tuple[dict[Key, LedgerEntry], list[StoredChain]]:
    """The same, with what is stored of the chains of some of them, which is read under the lock too."""
    ordered = sorted(set(keys))
    place = {key: number for number, key in enumerate(ordered, 1)}
    found = connection.execute(
        OPEN,
        (
            *([key[column] for key in ordered] for column in range(3)),
            array(place[key] for key, _, _ in stretches),
            array(low for _, low, _ in stretches),
            array(high for _, _, high in stretches),
        ),
    )
    pages, stored = {}, []
    for facility, sender, epoch, state, quarantined, late, repeats, lost, held_by, *chain in found:
        key = facility, sender, epoch
        if key not in pages:
            sequence_state = None if state is None else SequenceState.from_state(state)
            pages[key] = LedgerEntry(sequence_state, quarantined, late, repeats, lost=lost, held_by=held_by)
        low, high, first, before, own = chain
        if first is not None:
            stored.append((key, low, high, first, before, own))
    return pages, stored


def write_pages(connection: Connection, pages: Mapping[Key, LedgerEntry], today: date) -> None:
    """Write the pages back; a page that nothing was entered on is left alone."""
    sequence_states, days = [], []
    for key, page in sorted(pages.items()):
        if page.sequence_state is None:
            continue
        words = page.close(today)
        counts = [words[word] for word in WORDS]
        sequence_states.append(
            (
                Jsonb(page.sequence_state.state()),
                page.through,
                *counts,
                page.late,
                page.repeats,
                page.sequence_state.jumps,
                page.held_by,
                words["stored"],
                *key,
            )
        )
        days += [(*key, day, *entered.values()) for day, entered in sorted(page.days.items())]
    with connection.cursor() as cursor:
        cursor.executemany(WRITE, sequence_states)
        cursor.executemany(WRITE_DAY, days)


def untold_repeats(connection: Connection, arrival: Arrival, node: str, total: int) -> int:
    """Take an agent's running total of a node's repeated packs; return by how many it has grown."""
    epoch = arrival.head.epoch if arrival.head else ""
    told = {"facility": arrival.facility, "node": node, "agent": arrival.agent, "epoch": epoch, "total": total}
    row = connection.execute(TELL_REPEATS, told).fetchone()
    assert row is not None
    return int(row[0])


def newest_epoch(connection: Connection, facility: str, sender: str) -> str | None:
    """Return the epoch that a sender began last, None when it has none."""
    row = connection.execute(NEWEST, (facility, sender)).fetchone()
    return row[0] if row else None


def ack_of(connection: Connection, facility: str, agent: str, epoch: str) -> Ack | None:
    """Return the ack of an agent's epoch, as committed; None where nothing of it is here."""
    row = connection.execute(ACK, (facility, f"_edge/{agent}", epoch)).fetchone()
    return None if row is None else Ack(facility, agent, epoch, *row)


def newest_acks(connection: Connection) -> list[Ack]:
    """Return the ack of the newest sequence state of every agent, as committed."""
    rows = connection.execute(NEWEST_ACKS)
    return [
        Ack(facility, sender.removeprefix("_edge/"), epoch, through, chain)
        for facility, sender, epoch, through, chain in rows
    ]
