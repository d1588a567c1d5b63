"""Who is on duty at the demo dam, against a real database, with a message as the notifier sends it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.database import connect
from ingest.notifications import by_apprise, recipients, rotas
from tailings.rota import gaps_ahead
from tailwatch.commands._ingest_rights import CONNINFO
from tailwatch.demo.duty import Duty, Pager, shifts_of_the_demo
from tailwatch.ports import Ports
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, fresh_database


@pytest.fixture
def folder(cluster: Database, tmp_path: Path) -> Iterator[Path]:
    """A state folder with a database that knows vale."""
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        file = tmp_path / CONNINFO
        file.parent.mkdir()
        file.write_text(fresh.conninfo("tailwatch_ingest"))
        yield tmp_path


def test_somebody_is_on_duty_at_any_time_and_is_told_here(folder: Path) -> None:
    """Two shifts without a gap for four weeks, written once; a message goes to the terminal with its name, by the way
    that all notifications go."""
    told: list[tuple[str, str]] = []
    pager = Pager(Ports(folder / "ports.json"), lambda *line: told.append(line))
    for _ in range(2):
        Duty("vale", folder, pager, lambda *line: told.append(line), shifts=shifts_of_the_demo()).turn()
    with connect((folder / CONNINFO).read_text()) as connection:
        rota = rotas.of_facility(connection, "vale")
        addresses = {one.name: one.address for one in recipients.known(connection)}
        (written,) = connection.execute("SELECT count(*) FROM recipient").fetchone() or (0,)
    by_apprise(["127.0.0.1"])(addresses["Inês"], "RED vale: pore pressure", "since 03:10")
    pager.close()

    assert rota is not None and gaps_ahead(rota, datetime.now(UTC)) == []
    assert {shift.name for shift in rota.shifts} == {"Day", "Night"}
    assert written == len(addresses) == 5
    assert told[1:] == [("pager", "to Inês: RED vale: pore pressure")]
    assert "page Alarms, Recipients" in told[0][1]
