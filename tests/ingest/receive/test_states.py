"""States: the newest word of each agent in the database, by the real program and by hand."""

import json
from datetime import UTC, datetime

import pytest

from ingest.receive.states import States
from ingest.values import Connection
from tests.ingest.site import Site
from tests.ingest.waiting import until
from wire import topics

TOPIC = topics.agent_state("vale", "gw1")
AT_MS = 1_764_079_200_000
DOCUMENT = {
    "state": "online",
    "at_ms": AT_MS,
    "links": {"uplink": {"is_connected": True}},
    "configuration": {"version": 3, "hash": "ab" * 32, "refused": {"hash": "cd" * 32, "why": "line 4: unit"}},
    "backlog": {"batches": 7, "bytes": 700, "limit": 1000, "oldest_ms": AT_MS - 60_000},
}
WORDS = "SELECT is_online, told_at, batches, oldest_at, cfg, refused_why, document FROM agent_state"


def written(connection: Connection, *payloads: bytes, topic: str = TOPIC) -> list[tuple[object, ...]]:
    """What the table holds after these were heard and written one after the other."""
    states = States()
    for payload in payloads:
        states.heard(topic, payload)
        with connection.transaction():
            states.write(connection)
    return connection.execute(WORDS).fetchall()


def test_an_agents_word_is_kept_and_stays_when_it_goes(connection: Connection) -> None:
    """Backlog, configuration and the reason of a refusal; offline changes only that it is offline."""
    (row,) = written(connection, json.dumps(DOCUMENT).encode(), b'{"state":"offline"}')

    told, oldest = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (AT_MS, AT_MS - 60_000))
    assert row == (False, told, 7, oldest, 3, "line 4: unit", DOCUMENT)


@pytest.mark.parametrize(("late_s", "kept"), [(0.0, 0.0), (-259_200.0, 259_200.0), (None, 7.0)])
def test_a_gateways_clock_is_held_against_the_centres(
    connection: Connection, late_s: float | None, kept: float
) -> None:
    """By how much it was ahead when it said its time; a document that the broker had kept says nothing of it."""
    states, heard_s = States(), None if late_s is None else AT_MS / 1000 + late_s
    for payload, when in ((DOCUMENT | {"at_ms": 1}, 1 / 1000 - 7), (DOCUMENT, heard_s)):
        states.heard(TOPIC, json.dumps(payload).encode(), when)
        with connection.transaction():
            states.write(connection)

    assert connection.execute("SELECT clock_ahead_s FROM agent_state").fetchall() == [(pytest.approx(kept),)]


def test_an_older_agent_says_less(connection: Connection) -> None:
    """A document without backlog and configuration is kept as it is."""
    assert written(connection, b'{"state":"online"}') == [(True, None, None, None, None, None, {"state": "online"})]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b'{"state":"tired"}',
        b'{"state":"online","at_ms":-1}',
        b'{"state":"online","at_ms":9e99}',
        b'{"state":"online","x":"\\u0000"}',
        b'{"state":"online","backlog":{"batches":"7"}}',
        b"\xff",
        b"[" * 100_000,
        b'{"state":"online","x":1e999}',
        b'{"state":"online","x":' + b"9" * 5000 + b"}",
        b'{"state":"online","x":"\xff"}',
        *(b'{"state":"online","x":' + b"[" * depth + b"]" * depth + b"}" for depth in (16, 5_000, 100_000)),
    ],
)
def test_what_is_no_state_is_told_once_and_not_kept(
    connection: Connection, capsys: pytest.CaptureFixture[str], payload: bytes
) -> None:
    """The next one counts."""
    states = States()
    states.heard(TOPIC, payload)
    states.heard(TOPIC, payload)
    with connection.transaction():
        states.write(connection)

    assert connection.execute(WORDS).fetchall() == []
    assert capsys.readouterr().err.count("agent-state-unreadable") == 1


def test_what_was_rolled_back_is_written_with_the_next_look(connection: Connection) -> None:
    """An agent says once that it goes: a line that breaks under the commit must not leave it online for ever."""
    states = States()
    states.heard(TOPIC, b'{"state":"online"}')
    with connection.transaction():
        states.write(connection)
    states.heard(TOPIC, b'{"state":"offline"}')
    with connection.transaction(force_rollback=True):
        states.write(connection)

    with connection.transaction():
        states.write(connection)

    assert connection.execute("SELECT is_online FROM agent_state").fetchall() == [(False,)]


def test_a_topic_of_nobody_is_left(connection: Connection) -> None:
    """A node's state is none of an agent."""
    assert written(connection, b'{"state":"online"}', topic=topics.state("vale", "n07")) == []


def test_ingest_hears_agents_and_says_how_it_is(site: Site) -> None:
    """A state that was retained before it came, and its own row: connected, nothing tried again, nothing waiting."""
    agent = site.agent()
    agent.tell_state(json.dumps(DOCUMENT).encode())
    site.start()

    until(lambda: site.query("SELECT 1 FROM agent_state") != [] and site.query("SELECT 1 FROM ingest_state") != [])
    assert site.query("SELECT agent_id, batches, cfg FROM agent_state") == [("gw1", 7, 3)]
    until(lambda: site.query("SELECT is_connected FROM ingest_state") == [(True,)])
    assert site.query("SELECT retries, waiting_bytes FROM ingest_state") == [(0, 0)]
