"""Losses: a pack is told as lost only when no batch is missing that may bring it.

A gateway acknowledges packs to its node once they are in its buffer, so the node lets go of them; from what comes next
the centre sees that they are missing. While the gateway has batches missing here they may be in those: one ingest of
two has ended, and the broker keeps its share until its session expires; a batch finds no room in quarantine. Then what
became missing is pending (`held_by` of the node's page). It is lost once the sequence of the gateway has no gap, or
goes on in another epoch: what it had in the old one is in the new one, or gone. Where a node has changed its gateway
each of several may bring it; the last of them decides.

A gateway that is gone for ever with a batch missing would hold them for ever: a person retires it (`retire`). Until
then the ledger tells since when nobody has settled them.

It is decided under the lock of the gateway's own sequence state, which every batch of it takes.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from ingest.store import ledger
from ingest.store.ledger import Key
from ingest.store.page import LedgerEntry
from ingest.values import Arrival, Connection

HELD: Final = """
SELECT facility_id, sender, epoch FROM sequence_state WHERE held_by IS NOT NULL
AND EXISTS (SELECT FROM unnest(%s::text[], %s::text[]) AS agent (facility_id, id)
            WHERE agent.facility_id = sequence_state.facility_id AND agent.id = ANY (string_to_array(held_by, ' ')))"""

STATES_OF: Final = "SELECT facility_id, sender, epoch FROM sequence_state WHERE facility_id = %s AND sender = %s"
Agent = tuple[str, str]
"""Facility and agent."""


def decide(connection: Connection, arrivals: Sequence[Arrival], pages: dict[Key, LedgerEntry]) -> None:
    """Set who holds what is missing of the nodes of these arrivals, which are entered; open the pages of the others
    that an agent has held and holds no more."""
    last = {(arrival.facility, arrival.agent): arrival for arrival in arrivals if arrival.head is not None}
    newest: dict[Agent, LedgerEntry] = {
        agent: pages[one.facility, one.sender, one.head.epoch] for agent, one in last.items() if one.head is not None
    }
    decided = sorted(agent for agent, page in newest.items() if page.is_newly_complete)
    if decided:
        found = connection.execute(HELD, [list(column) for column in zip(*decided, strict=True)]).fetchall()
        keys = [(facility, sender, epoch) for facility, sender, epoch in found]
        if missing := [key for key in keys if key not in pages]:
            pages.update(ledger.open_pages(connection, missing))
        for key in keys:
            pages[key].release({agent for facility, agent in decided if facility == key[0]})
    incomplete = {agent for agent, page in newest.items() if not page.is_complete}
    if not incomplete:
        return
    for arrival in arrivals:
        if (arrival.facility, arrival.agent) in incomplete and arrival.batch is not None:
            for pack in arrival.batch.packs:
                pages[arrival.facility, pack.node, pack.epoch].hold(arrival.agent)


def retire(connection: Connection, facility: str, agent: str, today: date) -> dict[str, int]:
    """Take what this agent may still bring as lost, inside the open transaction; return how many packs by node.

    Should it bring them after all, they are stored and lost no more.
    """
    own = connection.execute(STATES_OF, (facility, f"_edge/{agent}")).fetchall()
    ledger.open_pages(connection, [(name, sender, epoch) for name, sender, epoch in own])
    held = connection.execute(HELD, ([facility], [agent])).fetchall()
    pages = ledger.open_pages(connection, [(name, sender, epoch) for name, sender, epoch in held])
    found: dict[str, int] = {}
    for (_, node, _), page in sorted(pages.items()):
        page.release({agent})
        if page.held_by is None:
            found[node] = found.get(node, 0) + page.newly_lost
    ledger.write_pages(connection, pages, today)
    return found
