"""Secrets stay where they are: no log line, address, metric, header or error body of the api holds one."""

from pathlib import Path

import httpx
import pytest
from psycopg.conninfo import conninfo_to_dict

from api.access import tokens
from tests.api import people
from tests.api.people import bearer, hidden_fields, log_in
from tests.api.server import ApiServer
from tests.servers import TestDatabase

PATHS = (
    "/api/v1/facilities",
    "/api/v1/facilities/vale",
    "/api/v1/facilities/rosa",
    "/api/v1/me",
    "/api/v1/commands",
    "/api/v1/commands/1",
    "/api/v1/command-kinds",
    "/api/v1/facilities/vale?limit=x",
    "/api/v1/nothing",
    "/metrics",
    "/",
    "/f/vale",
    "/f/rosa",
    "/login",
    "/readyz",
    "/api/v1/datastreams/99",
    "/api/v1/openapi.json",
)


@pytest.fixture
def server(own_database: TestDatabase, tmp_path: Path) -> ApiServer:
    people.make_private(own_database.conninfo(), "rosa")
    return ApiServer(tmp_path, own_database.conninfo("tailwatch_api")).start()


def test_no_secret_leaves_the_api(server: ApiServer, own_database: TestDatabase) -> None:
    """Keys good and bad, a password right and wrong, a session and the database's password: searched in everything."""
    conninfo = own_database.conninfo()
    people.add_user(conninfo, "ana", vale="admin")
    secrets = {
        "key": people.add_key(conninfo, "read", "annotate"),
        "bad key": tokens.make_key(),
        "malformed key": "tailwatch_malformed-but-secret",
        "password": people.PASSWORD,
        "wrong password": "another sentence of mine",
        "database password": str(conninfo_to_dict(own_database.conninfo("tailwatch_api"))["password"]),
        "password hash": people.PASSWORD_HASH,
    }
    seen = []
    with httpx.Client(base_url=server.url, timeout=60, follow_redirects=False) as client:
        for name in ("key", "bad key", "malformed key"):
            seen += [client.get(path, headers=bearer(secrets[name])) for path in PATHS]
        seen.append(client.post("/api/v1/commands", json={}, headers=bearer(secrets["key"])))
        seen.append(log_in(client, "ana", secrets["wrong password"]))
        seen.append(
            client.post("/login", content=f"password={secrets['password']}", headers={"content-type": "text/x"})
        )
        logged_in = log_in(client, "ana")
        session = client.cookies["tailwatch_session"]
        seen += [client.get(path) for path in PATHS]
        seen.append(client.post("/logout", data=hidden_fields(client.get("/f/vale").text)))
    server.stop()
    told = "".join(f"{one.url}{one.headers}{one.text}" for one in seen) + str(logged_in.url) + logged_in.text
    told += server.log_file.read_text()

    assert {name for name, secret in secrets.items() if secret in told} == set()
    assert session not in told and tokens.digest(session).hex() not in told
    assert len(server.log_file.read_text().splitlines()) > 10


def test_a_database_that_is_away_shows_no_password(own_database: TestDatabase, tmp_path: Path) -> None:
    """The log of an api without database names the fault and no secret."""
    server = ApiServer(tmp_path, "host=127.0.0.1 port=9 user=tailwatch_api password=sesame-open dbname=x")
    server.start(wait_for="/healthz")
    answer = httpx.get(f"{server.url}/api/v1/facilities", timeout=60)
    server.stop()

    assert answer.status_code == 503
    assert "sesame-open" not in server.log_file.read_text() + answer.text
