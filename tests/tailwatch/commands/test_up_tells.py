"""What `tailwatch up` tells of its own, against a real database."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tailwatch import owner
from tailwatch.commands._up_tells import UndeclaredChannels
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, TestDatabase, fresh_database

REFUSED = (
    "INSERT INTO quarantine (facility_id, sender, received_at, reason, raw, bytes, readings, channels, stage)"
    " VALUES ('vale', 'n07', now(), 'unknown-datastream', uuid_send(gen_random_uuid()), 16, 2, %s, 'edge')"
)
SEE = "In another terminal, for the lines that declare them: tailwatch ledger show --facility vale --state"


@pytest.fixture
def vale(cluster: Database) -> Iterator[TestDatabase]:
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        yield fresh


def test_a_channel_that_is_not_declared_is_told_once(vale: TestDatabase, tmp_path: Path) -> None:
    """With its count and the command that shows it; again only what came since, and nothing of a database that is
    not there yet."""
    told: list[tuple[str, str]] = []
    tells = UndeclaredChannels(tmp_path, ["vale"], lambda *line: told.append(line))
    tells.look()
    file = tmp_path / owner.CONNINFO
    file.parent.mkdir()
    file.write_text(vale.conninfo())
    tells.look()
    with psycopg.connect(vale.conninfo(), autocommit=True) as connection:
        before = list(told)
        for channels in (["n07:odd.thing", "n07:spare.voltage"], ["n07:spare.voltage"]):
            connection.execute(REFUSED, (channels,))
        tells.look()
        tells.look()
        connection.execute(REFUSED, (["n07:late.thing", "n07:odd.thing"],))
        tells.look()

    first = "n07:odd.thing (waits in 1 message), n07:spare.voltage (waits in 2 messages)"
    assert before == []
    assert told == [
        ("tailwatch", f"vale does not declare {first}. {SEE} {tmp_path}"),
        ("tailwatch", f"vale does not declare n07:late.thing (waits in 1 message). {SEE} {tmp_path}"),
    ]


def test_many_channels_are_one_line(vale: TestDatabase, tmp_path: Path) -> None:
    """A logger with a hundred columns fills no terminal: ten by name, the others as a number."""
    told: list[str] = []
    file = tmp_path / owner.CONNINFO
    file.parent.mkdir()
    file.write_text(vale.conninfo())
    with psycopg.connect(vale.conninfo()) as connection:
        connection.execute(REFUSED, ([f"n07:log.c{place:02}" for place in range(100)],))
    UndeclaredChannels(tmp_path, ["vale"], lambda _, line: told.append(line)).look()

    (line,) = told
    assert line.count("(waits in 1 message)") == 10 and "n07:log.c09 (waits in 1 message), and 90 more. In" in line
