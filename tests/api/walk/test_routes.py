"""The walk over HTTP: what is read by hand, and readings that are checked, entered, and never forbidden."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from ingest.database import connect
from tests import standpipe
from tests.api import people
from tests.api.commands.test_routes import command_runner_of
from tests.api.conftest import API_ROLE
from tests.api.server import ApiServer
from tests.ingest.conftest import KNOWS_VALE
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase, fresh_database
from tests.standpipe import CASING_M, DISTANCE, LEVEL

WALK = "/api/v1/facilities/vale/walk"
NAME = f"vale:{DISTANCE}"
AT = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=4)
WEEKS = (12.3, 12.4, 12.1, 12.2, 12.25)


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """Vale with its standpipe, and ingest's side at work."""
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        with connect(fresh.conninfo("tailwatch_ingest")) as connection:
            standpipe.register(connection)
        with command_runner_of(fresh):
            yield fresh


@pytest.fixture(scope="module")
def server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    running = ApiServer(tmp_path_factory.mktemp("walk"), database.conninfo(API_ROLE)).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shift(database: TestDatabase, server: ApiServer) -> Iterator[httpx.Client]:
    """A program that may annotate vale."""
    key = people.add_key(database.conninfo(), "read", "annotate")
    with httpx.Client(base_url=server.url, timeout=60, headers=people.bearer(key)) as client:
        yield client


def reading(value: float | None, at: datetime = AT, **more: Any) -> dict[str, Any]:
    return {"datastream": NAME, "at": at.isoformat(), "value": value, **more}


def enter(client: httpx.Client, *readings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Enter readings, wait until their command is over, and return what was said of them and its outcome."""
    answer = client.post(WALK, json={"readings": readings, **more})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = {}

    def is_over() -> bool:
        found.update(client.get(answer.headers["location"]).json())
        return found["state"] in ("done", "refused", "failed")

    until(is_over)
    return {"readings": answer.json()["readings"], "state": found["state"], **found["outcome"]}


def stop(client: httpx.Client) -> dict[str, Any]:
    """The one stop of the walk."""
    (only,) = client.get(WALK).json()["stops"]
    return dict(only)


def test_a_walk_from_the_first_reading_to_a_range(shift: httpx.Client) -> None:
    """Never read it is due, by its filter from 0 to 24 m; five dips give 11.8 to 12.7 m (12.1 - 0.3, 12.4 + 0.3).

    The derived level of the newest is 342.6 - 12.25 m, and the next one is due a week after it.
    """
    before = stop(shift)
    weeks = [AT - timedelta(days=7 * back) for back in range(len(WEEKS) - 1, -1, -1)]
    done = enter(shift, *(reading(value, at) for value, at in zip(WEEKS, weeks, strict=True)))
    after = stop(shift)
    level = shift.get(f"/api/v1/datastreams/vale:{LEVEL}").json()["latest"]

    assert (before["last"], before["due_at"], before["is_due"]) == (None, None, True)
    assert (before["lowest"], before["highest"], before["largest_change"]) == (0.0, 24.0, None)
    assert (before["title"], before["place"], before["unit"]) == ("Standpipe S-07", "berm, section B", "m")
    assert (done["state"], done["stored"], done["readings"][0]["findings"]) == ("done", 5, [])
    assert (after["last"]["result"], after["is_due"]) == (12.25, False)
    assert datetime.fromisoformat(after["due_at"]) == AT + timedelta(days=7)
    assert (after["lowest"], after["highest"], after["largest_change"]) == pytest.approx((11.8, 12.7, 0.6))
    assert level["result"] == pytest.approx(CASING_M - 12.25)


def test_what_is_unlikely_is_said_and_entered_all_the_same(shift: httpx.Client) -> None:
    """A check says it and enters nothing; entered, it is stored. Sent twice it is said to be stored, and there once."""
    at = AT + timedelta(hours=1)
    only = shift.post(WALK, json={"readings": [reading(13.5, at)], "check": True}).json()
    done, again = enter(shift, reading(13.5, at)), enter(shift, reading(13.5, at))

    said = [(one["code"], one["limit"]) for one in only["readings"][0]["findings"]]
    assert (only["command"], said) == (None, [("above", pytest.approx(12.7)), ("jump", 12.25)])
    assert (done["stored"], again["stored"], again["already"]) == (1, 0, 1)
    assert again["readings"][0]["findings"] == [{"code": "stored", "limit": 13.5}]


def test_a_correction_needs_a_reason_and_is_a_revision(shift: httpx.Client) -> None:
    """Without `replace` the stored value stays; with it and a reason the book of revisions keeps both."""
    at = AT + timedelta(hours=2)
    enter(shift, reading(12.3, at))
    held = enter(shift, reading(12.35, at))
    refused = shift.post(WALK, json={"readings": [reading(12.35, at)], "replace": True})
    changed = enter(shift, reading(12.35, at), replace=True, reason="misread")
    book = shift.get("/api/v1/facilities/vale/revisions").json()["revisions"]

    assert (held["stored"], held["readings"][0]["findings"]) == (0, [{"code": "differs", "limit": 12.3}])
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    assert changed["replaced"] == 1
    assert ("hand-entry", "misread") in [(one["kind"], one["reason"]) for one in book]


def test_what_could_not_be_read_is_missing(shift: httpx.Client) -> None:
    """Null is kept as missing: no number, quality 9."""
    enter(shift, reading(None, AT + timedelta(hours=3)))
    last = stop(shift)["last"]

    assert (last["result"], last["quality"]) == (None, 9)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"datastream": "vale:n07:vw1.frequency"}, "readings[0].datastream"),
        ({"datastream": "rosa:x"}, "readings[0].datastream"),
        ({"unit": "cm"}, "readings[0].unit"),
        ({"unit": "feet"}, "readings[0].unit"),
        ({"at": "2099-01-01T00:00:00Z"}, "readings[0].at"),
        ({"at": "1970-05-01T00:00:00Z"}, "readings[0].at"),
        ({"at": "2026-05-01T00:00:00"}, "readings"),
        ({"value": True}, "readings"),
        ({"value": "12.3"}, "readings"),
    ],
)
def test_what_cannot_be_a_reading_is_refused(shift: httpx.Client, change: dict[str, Any], field: str) -> None:
    """With the field that is wrong; the good reading beside it is the control, which a check takes."""
    good = reading(12.3)
    taken = shift.post(WALK, json={"readings": [good], "check": True})
    refused = shift.post(WALK, json={"readings": [good | change]})

    assert taken.status_code == 202
    assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_who_may_only_read_enters_nothing(server: ApiServer, database: TestDatabase) -> None:
    """A key without the right to annotate is refused by 403, and no key at all by 401; both see the public walk."""
    key = people.bearer(people.add_key(database.conninfo(), "read"))
    answers = [
        httpx.post(f"{server.url}{WALK}", json={"readings": [reading(1.0)]}, headers=headers).status_code
        for headers in (key, {})
    ]

    assert answers == [403, 401]
    assert httpx.get(f"{server.url}{WALK}", headers=key).status_code == 200
