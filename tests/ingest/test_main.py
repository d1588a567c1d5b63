"""The program as a whole: real processes, broker and database, and what happens when one of them is killed."""

import signal
import threading
import zlib
from pathlib import Path

import paho.mqtt.client as mqtt
import psycopg

from ingest.store import commit
from tests.ingest.batches import RAW, START_S, message, pack, reading
from tests.ingest.conftest import VALE
from tests.ingest.site import Site
from tests.ingest.waiting import until
from tests.servers import Database

LEDGER = "SELECT sent, stored, quarantined, duplicate, pending FROM ledger_epoch WHERE sender = %s"
BLOCKED = """SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"""


def batches(count: int, first: int = 0) -> list[bytes]:
    """Batches of three readings and one pack each, one minute apart."""
    return [
        message(
            seq,
            [reading(START_S + 60 * seq + second, seq + second / 10) for second in range(3)],
            [pack(seq, at_s=START_S + 60 * seq)],
        )
        for seq in range(first, first + count)
    ]


def values(count: int) -> list[tuple[str, float, float]]:
    """What the database must hold after `count` batches."""
    name = f"vale:{RAW}"
    return [(name, START_S + 60 * seq + second, seq + second / 10) for seq in range(count) for second in range(3)]


def test_a_batch_is_stored_and_acked(site: Site) -> None:
    """A batch reaches the database, the ledger and, as a retained ack, the agent."""
    site.start()
    agent = site.agent()
    agent.send(*batches(5))
    agent.wait_for_ack(4)

    assert site.stored() == values(5)
    assert site.query(LEDGER, "n07") == [(5, 5, 0, 0, 0)]
    assert site.query(LEDGER, "_edge/gw1") == [(5, 5, 0, 0, 0)]


def test_batches_in_cbor_over_mqtt_3_1_1_are_stored(site: Site) -> None:
    """A bridge of MQTT 3.1.1 drops the content type: the first byte says which form a batch has, compressed or not."""
    site.start()
    agent = site.agent(protocol=mqtt.MQTTv311)
    rows = [[reading(START_S + 60 * seq + second, seq + second / 10) for second in range(3)] for seq in range(3)]
    json, in_cbor, squeezed = (message(seq, rows[seq], is_cbor=seq > 0) for seq in range(3))
    agent.send(json, in_cbor, zlib.compress(squeezed))
    agent.wait_for_ack(2)

    assert (json[0], in_cbor[0], squeezed[0]) == (0x5B, 0x89, 0x89)
    assert site.stored() == values(3)
    assert site.query("SELECT count(*) FROM quarantine") == [(0,)]


def test_a_repeat_changes_nothing_but_its_count(site: Site) -> None:
    """Batches that come again are acknowledged again and counted as duplicates; no row changes."""
    site.start()
    agent = site.agent()
    agent.send(*batches(5))
    agent.wait_for_ack(4)
    agent.send(*batches(5))
    until(lambda: site.query(LEDGER, "_edge/gw1") == [(5, 5, 0, 5, 0)])

    assert site.stored() == values(5)
    assert site.query(LEDGER, "n07") == [(5, 5, 0, 0, 0)]


def test_killed_inside_the_transaction(site: Site) -> None:
    """kill -9 before the commit leaves nothing; the next process stores and acks everything, once."""
    process = site.start()
    agent = site.agent()
    with psycopg.connect(site.database.conninfo("tailwatch_owner", site.name)) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(%s)", (commit.LOCK,))
        agent.send(*batches(3))
        until(lambda: site.query(BLOCKED) == [(1,)])
        process.kill()
        process.wait(60)
    assert site.stored() == []

    site.start()
    agent.wait_for_ack(2)

    assert site.stored() == values(3)
    assert site.query(LEDGER, "n07") == [(3, 3, 0, 0, 0)]


def test_killed_between_commit_and_ack(site: Site) -> None:
    """kill -9 after the commit, before any ack: nothing is stored twice and the next process gives the ack."""
    process = site.start()
    agent = site.agent()
    with psycopg.connect(site.database.conninfo("tailwatch_owner", site.name)) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(%s)", (commit.LOCK,))
        agent.send(*batches(3))
        until(lambda: site.query(BLOCKED) == [(1,)])
        site.line.cut()
    until(lambda: site.stored() == values(3))
    process.kill()
    process.wait(60)
    site.line.mend()
    site.start()
    agent.wait_for_ack(2)

    assert site.stored() == values(3)
    assert site.query(LEDGER, "n07") == [(3, 3, 0, 0, 0)]


def test_two_processes_side_by_side(site: Site) -> None:
    """Two processes share the batches of two agents; each batch is stored once and both ledgers add up."""
    site.start("ingest-1")
    site.start("ingest-2")
    agents = [site.agent("gw1"), site.agent("gw2")]
    halves = [
        [message(seq, [reading(START_S + 2 * seq + half, seq)], agent=agent.agent) for seq in range(100)]
        for half, agent in enumerate(agents)
    ]
    senders = [threading.Thread(target=agent.send, args=half) for agent, half in zip(agents, halves, strict=True)]
    for sender in senders:
        sender.start()
    for agent in agents:
        agent.wait_for_ack(99)

    assert [time_s for _, time_s, _ in site.stored()] == [START_S + second for second in range(200)]
    assert site.query(LEDGER, "_edge/gw1") == site.query(LEDGER, "_edge/gw2") == [(100, 100, 0, 0, 0)]


