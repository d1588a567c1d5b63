"""Permissions: every address declares one, and each caller gets what is its own and nothing else."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi.dependencies.models import Dependant  # codespell:ignore dependant
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from api.access import Permission
from api.settings import Settings
from tailwatch.api import build
from tests.api import people, site
from tests.api.people import bearer
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database

FILES = {"/docs/static", "/docs/swagger", "/api/v1/openapi.json"}
"""Style, scripts and the description: not behind a route of ours, and the same for all."""
DATA = (
    "/api/v1/facilities/rosa",
    "/api/v1/facilities/rosa/nodes",
    "/api/v1/facilities/rosa/datastreams",
    "/api/v1/facilities/rosa/ledger",
    "/api/v1/facilities/rosa/quarantine",
    "/api/v1/facilities/rosa/revisions",
    "/api/v1/facilities/rosa/annotations",
    "/api/v1/facilities/rosa/overview",
    "/api/v1/facilities/rosa/instruments",
    "/api/v1/facilities/rosa/duties",
    "/api/v1/facilities/rosa/plans/overtopping/level-timeline",
    "/api/v1/facilities/rosa/plans/overtopping/trial",
    "/api/v1/datastreams/200",
    "/api/v1/datastreams/rosa:n01:vw1.level/observations",
    "/api/v1/datastreams/200/observations?format=csv",
    "/api/v1/live?facility=rosa",
    "/api/v1/live?datastream=200",
    "/api/v1/changes?facility=rosa",
    "/api/v1/changes?since=0&datastream=200",
    "/api/v1/changes/months?facility=rosa",
    "/api/v1/changes/months?datastream=200",
    "/api/v1/datastreams/200/provenance",
    "/f/rosa",
    "/f/rosa/safety",
    "/f/rosa/water",
    "/f/rosa/instruments",
    "/api/v1/facilities/rosa/safety",
    "/api/v1/facilities/rosa/water",
    "/api/v1/datastreams/200/figure?kind=sum",
    "/f/rosa/provenance?ds=rosa:n01:vw1.level",
    "/f/rosa/data",
    "/f/rosa/nodes",
)
SECRET_RESULT = 4321.125
IDS = {"rosa": "nona", "200": "999"}
"""Of what is private, and in its place what does not exist: of the same length, so that answers are as long."""
MORE = (
    "/api/v1/facilities/rosa/assessment",
    "/api/v1/facilities/rosa/plans",
    "/api/v1/facilities/rosa/coverage",
    "/api/v1/facilities/rosa/samples",
    "/api/v1/facilities/rosa/value",
    "/api/v1/facilities/rosa/study",
    "/api/v1/facilities/rosa/study/article-27",
    "/api/v1/facilities/rosa/study/document",
    "/api/v1/facilities/rosa/recipients",
    "/api/v1/facilities/rosa/series?datastream=200",
    "/api/v1/facilities/rosa/instruments/vw1",
    "/api/v1/series?datastream=200",
    "/charts?left=rosa:n01:vw1.level",
    "/api/v1/datastreams/200/observations?format=parquet",
    "/api/v1/datastreams/rosa:n99:vw1.level",
    "/api/v1/alarms?facility=rosa",
    "/api/v1/commands?facility=rosa",
    "/f/rosa/value",
    "/f/rosa/value/study.pdf",
    "/f/rosa/alarms",
)
"""Addresses beside DATA whose answers must not tell whether there is a facility."""
ANNOTATORS = ("/api/v1/facilities/rosa/recipients",)
"""Addresses that need the right to annotate, and no other."""
OWN_HEADERS = {"date", "set-cookie", "server-timing"}
ASKED: ContextVar[list[str] | None] = ContextVar("ASKED", default=None)
"""The statements of the request that is being answered."""


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """The site of the api's tests, where rosa is private and has one datastream."""
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        people.make_private(fresh.conninfo(), "rosa")
        with psycopg.connect(fresh.conninfo()) as owner:
            owner.execute("INSERT INTO node VALUES ('rosa', 'n01', 'gw1', 'secret node', 60)")
            owner.execute("INSERT INTO instrument VALUES ('rosa', 'n01', 'vw1', 'vw_piezometer')")
            owner.execute(
                "INSERT INTO datastream (id, name, facility_id, node_id, instrument_id, quantity, unit)"
                " OVERRIDING SYSTEM VALUE"
                " VALUES (200, 'rosa:n01:vw1.level', 'rosa', 'n01', 'vw1', 'water-level', 'm')"
            )
            site.store(owner, 200, datetime.now(UTC), SECRET_RESULT)
        yield fresh


