"""The command that retires a gateway: refused while it is heard, and then what it held is lost."""

import pytest

from ingest.commands.kind import CommandRefused, Task
from ingest.commands.kinds import retire_gateway
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import arrival, message, pack


def asked(connection: Connection, gateway: str) -> dict[str, object]:
    task = Task(id=1, kind="retire-gateway", facility="vale", author="user:3", body={}, attempts=1)
    body = retire_gateway.Body(gateway, "burnt down with its hut")
    return retire_gateway.carry_out(connection, task, body, lambda share: None)


def test_a_gateway_is_retired_when_it_is_silent(store: Store, connection: Connection) -> None:
    """One that nobody knows and one that was heard just now are refused with what to do."""
    for seq, packs in ((0, [pack(0)]), (2, [pack(4, 4)])):
        with connection.transaction():
            store.write(connection, [arrival(message(seq, packs=packs))])

    with pytest.raises(CommandRefused, match="never sent"):
        asked(connection, "gw9")
    with pytest.raises(CommandRefused, match="within the hour"):
        asked(connection, "gw1")
    connection.execute("UPDATE sequence_state SET updated_at = now() - interval '2 hours'")
    assert asked(connection, "gw1") == {"lost": {"n07": 3}}
