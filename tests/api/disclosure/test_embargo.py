"""A stranger gets of a facility under embargo what its operator opened, after the delay, and nothing by another route.

Every address of the program is asked, with the ids of the facility in its path; what must not be read is a value, a
name, an alarm and a question that stand nowhere else.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import psycopg
import pytest
from fastapi.routing import APIRoute
from psycopg.types.json import Jsonb

from api.settings import Settings
from tailwatch.api import build
from tests.api import site
from tests.api.access.test_permissions import DATA, MORE, routes
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database

NEW_VALUE, OLD_VALUE = 4321.125, 1111.375
NEW_ALARM, OLD_ALARM, ENDED_ALARM = "sliding-of-today", "overtopping-of-last-week", "seepage-of-last-week"
SECRETS: Final = (str(NEW_VALUE), "4321.1", NEW_ALARM, "secret node", "waits unread")
"""What no stranger may read: of the last day, of the equipment, and what was not published."""
OPENED: Final = (str(OLD_VALUE), OLD_ALARM)
PUBLIC: Final = {
    "/public/f/rosa",
    "/public/f/rosa/feed.atom",
    "/public/region",
    "/api/v1/public/facilities",
    "/api/v1/public/facilities/rosa",
}
"""The addresses that may speak of the facility at all."""
EMBARGO: Final[dict[str, Any]] = {
    "opens": ["readings", "alarms", "water"],
    "delay_h": 24.0,
    "questions": True,
    "contact": {"name": "Office", "telephone": "1234"},
}
IN_PATHS: Final = {
    "facility": "rosa",
    "datastream": "200",
    "plan": "overtopping",
    "instrument": "n01:vw1",
    "number": "1",
    "id": "1",
    "alarm": "1",
    "version": "1",
}
AN_ALARM: Final = """
INSERT INTO alarm_event (facility_id, family, rule, title, is_simulated, level, signal, highest, began_at, noted_at,
                         is_past, closed_at)
VALUES ('rosa', 'dam', %(title)s, %(title)s, false, %(level)s, 1, %(level)s, %(at)s, %(at)s, false, %(closed)s)
RETURNING id
"""
A_LINE: Final = """
INSERT INTO alarm_history (event_id, at, noted_at, kind, level, author) VALUES (%s, %s, %s, 'raised', %s, 'system:1')
"""


def disclose(database: TestDatabase, *, is_public: bool = False, **stated: Any) -> None:
    """Set what rosa opens."""
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute(
            "UPDATE facility SET document = document || %s WHERE id = 'rosa'",
            (Jsonb({"public": is_public, "disclosure": stated or None}),),
        )


def raised(owner: psycopg.Connection[Any], title: str, at: datetime, level: int, closed: datetime | None) -> int:
    """An alarm of rosa, raised at a level."""
    row = owner.execute(AN_ALARM, {"title": title, "at": at, "level": level, "closed": closed}).fetchone()
    assert row is not None
    owner.execute(A_LINE, (row[0], at, at, level))
    return int(row[0])


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """Rosa under embargo: a reading, an alarm and a sample of today, others of last week, and a question that waits."""
    now = datetime.now(UTC)
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        disclose(fresh, **EMBARGO)
        with psycopg.connect(fresh.conninfo()) as owner:
            owner.execute("INSERT INTO node VALUES ('rosa', 'n01', 'gw1', 'secret node', 60)")
            owner.execute("INSERT INTO instrument VALUES ('rosa', 'n01', 'vw1', 'vw_piezometer')")
            owner.execute(
                "INSERT INTO datastream (id, name, facility_id, node_id, instrument_id, quantity, unit)"
                " OVERRIDING SYSTEM VALUE"
                " VALUES (200, 'rosa:n01:vw1.level', 'rosa', 'n01', 'vw1', 'water-level', 'm')"
            )
            site.store(owner, 200, now - timedelta(days=7), OLD_VALUE)
            site.store(owner, 200, now - timedelta(minutes=1), NEW_VALUE)
            old = raised(owner, OLD_ALARM, now - timedelta(days=7), 1, None)
            owner.execute(A_LINE, (old, now, now, 3))
            owner.execute("UPDATE alarm_event SET highest = 3, closed_at = %s WHERE id = %s", (now, old))
            owner.execute(
                "INSERT INTO tarp_level_change (facility_id, plan, at, before, after, is_late, noted_at, withdrawn_at)"
                " SELECT 'rosa', rule, began_at, 0, 1, false, began_at, %s FROM alarm_event WHERE id = %s",
                (now - timedelta(minutes=1), old),
            )
            owner.execute("UPDATE alarm_event SET corrections = 1 WHERE id = %s", (old,))
            raised(owner, ENDED_ALARM, now - timedelta(days=7), 2, now - timedelta(days=6))
            raised(owner, NEW_ALARM, now - timedelta(hours=1), 3, None)
            owner.execute("SELECT send_question('rosa', 'question', 'en', 'It waits unread here.', 9, 9)")
        yield fresh


@pytest.fixture(scope="module")
def server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The program over it."""
    running = ApiServer(tmp_path_factory.mktemp("embargo"), database.conninfo("tailwatch_api")).start()
    yield running
    running.stop()


