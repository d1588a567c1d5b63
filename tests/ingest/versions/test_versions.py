"""Tests of versions: two people, one facility file, and the agents that get it."""

import msgspec
import pytest

from ingest import versions
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from ingest.versions import ApplicationOutcome, Publisher, Stale, ValueChange
from ingest.versions.facility import FacilityRefused
from tailings.facility import parse
from tests.ingest.conftest import VALE
from wire import topics

FIRST = VALE.read_text()
ANNA, BERT = "user:1", "user:2"


def made(version: int, *changes: tuple[str, str], text: str = FIRST) -> str:
    """A file with another version and some words replaced, each once."""
    for before, after in (("version = 1\n", f"version = {version}\n"), *changes):
        assert before in text
        text = text.replace(before, after, 1)
    return text


def apply(connection: Connection, text: str, author: str = ANNA) -> ApplicationOutcome:
    """Apply in a transaction."""
    with connection.transaction():
        return versions.apply(connection, parse(text), text, author)


def test_a_file_made_from_the_stored_one_is_applied(connection: Connection) -> None:
    """The next version is stored, with author and what changed; the same file again changes nothing."""
    text = made(2, ("crest_m = 342.0", "crest_m = 343.5"), ('serial = "1912320"', 'serial = "2024001"'))
    done = apply(connection, text)

    assert done.outcome == "new"
    assert [str(change) for change in done.changes] == [
        "geometry[0].crest_m: 342.0 -> 343.5",
        'instruments.n02:vw1.serial: "1912320" -> "2024001"',
    ]
    assert apply(connection, text).outcome == "same"
    told = [(one.version, one.author) for one in versions.history(connection, "vale")]
    assert told == [(2, ANNA), (1, "program:tailwatch_ingest")]
    serial = "SELECT serial, retired_at FROM instrument WHERE node_id = 'n02' AND id = 'vw1'"
    assert connection.execute(serial).fetchone() == ("2024001", None)


def test_the_second_of_two_people_is_refused(connection: Connection) -> None:
    """Both made version 2 from version 1; the second one is told what the first one changed, and how to go on."""
    apply(connection, made(2, ("crest_m = 342.0", "crest_m = 343.5")))
    with pytest.raises(Stale) as refused:
        apply(connection, made(2, ("tip_elevation_m = 312.1", "tip_elevation_m = 312.4")), BERT)

    sentence = str(refused.value)
    assert "this file was made from version 1, and version 2 was applied on" in sentence
    assert "by user:1. That changed geometry[0].crest_m: 342.0 -> 343.5." in sentence
    assert sentence.endswith("put your changes into it and set version = 3.")
    assert [one.version for one in versions.history(connection, "vale")] == [2, 1]


def test_an_exported_file_says_what_it_was_made_from(connection: Connection) -> None:
    """A raised number does not help a file that was exported before another one's change."""
    stored = versions.newest(connection, "vale")
    assert stored is not None
    exported = versions.export(stored)
    apply(connection, made(2, ("crest_m = 342.0", "crest_m = 343.5"), text=exported))
    with pytest.raises(Stale, match="made from version 1"):
        apply(connection, made(3, ("crest_m = 342.0", "crest_m = 340.0"), text=exported), BERT)

    newest = versions.newest(connection, "vale")
    assert newest is not None
    again = versions.export(newest)
    assert again.count("# made from version") == 1
    third = again.replace("version = 2\n", "version = 3\n", 1).replace("crest_m = 343.5", "crest_m = 344.0")
    assert apply(connection, third, BERT).changes == [ValueChange("geometry[0].crest_m", "343.5", "344.0")]


def test_a_number_left_out_is_refused(connection: Connection) -> None:
    """The versions of a facility have no gap."""
    with pytest.raises(FacilityRefused, match="must say version = 2, not 5"):
        apply(connection, made(5, ("crest_m = 342.0", "crest_m = 343.5")))
    with pytest.raises(RevisionRefused, match="no facility 'gone'"):
        versions.history(connection, "gone")


