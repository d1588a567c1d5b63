"""Nobody is on duty by the rota: told before it comes, and its alarms go to all of the rota."""

from pathlib import Path

from ingest.alarms import Equipment
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.alarms.dam import minute
from tests.ingest.notifications.desk import opened
from tests.servers import TestDatabase

TOLD = """
SELECT r.name FROM notification n JOIN recipient r ON r.id = n.recipient_id WHERE n.kind = 'raised' ORDER BY r.name"""


def test_a_gap_is_told_before_it_comes_and_its_alarms_go_to_all(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path
) -> None:
    """Nobody from 18:00 to 22:00: a fault from the day before on, until a stand-in is found; at 19:00 both ring."""
    with opened(connection, store, vale) as desk:
        for name in ("Ana", "Rui"):
            desk.add(name)
        hours = {"begins": "06:00", "ends": "06:00", "first_day": "2025-11-24"}
        desk.ask("set-shift", "user:1", name="Duty", members=["Ana", "Rui"], **hours)
        equipment = Equipment(tmp_path, None, lambda: desk.dam.now)

        def titles(at: float) -> list[str]:
            desk.dam.now = minute(at)
            with desk.dam.connection.transaction():
                equipment.look(desk.dam.connection)
            return desk.dam.titles("rule = 'rota-gap' AND closed_at IS NULL")

        whole = titles(1)
        desk.absent("Ana", "2025-11-24 18:00+00", "2025-11-24 22:00+00", None)
        open_ = titles(2)
        desk.raise_pond(180)
        desk.run_until(minute(182))
        called = desk.dam.rows(TOLD)
        desk.absent("Ana", "2025-11-24 18:00+00", "2025-11-24 22:00+00", "Rui")

        assert (whole, titles(183)) == ([], [])
        assert open_ == ["Nobody on duty from 2025-11-24 18:00Z to 2025-11-24 22:00Z"]
        assert called == [("Ana",), ("Rui",)]