@pytest.fixture
def stranger(server: ApiServer) -> Iterator[httpx.Client]:
    """Somebody without key or login."""
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every address that answers GET, with rosa's ids in it, and those with queries that name rosa."""
    secret = tmp_path_factory.mktemp("routes") / "url"
    secret.write_text("host=127.0.0.1")
    secret.chmod(0o600)
    app = build(Settings(database_url_file=secret))
    app.openapi()  # opens every room
    paths = [one.path for one in routes(app.routes) if isinstance(one, APIRoute) and "GET" in one.methods]
    filled = {_filled(path) for path in paths if "live" not in path and "/static/" not in path}
    return sorted(filled | PUBLIC | set(DATA) | set(MORE))


def _filled(path: str) -> str:
    parts = []
    for part in path.split("/"):
        name = part.strip("{}").partition(":")[0]
        parts.append(IN_PATHS.get(name, "x") if part.startswith("{") else part)
    return "/".join(parts)


def leaks(stranger: httpx.Client, addresses: list[str], words: tuple[str, ...]) -> dict[str, list[str]]:
    """The addresses whose answer to a stranger has one of these words, with those that it has."""
    found = {}
    for address in addresses:
        with stranger.stream("GET", address) as answer:  # a live stream that opens never ends: its head is enough
            is_live = answer.headers.get("content-type", "").startswith("text/event-stream")
            text = "" if is_live else answer.read().decode(errors="replace")
        if had := [word for word in words if word in text]:
            found[address] = had
    return found


def test_a_stranger_reads_no_secret_by_any_route(stranger: httpx.Client, addresses: list[str]) -> None:
    """Nothing of the last day, nothing that was not opened; other addresses do not even name what is opened."""
    everything = (*SECRETS, *OPENED, "Rosa")
    found = leaks(stranger, addresses, everything)

    assert len(addresses) > 120
    assert {address: had for address, had in found.items() if set(had) & set(SECRETS)} == {}
    assert {*found} <= PUBLIC


def test_what_is_opened_is_read_after_the_delay(stranger: httpx.Client) -> None:
    """The reading and the alarm of last week, as they were a day ago: at its level of then, and not over."""
    answer = stranger.get("/api/v1/public/facilities/rosa").json()
    alarms = {one["title"]: (one["highest"], one["ended_at"] is None) for one in answer["alarms"]}

    assert [one["value"] for one in answer["readings"]] == [OLD_VALUE]
    assert alarms == {OLD_ALARM: (1, True), ENDED_ALARM: (2, False)}
    assert (answer["state"], answer["instruments"], answer["changes"]) == (None, None, None)


def test_that_an_alarm_was_taken_back_is_read_after_the_delay(stranger: httpx.Client, database: TestDatabase) -> None:
    """Values of a minute ago took it back: nothing is said of that for a day, and without a delay it is said."""
    address = "/api/v1/public/facilities/rosa"
    late = {one["title"]: one["is_taken_back"] for one in stranger.get(address).json()["alarms"]}
    disclose(database, **EMBARGO | {"delay_h": 0.0})
    at_once = {one["title"]: one["is_taken_back"] for one in stranger.get(address).json()["alarms"]}
    disclose(database, **EMBARGO)

    assert (late[OLD_ALARM], at_once[OLD_ALARM]) == (False, True)


def test_a_page_without_a_state_says_that_it_is_not_known(stranger: httpx.Client) -> None:
    """Neither green nor silence: it is not published, and the delay is said."""
    text = stranger.get("/public/f/rosa").text

    assert "the operator does not say whether there is a warning" in text and "No warning" not in text
    assert "appear here 24 h late" in text


def test_a_facility_without_a_page_is_answered_as_none(
    stranger: httpx.Client, database: TestDatabase, addresses: list[str]
) -> None:
    """Nothing opened: every public address answers as for a facility that there is not, and the list leaves it out."""
    disclose(database)
    answers = [
        (one.status_code, one.text.replace("nona", "rosa"))
        for facility in ("rosa", "nona")
        for one in (stranger.get(f"/public/f/{facility}"), stranger.get(f"/api/v1/public/facilities/{facility}"))
    ]
    found = leaks(stranger, addresses, ("Rosa", *SECRETS, *OPENED))
    disclose(database, **EMBARGO)

    assert answers[:2] == answers[2:] and {status for status, _ in answers} == {404}
    assert found == {}


def test_a_broken_rule_is_found(stranger: httpx.Client, database: TestDatabase) -> None:
    """The control: without the delay the new reading and alarm are found; a public facility leaks by many routes."""
    disclose(database, **EMBARGO | {"delay_h": 0.0})
    without_delay = leaks(stranger, sorted(PUBLIC), SECRETS)
    disclose(database, is_public=True)
    public = leaks(stranger, list(DATA), SECRETS)
    disclose(database, **EMBARGO)

    assert set(without_delay["/public/f/rosa"]) == {"4321.1", NEW_ALARM}
    assert len({*public} - PUBLIC) > 5
