"""/metrics: what it says of agents and of the certificate (who may read it is tested with the permissions)."""

import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from api.settings import Settings
from runtime.settings import BadSettings
from tailwatch.pki import Authority
from tests.api.server import ApiServer
from tests.servers import TestDatabase

CHAPTER = """
INSERT INTO sequence_state (facility_id, sender, epoch, sent, stored, lost, pending, duplicate, updated_at)
VALUES ('vale', '_edge/gw1', '0000000a', 10, 5, 3, 2, 4, now() - interval '100 s')"""


def figure(text: str, name: str) -> float:
    """The value of one line."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"no {name} in {text}"
    return float(found[1])


def test_agents_are_watched(own_server: ApiServer, own_database: TestDatabase) -> None:
    """How long an agent is silent, and how many of its batches are lost, on the way, sent again."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute("DELETE FROM sequence_state WHERE sender LIKE '\\_edge/%'")
        owner.execute(CHAPTER)
    text = httpx.get(f"{own_server.url}/metrics", timeout=60).text
    labels = '{agent="gw1",facility="vale"}'
    words = ("lost", "pending", "repeated")

    assert 100 <= figure(text, f"tailwatch_agent_silence_seconds{labels}") < 200
    assert [figure(text, f"tailwatch_agent_batches_{word}{labels}") for word in words] == [3, 2, 4]
    assert figure(text, f"tailwatch_agent_reading_age_seconds{labels}") > 0
    assert "tailwatch_certificate_seconds_left" not in text
    assert "tailwatch_standby_lag_seconds" not in text  # it reads at the primary alone


def test_a_node_without_packs_is_heard_by_its_readings(own_server: ApiServer, own_database: TestDatabase) -> None:
    """n07 is read from files, every 60 s and last 5 s ago; n01 was read three days ago, n09 never: two are silent,
    whatever a dip by hand at n09 and the level of a gateway's alarm at n01 say."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute("DELETE FROM sequence_state WHERE sender NOT LIKE '\\_edge/%'")
        for node, quantity, origin in (("n09", "water-level", "manual"), ("n01", "alarm-level", "measured")):
            owner.execute(ADDED, {"node": node, "quantity": quantity, "origin": origin})
    text = httpx.get(f"{own_server.url}/metrics", timeout=60).text

    assert figure(text, 'tailwatch_silent_nodes{facility="vale"}') == 2


def test_what_nobody_measured_makes_no_reading_of_an_agent_younger(
    own_server: ApiServer, own_database: TestDatabase
) -> None:
    """The newest reading that came through gw1 is the battery's, made an hour old here; its alarm's level is newer."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute("UPDATE latest SET phenomenon_time = least(phenomenon_time, now() - interval '1 h')")
        owner.execute(ADDED, {"node": "n01", "quantity": "alarm-level", "origin": "measured"})
    text = httpx.get(f"{own_server.url}/metrics", timeout=60).text

    assert 3600 <= figure(text, 'tailwatch_agent_reading_age_seconds{agent="gw1",facility="vale"}') < 3700


ADDED = """
WITH made AS (INSERT INTO instrument (facility_id, node_id, id, driver) VALUES ('vale', %(node)s, 'added', 'virtual')),
     named AS (INSERT INTO datastream (name, facility_id, node_id, instrument_id, quantity, unit, origin)
               VALUES (concat('vale:', %(node)s::text, ':added.x'), 'vale', %(node)s, 'added', %(quantity)s, 'm',
                       %(origin)s) RETURNING id)
INSERT INTO latest SELECT id, now(), 1, 1, NULL, now(), 1, now() FROM named"""
STATE = """
INSERT INTO agent_state (facility_id, agent_id, is_online, reported_at, batches, bytes, limit_bytes, oldest_at, cfg,
    refused_reason, clock_ahead_s)
VALUES ('vale', 'gw1', false, now() - interval '50 s', 7, 700, 1000, now() - interval '2 hours', 3, 'line 4', -7200)"""
INGEST = """
INSERT INTO ingest_state (name, started_at, is_connected, retries, waiting_bytes) VALUES ('ingest-2', now(), true, 3, 9)
"""