def test_a_poison_batch_goes_to_quarantine_once(site: Site) -> None:
    """A batch that cannot be read is kept as it came, acknowledged, and holds up nobody."""
    site.start()
    agent = site.agent()
    good = batches(3)
    poison = good[1].replace(b'"v":1,', b'"v":"x",')
    agent.send(good[0], poison, poison, good[2])
    agent.wait_for_ack(2)
    until(lambda: site.query(LEDGER, "_edge/gw1") == [(3, 2, 1, 1, 0)])

    assert site.stored() == [row for row in values(3) if int(row[2]) != 1]
    assert site.query("SELECT seq, reason, stage, times, raw FROM quarantine") == [(1, "number", "ingest", 1, poison)]


def test_ends_in_order_when_asked(site: Site) -> None:
    """SIGTERM ends the program with exit code 0."""
    process = site.start()
    process.send_signal(signal.SIGTERM)

    assert process.wait(60) == 0


def test_the_database_is_killed_and_comes_back(reachable_folder: Path) -> None:
    """kill -9 of the database while batches arrive: ingest waits, connects again, and nothing is lost or twice."""
    own = Database.start(reachable_folder / "database", is_durable=False)
    with Site.open(reachable_folder, own, "tailwatch", VALE) as site:
        site.start()
        agent = site.agent()
        agent.send(*batches(2))
        agent.wait_for_ack(1)
        own.kill()
        agent.send(*batches(3, first=2))
        until(lambda: "database-lost" in site.log("ingest-1"))
        own.run()
        agent.wait_for_ack(4)

        assert site.stored() == values(5)
        assert site.query(LEDGER, "n07") == [(5, 5, 0, 0, 0)]
    own.stop()


def test_out_of_connections_is_waited_out(site: Site) -> None:
    """A server that has no connection left for ingest is asked again until it has."""
    role = "ALTER ROLE tailwatch_ingest CONNECTION LIMIT %d"
    with psycopg.connect(site.database.conninfo("postgres", site.name), autocommit=True) as admin:
        admin.execute(role % 0)
        try:
            process = site.launch("ingest-1")
            until(lambda: "database-lost" in site.log("ingest-1"))
        finally:
            admin.execute(role % -1)
    until(lambda: "connected link=broker" in site.log("ingest-1"))
    agent = site.agent()
    agent.send(*batches(1))
    agent.wait_for_ack(0)

    assert process.poll() is None
    assert site.stored() == values(1)


def test_ends_in_order_while_the_database_is_away(site: Site) -> None:
    """SIGTERM ends a program that waits for the database, too."""
    role = "ALTER ROLE tailwatch_ingest CONNECTION LIMIT %d"
    with psycopg.connect(site.database.conninfo("postgres", site.name), autocommit=True) as admin:
        admin.execute(role % 0)
        try:
            process = site.launch("ingest-1")
            until(lambda: "database-lost" in site.log("ingest-1"))
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            admin.execute(role % -1)


def test_a_schema_that_does_not_fit_ends_the_program(site: Site) -> None:
    """With a newer schema the program ends with exit code 2 and a sentence that says what to do."""
    with psycopg.connect(site.database.conninfo("tailwatch_owner", site.name)) as owner:
        owner.execute("INSERT INTO schema_migration (number, name, checksum) VALUES (9999, '9999_later.sql', '')")
    process = site.launch("ingest-1")

    assert process.wait(60) == 2
    assert "update the program" in site.log("ingest-1")


def test_the_broker_is_killed_and_comes_back(site: Site) -> None:
    """kill -9 of the broker: ingest subscribes again and publishes every newest ack again."""
    site.start()
    agent = site.agent()
    agent.send(*batches(2))
    agent.wait_for_ack(1)
    site.broker.kill()
    (site.broker.folder / "data" / "mosquitto.db").unlink(missing_ok=True)
    site.broker.run()
    fresh = site.agent()
    fresh.wait_for_ack(1)
    fresh.send(*batches(1, first=2))
    fresh.wait_for_ack(2)

    assert site.stored() == values(3)


def test_a_thread_that_dies_ends_the_program(site: Site) -> None:
    """The schema is brought up to date under a program that only waits: its keeper finds that, and it ends with 2."""
    process = site.start()
    until(lambda: site.query("SELECT 1 FROM ingest_state") != [])
    with psycopg.connect(site.database.conninfo("tailwatch_owner", site.name)) as owner:
        owner.execute("INSERT INTO schema_migration (number, name, checksum) VALUES (9999, '9999_later.sql', '')")
    with psycopg.connect(site.database.conninfo("postgres", site.name)) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = 'tailwatch_ingest'"
        )

    assert process.wait(20) == 2
    assert "thread=job-scheduler kind=SchemaMismatch" in site.log("ingest-1")
