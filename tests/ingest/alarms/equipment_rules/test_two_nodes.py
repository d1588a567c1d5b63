"""Two senders of one name."""

from typing import Any

import psycopg
import pytest

from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked


@pytest.mark.parametrize(("overlap_min", "found"), [(15, []), (16, [("two-nodes", "n05")])])
def test_two_nodes_of_one_name(looked: Looked, owner: psycopg.Connection[Any], overlap_min: int, found: object) -> None:
    """Two epochs of one name that both go on: an old one may end for a quarter of an hour, as after a restart."""
    owner.execute(
        "INSERT INTO sequence_state (facility_id, sender, epoch, started_at, updated_at) VALUES"
        " ('vale', 'n05', '00000001', %(long_ago)s, %(now)s), ('vale', 'n05', '00000002', %(began)s, %(now)s)",
        {"long_ago": minute(-600), "began": minute(1 - overlap_min), "now": minute(1)},
    )

    assert looked.look(1.5) == found


def test_history_that_was_brought_beside_a_gateway_is_no_second_one(
    looked: Looked, owner: psycopg.Connection[Any]
) -> None:
    """Its epoch begins beside that of the gateway, lasts five minutes and is over; the gateway goes on as before."""
    owner.execute(
        "INSERT INTO sequence_state (facility_id, sender, epoch, started_at, updated_at) VALUES"
        " ('vale', '_edge/gw1', '000000a1', %(long_ago)s, %(now)s),"
        " ('vale', '_edge/gw1', '000000a2', %(began)s, %(end)s)",
        {"long_ago": minute(-600), "began": minute(-30), "end": minute(-25), "now": minute(1)},
    )

    assert looked.look(1.5) == []