@pytest.fixture(scope="module")
def server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    running = ApiServer(tmp_path_factory.mktemp("access"), database.conninfo("tailwatch_api")).start()
    yield running
    running.stop()


@pytest.fixture
def client(server: ApiServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


def permissions(dependant: Dependant) -> list[Permission]:  # codespell:ignore dependant
    """All permissions in the tree of what a route depends on."""
    own = [dependant.call] if isinstance(dependant.call, Permission) else []  # codespell:ignore dependant
    below = [found for part in dependant.dependencies for found in permissions(part)]  # codespell:ignore dependant
    return own + below


def test_every_route_declares_its_permission(tmp_path: Path) -> None:
    """Each address has a permission; what serves files is named here."""
    secret = tmp_path / "url"
    secret.write_text("host=127.0.0.1")
    secret.chmod(0o600)
    app = build(Settings(database_url_file=secret))
    app.openapi()  # opens every room
    bare, declared, files = [], [], set()
    for route in routes(app.routes):
        if isinstance(route, APIRoute):
            (declared if permissions(route.dependant) else bare).append(route.path)  # codespell:ignore dependant
        elif isinstance(route, Route | Mount):
            files.add(route.path)

    assert bare == [] and len(declared) > 20
    assert files <= FILES


def routes(found: object) -> Iterator[object]:
    """All routes, also those that the framework keeps in routers inside of routers."""
    for route in found:  # type: ignore[attr-defined]
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        if inner is None:
            yield route
        else:
            yield from routes(inner)


@pytest.mark.parametrize("path", DATA)
def test_nobody_reads_a_private_facility(client: httpx.Client, path: str) -> None:
    """Without key or login the answer is 401, says how to come in, and holds nothing of the facility."""
    answer = client.get(path)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="tailwatch"')
    assert "log in at /login, or send a key" in answer.json()["detail"]


@pytest.mark.parametrize("path", DATA)
def test_a_key_of_another_facility_reads_nothing(client: httpx.Client, database: TestDatabase, path: str) -> None:
    """A key that counts, for another facility, is 404 and no data."""
    key = people.add_key(database.conninfo(), "read", facilities=("vale",))
    answer = client.get(path, headers=bearer(key))

    assert answer.status_code == 404
    assert str(SECRET_RESULT) not in answer.text and "secret node" not in answer.text


@pytest.mark.parametrize("path", [path for path in DATA if "live" not in path])
def test_a_key_of_the_facility_reads_it(client: httpx.Client, database: TestDatabase, path: str) -> None:
    """The right key opens every address."""
    key = people.add_key(database.conninfo(), "read", facilities=("rosa",))

    assert client.get(path, headers=bearer(key)).status_code == 200


def test_a_key_without_the_scope_reads_nothing_not_even_what_is_public(
    client: httpx.Client, database: TestDatabase
) -> None:
    """A key to annotate is no key to read."""
    key = people.add_key(database.conninfo(), "annotate", facilities=("*",))

    answers = [client.get(path, headers=bearer(key)) for path in (*DATA, "/api/v1/facilities/vale")]
    assert [answer.status_code for answer in answers] == [404] * len(DATA) + [403]


def absent(text: str) -> str:
    """A path or an answer with the names of what does not exist."""
    for name, other in IDS.items():
        text = text.replace(name, other)
    return text


def told(answer: httpx.Response) -> tuple[int, str, dict[str, str]]:
    """All that an answer tells, but for what is of the moment."""
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_HEADERS}
    return answer.status_code, answer.text, headers


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("who", ["nobody", "key of vale", "key to annotate everywhere"])
def test_what_is_private_is_answered_as_what_does_not_exist(
    client: httpx.Client, database: TestDatabase, who: str, accept: str
) -> None:
    """Status, body and headers are the same on every address, for a person at a browser and for a program."""
    headers = {"accept": accept, "accept-encoding": "identity"}  # two names of one length may pack differently
    if who == "key of vale":
        headers |= bearer(people.add_key(database.conninfo(), "read", "annotate", "approve", facilities=("vale",)))
    elif who == "key to annotate everywhere":
        headers |= bearer(people.add_key(database.conninfo(), "annotate", facilities=("*",)))
    differing = []
    for path in (*DATA, *(path for path in MORE if not (path in ANNOTATORS and who == "key to annotate everywhere"))):
        private = told(client.get(path, headers=headers))
        other = told(client.get(absent(path), headers=headers))
        if absent(str(private)) != absent(str(other)):
            differing.append((path, private, other))

    assert differing == []


