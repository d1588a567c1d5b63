"""Commands through the api: who may ask, the form token of a session, and ingest's answer."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from tests.api import people, site
from tests.api.conftest import API_ROLE
from tests.api.people import bearer, log_in
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase, fresh_database

COMMAND = {"kind": "settle-quarantined", "facility": "vale", "body": {"quarantined": [1, 2], "note": "looked at"}}
ASK = "/api/v1/commands"


@pytest.fixture
def command_runner(own_database: TestDatabase) -> Iterator[None]:
    """Ingest's side at work."""
    with command_runner_of(own_database):
        yield


@pytest.fixture(scope="module")
def commanding(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client who may annotate and approve, of an api for commands that change nothing but assays."""
    with fresh_database(cluster) as database:
        site.build(database.conninfo())
        key = bearer(people.add_key(database.conninfo(), "annotate", "approve"))
        server = ApiServer(tmp_path_factory.mktemp("commands"), database.conninfo(API_ROLE)).start()
        with command_runner_of(database), httpx.Client(base_url=server.url, timeout=60, headers=key) as client:
            yield client
        server.stop()


@pytest.fixture
def client(own_server: ApiServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        yield client


def ask(client: httpx.Client, command: dict[str, Any], **headers: str) -> httpx.Response:
    return client.post(ASK, json=command, headers=headers)


def test_a_command_is_carried_out_and_can_be_watched(
    client: httpx.Client, own_database: TestDatabase, command_runner: None
) -> None:
    """202 with the address of the command, which soon is done with its outcome; the author is a number, not a name."""
    key = bearer(people.add_key(own_database.conninfo(), "annotate", "read"))
    asked = ask(client, COMMAND, **key)
    place = asked.headers["location"]

    until(lambda: client.get(place, headers=key).json()["state"] == "done")
    assert asked.status_code == 202
    found = client.get(place, headers=key).json()
    assert (found["outcome"], found["progress"], found["author"][:4]) == ({"settled": [1, 2]}, 1, "key:")
    assert client.get(ASK, headers=key).json()["commands"] == [found]


def test_who_may_not_asks_in_vain(client: httpx.Client, own_database: TestDatabase, command_runner: None) -> None:
    """Nobody, a key without the scope, one of another facility: 401, 403, 403 (vale is public), and no row."""
    conninfo = own_database.conninfo()
    reader = bearer(people.add_key(conninfo, "read"))
    other = bearer(people.add_key(conninfo, "annotate", facilities=("rosa",)))
    statuses = [ask(client, COMMAND, **headers).status_code for headers in ({}, reader, other)]
    with psycopg.connect(conninfo) as owner:
        rows = owner.execute("SELECT count(*) FROM command").fetchone()

    assert (statuses, rows) == ([401, 403, 403], (0,))


def test_a_session_needs_its_form_token(client: httpx.Client, own_database: TestDatabase, command_runner: None) -> None:
    """With the cookie alone, as another site could make a browser send it, nothing is asked; with the token it is."""
    people.add_user(own_database.conninfo(), "ana", vale="approve")
    log_in(client, "ana")
    without = ask(client, COMMAND)
    me = client.get("/api/v1/me").json()
    done = ask(client, COMMAND, **{"x-form-token": me["form_token"]})

    assert (without.status_code, without.json()["field"]) == (403, "x-form-token")
    assert (done.status_code, done.json()["author"]) == (202, me["who"])
    assert me["roles"] == {"vale": ["read", "annotate", "approve"]}


def test_commands_are_not_public(client: httpx.Client, own_database: TestDatabase, command_runner: None) -> None:
    """Of a facility that everybody may read, only those with a right of their own read the commands."""
    conninfo = own_database.conninfo()
    place = ask(client, COMMAND, **bearer(people.add_key(conninfo, "annotate"))).headers["location"]
    stranger = bearer(people.add_key(conninfo, "read", facilities=("rosa",)))

    assert [client.get(path).status_code for path in (place, ASK, "/api/v1/command-kinds")] == [401] * 3
    assert client.get(place, headers=stranger).status_code == 404
    assert client.get(ASK, headers=stranger).json()["commands"] == []


@pytest.mark.parametrize(
    ("body", "status", "field", "sentence"),
    [
        (b"", 422, "body", "required"),
        (b"{", 422, None, ""),
        (b"[]", 422, "body", "dictionary"),
        (b"{}", 422, "kind", "required"),
        (b'{"kind":"no","facility":"vale","body":{}}', 422, "kind", "settle-quarantined"),
        (b'{"kind":"settle-quarantined","facility":"va/le","body":{}}', 422, "facility", "pattern"),
        (b'{"kind":"settle-quarantined","facility":"nowhere","body":{}}', 404, "facility", "no facility"),
        (b'{"kind":"settle-quarantined","facility":"vale","body":[]}', 422, "body", "dictionary"),
        (b'{"kind":"settle-quarantined","facility":"vale","body":{},"state":"done"}', 422, "state", ""),
        (b'{"kind":"x","facility":"vale","body":{"a":"' + b"x" * 70_000 + b'"}}', 413, None, "65536 bytes"),
        (b'{"kind":"settle-quarantined","facility":"vale","body":{"x":1e999}}', 422, "body", "cannot be stored"),
        (b'{"kind":"settle-quarantined","facility":"vale","body":{"x":"\\ud800"}}', 422, "body", "cannot be stored"),
        (b'{"kind":"settle-quarantined","facility":"vale","body":{"x":"\\u0000"}}', 422, "body", "cannot be stored"),
        (b'{"kind":"x","facility":"vale","body":' + b"[" * 5000 + b"]" * 5000 + b"}", 422, None, ""),
    ],
)
def test_a_bad_command_is_told(
    commanding: httpx.Client, body: bytes, status: int, field: str | None, sentence: str
) -> None:
    """Each with its status and a sentence that helps."""
    answer = commanding.post(ASK, content=body, headers={"content-type": "application/json"})

    problem = answer.json()
    assert (answer.status_code, sentence in problem["detail"]) == (status, True), problem
    assert field is None or problem["field"] == field, problem


FILE = f"{ASK}/file?kind=import-assays&facility=vale&name=lab.csv"
HEADING = "sample,hole,chainage_m,offset_m,collar_m,from_m,to_m,material,W ppm"


def test_a_file_of_a_megabyte_is_brought_whole(commanding: httpx.Client) -> None:
    """200 samples with long remarks: all are taken, and the one row with a fault is named."""
    rows = [f"S{n},H{n},10,-40,339.5,0,1.5,{'sand ' * 1200},{100 + n}" for n in range(200)]
    content = "\n".join([HEADING, *rows, "S999,H1,10,-40,339.5,3,1.5,sand,7"]).encode()
    asked = commanding.post(FILE, content=content)
    place = asked.headers["location"]
    until(lambda: commanding.get(place).json()["state"] == "done")

    outcome = commanding.get(place).json()["outcome"]
    assert (asked.status_code, len(content) > 1_000_000) == (202, True)
    assert (outcome["added"], outcome["fault_count"], outcome["faults"][0]["row"]) == (200, 1, 202)


def test_a_file_is_looked_at_by_a_map_that_comes_with_it(commanding: httpx.Client) -> None:
    """Both stand in the address; a map of more than 5,000 characters does not."""
    content = f"{HEADING}\nP1,P9,10,-40,339.5,0,1.5,sand,7".replace("W ppm", "Wolfram").encode()
    given = {"kind": "import-assays", "facility": "vale", "name": "lab.csv", "preview": "true"}
    given["map"] = '[columns]\nWolfram = "W ppm"'
    asked = commanding.post(f"{ASK}/file", params=given, content=content)
    place = asked.headers["location"]
    until(lambda: commanding.get(place).json()["state"] == "done")
    long = commanding.post(f"{ASK}/file", params=given | {"map": "#" * 5001}, content=content)

    outcome = commanding.get(place).json()["outcome"]
    assert (outcome["added"], outcome["ranges"][0]["substance"], long.status_code) == (1, "W", 422)


def test_a_file_beyond_the_limit_is_told_what_to_do(commanding: httpx.Client) -> None:
    """413 by its stated length, before a byte is read; and no kind is there but those of files."""
    answer = commanding.post(FILE, content=b"x" * 4_000_001)
    other = commanding.post(FILE.replace("import-assays", "rederive"), content=b"x")

    assert (answer.status_code, "4000000 bytes; send it in parts" in answer.json()["detail"]) == (413, True)
    assert (other.status_code, other.json()["field"]) == (422, "kind")


def test_one_author_has_twenty_open_commands(client: httpx.Client, own_database: TestDatabase) -> None:
    """A program that asks without end is told to wait; its commands wait too, for ingest is away."""
    key = bearer(people.add_key(own_database.conninfo(), "annotate"))
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute("INSERT INTO command_kind VALUES ('settle-quarantined', 'annotate', '', '{}')")
    answers = [ask(client, COMMAND, **key) for _ in range(21)]

    assert [answer.status_code for answer in answers] == [202] * 20 + [429]
    assert answers[-1].headers["retry-after"] == "10"


def test_only_the_author_or_an_admin_stops(client: httpx.Client, own_database: TestDatabase) -> None:
    """Without ingest it waits: another reader is refused, its author stops it; nobody stops what is over."""
    conninfo = own_database.conninfo()
    with psycopg.connect(conninfo, autocommit=True) as owner:
        owner.execute("INSERT INTO command_kind VALUES ('settle-quarantined', 'annotate', 'x', '{}')")
        author, other = (bearer(people.add_key(conninfo, "annotate", "read")) for _ in range(2))
        place = ask(client, COMMAND, **author).headers["location"]

        assert client.post(f"{place}/stop", headers=other).status_code == 403
        assert client.post(f"{place}/stop", headers=author).status_code == 202
        owner.execute("UPDATE command SET state = 'stopped'")
        over = client.post(f"{place}/stop", headers=author)
    assert (over.status_code, "nothing to stop" in over.json()["detail"]) == (422, True)


def test_a_body_that_is_deep_is_refused_and_the_list_goes_on(client: httpx.Client, own_database: TestDatabase) -> None:
    """What is stored can be shown: a proposed level of three thousand conditions within each other is not taken."""
    key = bearer(people.add_key(own_database.conninfo(), "read", "annotate", facilities=("*",)))
    when: dict[str, Any] = {"all": []}
    for _ in range(300):
        when = {"all": [when]}
    body = {
        "plan": "overtopping",
        "from": "2026-01-01T00:00:00Z",
        "to": "2026-01-02T00:00:00Z",
        "levels": [{"when": when}],
    }
    deep = ask(client, {"kind": "backtest-plan", "facility": "vale", "body": body}, **key)
    deeper = httpx.post(
        f"{client.base_url}{ASK}", content=b'{"kind":"backtest-plan","body":' + b"[" * 60_000, headers=key, timeout=60
    )

    assert (deep.status_code, deep.json()["field"]) == (422, "body")
    assert "flatten them" in deep.json()["detail"]
    assert deeper.status_code in (400, 422)
    assert client.get(ASK, headers=key).status_code == 200
