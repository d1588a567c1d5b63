"""Case 8: a level that nobody is told of."""

from pathlib import Path

import httpx
import pytest

from ingest.alarms import Equipment
from ingest.store import Store
from ingest.values import Connection
from tests.api import people
from tests.api.server import ApiServer
from tests.ingest.alarms.dam import EN, minute
from tests.ingest.notifications.desk import opened
from tests.servers import TestDatabase
from texts import record


@pytest.mark.case("8", "A level of a plan that nobody is told of is an alarm, until somebody is.")
def test_a_level_that_nobody_is_told_of_is_a_fault(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path
) -> None:
    """Nobody at all; the authority from red on; the shift from yellow on. The api shows it."""
    with opened(connection, store, vale) as desk:
        equipment = Equipment(tmp_path, None, lambda: desk.dam.now)

        def titles(at: float) -> list[str]:
            desk.dam.now = minute(at)
            with desk.dam.connection.transaction():
                equipment.look(desk.dam.connection)
            desk.notifier.round()
            return desk.dam.titles("rule = 'no-recipient' AND closed_at IS NULL")

        nobody = titles(1)
        desk.add("authority", from_level=3)
        some = titles(2)
        people.add_user(vale.conninfo(), "reader", vale="read")
        server = ApiServer(tmp_path, vale.conninfo("tailwatch_api")).start()
        with httpx.Client(base_url=server.url, timeout=60) as client:
            people.log_in(client, "reader")
            shown = client.get("/api/v1/alarms", params={"family": "maintenance"}).json()["alarms"]
        server.stop()
        desk.add("shift")

        assert nobody == ["Nobody is called for yellow and orange and red: plans overtopping"]
        assert some == ["Nobody is called for yellow and orange: plans overtopping"]
        assert some[0] in [record.title(one["title"], one["detail"], EN, record.utc) for one in shown]
        assert titles(3) == []