def test_what_is_added_and_removed_is_named(connection: Connection) -> None:
    """A retired datastream and a second calibration stand in the list of changes."""
    rain = '[datastreams."n01:rain.rain"]\nquantity = "rain"\nunit = "mm"\n'
    changes = [str(change) for change in apply(connection, made(2, (rain, ""))).changes]
    assert changes == ["datastreams.n01:rain.rain removed"]


def test_each_agent_gets_the_stored_file(connection: Connection) -> None:
    """Published once for each version, and again when the broker was away; what did not leave is tried again."""
    left: list[tuple[str, bytes]] = []
    line = [False]

    def send(topic: str, payload: bytes) -> bool:
        if line[0]:
            left.append((topic, payload))
        return line[0]

    publisher = Publisher(send)
    publisher.publish(connection)
    line[0] = True
    publisher.publish(connection)
    publisher.publish(connection)
    second = made(2, ("crest_m = 342.0", "crest_m = 343.5"))
    apply(connection, second)
    publisher.publish(connection)
    publisher.again()
    publisher.publish(connection)

    topic, approvals = (
        topics.agent_config("vale", "gw1"),
        (topics.agent_approvals("vale", "gw1"), b'{"approvals":[],"withdrawals":[]}'),
    )
    first, newer = (topic, FIRST.encode()), (topic, second.encode())
    assert left == [first, approvals, newer, newer, approvals]


def test_each_agent_gets_the_approvals_given_here(connection: Connection) -> None:
    """All of them, the oldest first, once each time that there is another."""
    left: list[bytes] = []
    publisher = Publisher(lambda topic, payload: topic.endswith("config") or left.append(payload) is None)
    values = "VALUES ('vale', 'pond', 'd', 'Engineer of Record', 'user:2', 'looked at', '2026-05-01T23:00Z', %s)"
    columns = "facility_id, plan, digest, role, author, note, approved_at, valid_to"
    for valid_to in ("2026-12-31", None):
        connection.execute(f"INSERT INTO tarp_approval ({columns}) {values}".encode(), (valid_to,))
        publisher.publish(connection)
        publisher.publish(connection)

    assert len(left) == 2
    given = msgspec.json.decode(left[1])["approvals"]
    assert [one.pop("valid_to") for one in given] == ["2026-12-31", None]
    assert given[0] == {
        "plan": "pond",
        "digest": "d",
        "approved_by": "Engineer of Record",
        "approved_on": "2026-05-01",
        "withdrawn_on": None,
    }


def test_what_moves_is_replaced_or_leaves_keeps_its_series(connection: Connection) -> None:
    """A node moved, an instrument replaced, a datastream retired: the history has each with its day, no row is gone."""
    ids = dict(connection.execute("SELECT name, id FROM datastream").fetchall())
    number = ids["vale:n02:vw1.decay"]
    connection.execute("INSERT INTO observation VALUES (%s, now() - interval '1 day', 0.9, 1)", (number,))
    decay = '[datastreams."n02:vw1.decay"]\nquantity = "decay-ratio"\nunit = "1"\n'
    done = apply(
        connection,
        made(2, ("chainage_m = 20.0", "chainage_m = 24.5"), ('serial = "1912320"', 'serial = "2024001"'), (decay, "")),
    )
    newest, first = versions.history(connection, "vale")
    moved = [one.document["nodes"]["n02"]["position"]["chainage_m"] for one in (first, newest)]

    assert {str(change).partition(": ")[0].partition(" ")[0] for change in done.changes} == {
        "nodes.n02.position.chainage_m",
        "instruments.n02:vw1.serial",
        "datastreams.n02:vw1.decay",
    }
    assert moved == [20.0, 24.5] and newest.applied_at > first.applied_at
    assert dict(connection.execute("SELECT name, id FROM datastream").fetchall()) == ids
    kept = "SELECT retired_at IS NOT NULL, (SELECT count(*) FROM observation o WHERE o.datastream_id = d.id)"
    row = connection.execute(f"{kept} FROM datastream d WHERE id = %s".encode(), (number,)).fetchone()
    assert row == (True, 1)