def test_what_agents_and_ingest_say_of_themselves_is_there(own_server: ApiServer, own_database: TestDatabase) -> None:
    """Backlog, age of the buffer, a facility file that was refused; retries and what waits."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute(STATE)
        owner.execute(INGEST)
    text = httpx.get(f"{own_server.url}/metrics", timeout=60).text
    agent = '{agent="gw1",facility="vale"}'
    told = [
        figure(text, f"tailwatch_agent_{word}{agent}")
        for word in ("online", "backlog_batches", "backlog_bytes", "backlog_limit_bytes", "configuration_version")
    ]

    assert figure(text, f"tailwatch_agent_clock_ahead_seconds{agent}") == -7200
    assert told == [0, 7, 700, 1000, 3] and figure(text, f"tailwatch_agent_configuration_refused{agent}") == 1
    assert 7200 <= figure(text, f"tailwatch_agent_buffer_age_seconds{agent}") < 7300
    assert figure(text, 'tailwatch_ingest_retries_total{ingest="ingest-2"}') == 3


def test_an_agent_of_a_later_protocol_is_watched(own_server: ApiServer, own_database: TestDatabase) -> None:
    """One that says none speaks 1, as release 0.1; one that is later than this release is not understood."""
    found, agent = [], '{agent="gw1",facility="vale"}'
    with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:
        owner.execute(STATE)
        for document in (None, '{"protocol": 2}', '{"protocol": 3}'):
            owner.execute("UPDATE agent_state SET document = %s", (document,))
            text = httpx.get(f"{own_server.url}/metrics", timeout=60).text
            found.append([figure(text, f"tailwatch_agent_{word}{agent}") for word in ("protocol", "not_understood")])

    assert found == [[1, 0], [2, 0], [3, 1]]


def test_an_agent_that_has_no_nodes_any_more_is_not_watched(own_server: ApiServer, own_database: TestDatabase) -> None:
    """Its nodes went to another one: it would be called silent and offline for ever."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute(STATE)
        owner.execute("UPDATE node SET agent_id = 'gw2'")
    text = httpx.get(f"{own_server.url}/metrics", timeout=60).text

    assert 'agent="gw1"' not in text and "tailwatch_agent_online" in text


def test_the_certificate_in_use_is_watched(own_database: TestDatabase, tmp_path: Path) -> None:
    """Over TLS, with the authority of `tailwatch pki`: the seconds until it ends."""
    authority = Authority(tmp_path / "pki")
    authority.make("test", datetime.now(UTC))
    certificate = authority.issue("api", ("127.0.0.1",), datetime.now(UTC), days=20)
    key = certificate.with_suffix(".key")
    settings = {"certificate_file": f'"{certificate}"', "key_file": f'"{key}"'}
    server = ApiServer(tmp_path, own_database.conninfo("tailwatch_api"), **settings)
    server.url = server.url.replace("http:", "https:")
    server.trust = ssl.create_default_context(cafile=str(authority.certificate_file))
    server.start()
    text = httpx.get(f"{server.url}/metrics", verify=server.trust, timeout=60).text
    server.stop()

    left = timedelta(seconds=figure(text, 'tailwatch_certificate_seconds_left{name="in use by the api"}'))
    assert timedelta(days=19.9) < left <= timedelta(days=20)


def test_a_certificate_that_is_none_is_told(tmp_path: Path) -> None:
    """The start is refused with the file's name."""
    (tmp_path / "api.crt").write_text("no certificate")
    settings = Settings(Path("unused"), certificate_file=tmp_path / "api.crt", key_file=Path("unused"))

    with pytest.raises(BadSettings, match=r"api\.crt: certificate_file cannot be read"):
        settings.certificate_ends_s()
