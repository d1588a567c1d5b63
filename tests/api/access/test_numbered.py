"""What has a number below a facility: who may not read it is not told whether there is one of this number."""

import re
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from tests import alarm_story
from tests.alarm_story import Told
from tests.api import people
from tests.api.access.test_permissions import told
from tests.api.people import bearer
from tests.api.server import ApiServer
from tests.dashboard.site import DAM
from tests.servers import Database, TestDatabase, fresh_database

THERE, ABSENT = "77001", "77002"
COMMAND = """
INSERT INTO command (id, kind, facility_id, body, author, state, outcome) OVERRIDING SYSTEM VALUE
VALUES (77001, 'backtest-plan', 'vale', '{}', 'user:1', 'done', '{"plan": "overtopping"}')
"""
BACK_TEST = "/f/vale/plans/overtopping/backtest?command={number}"
NUMBERED = (("GET", BACK_TEST), ("GET", "/api/v1/commands/{number}"), ("POST", "/api/v1/commands/{number}/stop"))
ALARMS = (("GET", "/api/v1/alarms/{number}"), ("GET", "/alarms/{number}"))


@pytest.fixture(scope="module")
def story(cluster: Database) -> Iterator[tuple[TestDatabase, Told]]:
    """A public facility with plans, an alarm and a back-test that is done."""
    with fresh_database(cluster, DAM) as database:
        told_of = alarm_story.tell(database.conninfo())
        with psycopg.connect(database.conninfo()) as owner:
            owner.execute(COMMAND.encode())
        yield database, told_of


@pytest.fixture(scope="module")
def client(story: tuple[TestDatabase, Told], tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    server = ApiServer(tmp_path_factory.mktemp("numbered"), story[0].conninfo("tailwatch_api")).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


def callers(database: TestDatabase) -> dict[str, dict[str, str]]:
    """Those who read only what is public, and one who reads nothing of it."""
    return {
        "nobody": {},
        "key of rosa": bearer(people.add_key(database.conninfo(), "read", "approve", facilities=("rosa",))),
        "key to annotate": bearer(people.add_key(database.conninfo(), "annotate", facilities=("*",))),
    }


def differing(client: httpx.Client, database: TestDatabase, addresses: object, there: str) -> list[object]:
    """Addresses whose answers tell a number that is there from one that is not."""
    found: list[object] = []
    for who, headers in callers(database).items():
        for method, address in addresses:  # type: ignore[attr-defined]
            answers = [
                re.sub(
                    rf"\b{number}\b",
                    "N",
                    str(told(client.request(method, address.format(number=number), headers=headers))),
                )
                for number in (there, ABSENT)
            ]
            if re.sub(r"'content-length': '\d+'", "", answers[0]) != re.sub(r"'content-length': '\d+'", "", answers[1]):
                found.append((who, address, answers))
    return found


def test_a_number_of_a_public_facility_tells_nothing(client: httpx.Client, story: tuple[TestDatabase, Told]) -> None:
    """Back-tests and commands are for those with a right of their own; others hear the same of any number."""
    assert differing(client, story[0], NUMBERED, THERE) == []


def test_who_may_read_it_gets_it(client: httpx.Client, story: tuple[TestDatabase, Told]) -> None:
    """A key of the facility reads the command, and is told that another number is none."""
    headers = bearer(people.add_key(story[0].conninfo(), "read", facilities=("vale",)))
    asked = [client.get(f"/api/v1/commands/{number}", headers=headers).status_code for number in (THERE, ABSENT)]
    absent = client.get(BACK_TEST.format(number=ABSENT), headers=headers)

    assert asked == [200, 404] and absent.status_code == 404


def test_a_number_of_a_private_facility_tells_nothing(client: httpx.Client, story: tuple[TestDatabase, Told]) -> None:
    """Its alarms neither."""
    database, told_of = story
    people.make_private(database.conninfo(), "vale")

    assert differing(client, database, NUMBERED, THERE) == []
    assert differing(client, database, ALARMS, str(told_of.alarm)) == []