@pytest.mark.parametrize("facility", ["rosa", "nona"])
@pytest.mark.parametrize(
    ("role", "statuses"), [((), {401}), (("read", "annotate", "approve"), {404}), (("*", "annotate"), {404})]
)
def test_a_command_does_not_tell_either(
    client: httpx.Client, database: TestDatabase, facility: str, role: tuple[str, ...], statuses: set[int]
) -> None:
    """What is commanded of a private facility, or of none, has one answer."""
    headers = {}
    if role:
        places = ("*",) if role[0] == "*" else ("vale",)
        headers = bearer(people.add_key(database.conninfo(), *(one for one in role if one != "*"), facilities=places))
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute(
            "INSERT INTO command_kind (kind, role, what, body) VALUES ('approve-x', 'approve', 'x', '{}')"
            " ON CONFLICT DO NOTHING"
        )
    asked = {"kind": "approve-x", "facility": facility, "body": {}}
    answer = client.post("/api/v1/commands", json=asked, headers=headers)

    assert answer.status_code in statuses


def statements(secret: Path, addresses: Sequence[str], headers: Mapping[str, str]) -> list[list[str]]:
    """What the api asks its database for each address, in order; once asked, so that the key was used already."""
    execute = psycopg.AsyncCursor.execute

    async def noted(cursor: Any, query: Any, *values: Any, **more: Any) -> Any:
        if (asked := ASKED.get()) is not None:
            asked.append(str(query))
        return await execute(cursor, query, *values, **more)

    async def ask() -> list[list[str]]:
        app, found = build(Settings(database_url_file=secret)), []
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client,
        ):
            await client.get(addresses[0])
            for address in addresses:
                ASKED.set(asked := [])
                await client.get(address)
                ASKED.set(None)
                found.append(asked)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.AsyncCursor, "execute", noted)
        return asyncio.run(ask())


def test_it_asks_the_database_the_same(database: TestDatabase, tmp_path: Path) -> None:
    """What is private and what does not exist take the same statements in the same order, so time tells neither."""
    secret = tmp_path / "url"
    secret.write_text(database.conninfo("tailwatch_api"))
    secret.chmod(0o600)
    key = bearer(people.add_key(database.conninfo(), "read", facilities=("vale",)))
    addresses = [*DATA, *MORE]
    private = statements(secret, addresses, key)
    other = statements(secret, [absent(one) for one in addresses], key)
    (seen,) = statements(secret, ["/api/v1/facilities/vale"], key)

    assert [one for one, *asked in zip(addresses, private, other, strict=True) if asked[0] != asked[1]] == []
    assert len(seen) > len(private[0]) > 1  # what may be read takes more: the count can tell


def test_a_datastream_that_a_public_facility_has_not_is_no_secret(client: httpx.Client) -> None:
    """Everybody may read the list of them, so the answer says that there is none, and asks for no login."""
    answer = client.get("/api/v1/datastreams/vale:n99:vw1.level")

    assert (answer.status_code, answer.json()["field"]) == (404, "datastream")


def test_lists_show_what_may_be_read(client: httpx.Client, database: TestDatabase) -> None:
    """The list of facilities is as long as the caller's rights, in the api and on the pages."""
    conninfo = database.conninfo()
    anonymous = client.get("/api/v1/facilities").json()["facilities"]
    own = client.get("/api/v1/facilities", headers=bearer(people.add_key(conninfo, "read", facilities=("rosa",))))
    everywhere = client.get("/nodes", headers=bearer(people.add_key(conninfo, "read", facilities=("*",))))

    assert [one["id"] for one in anonymous] == ["vale"]
    assert [one["id"] for one in own.json()["facilities"]] == ["rosa", "vale"]
    assert "secret node" in everywhere.text and "secret node" not in client.get("/nodes").text


