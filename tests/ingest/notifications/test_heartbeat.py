"""The heartbeat: an address is asked after a commit and while every check says so; what fails is told once."""

from collections.abc import Iterator

import psycopg
import pytest

from ingest.notifications import BadAddress
from ingest.notifications.heartbeat import Check, Heartbeat, Target
from tests.ingest.waiting import until
from tests.outside import Outside
from tests.servers import TestDatabase

ROWS = "SELECT name, host, sent_at IS NOT NULL, failing_since IS NOT NULL FROM heartbeat"

JUDGED = """
INSERT INTO assessment (facility_id, made_at, valid_until, verdict, document)
SELECT id, now(), now() + interval '3 minutes', 'green', '{}' FROM facility"""


@pytest.fixture
def outside() -> Iterator[Outside]:
    """A service that counts."""
    with Outside() as one:
        yield one


def heart(database: TestDatabase, outside: Outside, *checks: Check) -> Heartbeat:
    """A heartbeat ten times a second."""
    target = Target(f"http://127.0.0.1:{outside.port}/secret-path", 0.1, ["127.0.0.1"])
    return Heartbeat(database.conninfo("tailwatch_ingest"), "ingest-1", target, checks)


def test_it_beats_while_every_part_works(
    database: TestDatabase, outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    """One part that does not work stops it, with one line that says which; it goes on by itself."""
    trouble = [""]
    one = heart(database, outside, lambda: "", lambda: trouble[0])
    one.start()
    until(lambda: len(outside.pings) > 2)
    trouble[0] = "alarms are not followed"
    said: list[str] = []

    def is_told(words: str) -> bool:
        said.append(capsys.readouterr().err)
        return words in "".join(said)

    until(lambda: is_told("heartbeat-withheld"))
    stopped, committed_s = len(outside.pings), one.committed_s
    until(lambda: one.committed_s > committed_s + 0.3)
    assert len(outside.pings) == stopped
    trouble[0] = ""
    until(lambda: len(outside.pings) > stopped + 2)
    one.close()

    assert is_told("alarms are not followed") and is_told("heartbeat-goes-on")
    assert "".join(said).count("heartbeat-withheld") == 1


def test_what_is_not_taken_is_a_row_for_the_alarm(
    database: TestDatabase, outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    """Since when it fails stays what it was; one line, without the path, which is a secret."""
    outside.status = 503
    one = heart(database, outside)
    one.start()
    until(lambda: len(outside.pings) > 3)
    one.close()

    with psycopg.connect(database.conninfo("tailwatch_api")) as connection:
        assert connection.execute(ROWS).fetchall() == [("ingest-1", "127.0.0.1", False, True)]
    told = capsys.readouterr().err
    assert told.count("heartbeat-not-taken") == 1 and "503" in told
    assert "secret-path" not in told


def test_a_facility_that_nobody_judges_stops_it(
    vale: TestDatabase, outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    """An assessment that has expired, or was never made, is a centre that sees nothing."""
    one = heart(vale, outside)
    one.start()
    said: list[str] = []
    until(lambda: said.append(capsys.readouterr().err) or "nobody has judged vale" in "".join(said))
    assert not outside.pings
    with psycopg.connect(vale.conninfo("tailwatch_ingest")) as connection:
        connection.execute(JUDGED)
    until(lambda: len(outside.pings) > 1)
    one.close()


def test_an_ingest_without_an_address_forgets_the_old_one(database: TestDatabase, outside: Outside) -> None:
    """Nobody is called for a heartbeat that an operator has taken out of the settings."""
    one = heart(database, outside)
    one.start()
    until(lambda: len(outside.pings) > 1)
    one.close()
    without = Heartbeat(database.conninfo("tailwatch_ingest"), "ingest-1", None, [])
    without.start()
    until(lambda: without.committed_s > 0)
    without.close()

    with psycopg.connect(database.conninfo("tailwatch_api")) as connection:
        assert connection.execute(ROWS).fetchall() == []


def test_a_host_that_nobody_allows_is_refused() -> None:
    """The settings are wrong before anything is asked."""
    with pytest.raises(BadAddress, match="https"):
        Target("http://10.0.0.5/ping", 60)