def test_keys_that_do_not_count_are_401_and_logged(
    client: httpx.Client, database: TestDatabase, server: ApiServer
) -> None:
    """Malformed, unknown, revoked and expired keys: each with its sentence, also where everybody may read."""
    conninfo, past = database.conninfo(), datetime.now(UTC) - timedelta(days=1)
    keys = {
        "malformed": "no-key-at-all",
        "unknown": "tailwatch_" + "A" * 43,
        "revoked": people.add_key(conninfo, "read", revoked_at=past),
        "expired": people.add_key(conninfo, "read", expires_at=past),
    }
    answers = {why: client.get("/api/v1/facilities/vale", headers=bearer(key)) for why, key in keys.items()}
    log = server.log_file.read_text()

    assert {answer.status_code for answer in answers.values()} == {401}
    assert all(f"key-refused reason={why} " in log for why in keys)
    assert not any(key in log or key in answer.text for key in keys.values() for answer in answers.values())


def test_a_key_that_counts_elsewhere_is_logged(client: httpx.Client, database: TestDatabase, server: ApiServer) -> None:
    """Another facility's key and one without the scope: the line names key, right and facility, and shows no key."""
    keys = [
        people.add_key(database.conninfo(), "read", facilities=("vale",)),
        people.add_key(database.conninfo(), "annotate", facilities=("*",)),
    ]
    before = len(server.log_file.read_text().splitlines())
    statuses = [client.get("/api/v1/facilities/rosa", headers=bearer(key)).status_code for key in keys]
    lines = server.log_file.read_text().splitlines()[before:]

    assert statuses == [404, 404]
    denied = [line for line in lines if "access-denied who=key:" in line and "needs=read facility=rosa" in line]
    assert len({line.partition("who=")[2].split()[0] for line in denied}) == 2
    assert not any(key in line for key in keys for line in lines)


def test_the_last_use_of_a_key_is_known(client: httpx.Client, database: TestDatabase) -> None:
    """After a request the key has a time of its last use."""
    key = people.add_key(database.conninfo(), "read")
    client.get("/api/v1/facilities", headers=bearer(key))
    with psycopg.connect(database.conninfo()) as owner:
        found = owner.execute(
            "SELECT last_used_at > now() - interval '1 minute' FROM api_key_use JOIN api_key ON id = key_id"
            " WHERE digest = sha256(%s)",
            (key.encode(),),
        ).fetchone()

    assert found == (True,)


def test_the_live_stream_tells_only_of_what_may_be_read(server: ApiServer, database: TestDatabase) -> None:
    """A commit of a private facility reaches the key that may read it, and not the stream of everybody."""
    key = people.add_key(database.conninfo(), "read", facilities=("rosa",))
    heard = {}
    with psycopg.connect(database.conninfo()) as owner:
        first = site.commit(owner, [200], ("rosa",))
        site.commit(owner, [1], ("vale",))
    for name, headers in (("anonymous", {}), ("key", bearer(key))):
        with httpx.stream("GET", f"{server.url}/api/v1/live?after={first - 1}", headers=headers, timeout=60) as stream:
            heard[name] = ""
            for line in stream.iter_lines():
                heard[name] += line
                if '"vale"' in line:
                    break

    assert str(SECRET_RESULT) in heard["key"]
    assert "rosa" not in heard["anonymous"] and str(SECRET_RESULT) not in heard["anonymous"]


def test_metrics_are_for_this_machine_and_for_keys_of_every_facility(
    client: httpx.Client, database: TestDatabase
) -> None:
    """Through a proxy a key is needed; directly from loopback none is."""
    key = people.add_key(database.conninfo(), "read", facilities=("*",))
    proxied = {"x-forwarded-for": "203.0.113.7"}

    statuses = [client.get("/metrics", headers=h).status_code for h in ({}, proxied, proxied | bearer(key))]
    assert statuses == [200, 401, 200]
    assert 'tailwatch_packs_lost{facility="vale"} 3.0' in client.get("/metrics").text
