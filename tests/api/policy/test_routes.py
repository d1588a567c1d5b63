"""Policy instruments over HTTP: frozen, data changed, run again; causes against a count by hand, and who may what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import httpx
import msgspec
import psycopg
import pytest

from tailings.policy import Evaluation, sha256
from tests.api import people
from tests.api.policy.site import AFTER, BEFORE, PLAN, freeze, written
from tests.api.region.site import put_facilities, put_register
from tests.api.server import ApiServer
from tests.ingest.waiting import until
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """A public register, one that is not public, and a facility without a reading, in Portugal."""
    with fresh_database(cluster, MIGRATED) as fresh:
        put_register(fresh, "pt", BEFORE)
        put_register(fresh, "own", [BEFORE[0], "X,Heap X,PT,active,High,GISTM,9999"], public=False)
        with psycopg.connect(fresh.conninfo()) as connection:
            put_facilities(connection, [("vale", "green", -7.5, 40.1)], consequence_class="high")
        yield fresh


@pytest.fixture(scope="module")
def server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api over it."""
    running = ApiServer(tmp_path_factory.mktemp("policy"), database.conninfo("tailwatch_api")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def stranger(server: ApiServer) -> Iterator[httpx.Client]:
    """Who reads without a login."""
    with httpx.Client(base_url=server.url, timeout=120) as client:
        yield client


def keyed(database: TestDatabase, server: ApiServer, *scopes: str, place: str = "*") -> httpx.Client:
    """A client with a key."""
    key = people.add_key(database.conninfo(), *scopes, facilities=(place,))
    return httpx.Client(base_url=server.url, timeout=120, headers=people.bearer(key))


@pytest.fixture(scope="module")
def authority(database: TestDatabase, server: ApiServer) -> Iterator[httpx.Client]:
    """Who may approve everywhere."""
    with keyed(database, server, "read", "approve") as client:
        yield client


@pytest.fixture(scope="module")
def frozen(database: TestDatabase, authority: httpx.Client) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The instrument frozen before and after a file came; the second freeze and the hash of the first instant again."""
    assert authority.post(PLAN, json=written()).status_code == 201
    first = freeze(authority, "before")
    put_register(database, "pt", AFTER, day="2026-06-30")
    again = freeze(authority, "before", as_of=first["as_of"])
    return first, freeze(authority, "after"), again["sha256"]


def by_indicator(client: httpx.Client, **query: Any) -> dict[str, dict[str, Any]]:
    """The indicators of the instrument, by name."""
    answer = client.get(PLAN, params=query)
    assert answer.status_code == 200, answer.text
    return {one["query"]["indicator"]: one for one in answer.json()["indicators"]}


def test_the_difference_has_its_causes(stranger: httpx.Client, frozen: tuple[Any, Any, str]) -> None:
    """By hand, over A B C and vale, then A B D E and vale: people -20 revised, +5 new; classes 2 of 4 to 4 of 5."""
    found = by_indicator(stranger)
    known, at_risk, read = (found[one] for one in ("consequence_known", "people_at_risk", "under_monitoring"))

    assert [known[when]["value"] for when in ("before", "after")] == [2 / 4, 4 / 5]
    effects = known["comparison"]["exact"]
    assert sum((Fraction(one) for one in effects.values()), Fraction(0)) == Fraction(4, 5) - Fraction(1, 2)
    assert at_risk["comparison"]["effects"] == {"method": 0, "revised": -20, "added": 5, "removed": 0}
    assert (at_risk["before"]["value"], at_risk["before"]["high"]) == (150, None)  # of C and vale nobody says how many
    assert read["before"]["value"] == read["after"]["value"] == 0


def test_rows_are_named_with_their_versions(stranger: httpx.Client, frozen: tuple[Any, Any, str]) -> None:
    """B was revised, C went, D and E came; A has the class that it had, and is not named."""
    changes = by_indicator(stranger)["consequence_known"]["comparison"]["changes"]

    assert [(one["cause"], one["key"]) for one in changes] == [
        ("revised", "register:pt:B"),
        ("removed", "register:pt:C"),
        ("added", "register:pt:D"),
        ("added", "register:pt:E"),
    ]
    assert changes[0]["versions"] == ["pt:B@1", "pt:B@2"]


def test_an_instant_gives_the_same_again(frozen: tuple[dict[str, Any], Any, str]) -> None:
    """After the data changed, the first instant evaluated once more has the hash that it had."""
    first, _, again = frozen

    assert first["sha256"] == again


def test_what_was_frozen_can_be_computed_again(stranger: httpx.Client, frozen: tuple[Any, dict[str, Any], str]) -> None:
    """The document of a freeze has its rows, and each evaluation the hash of its own contents."""
    _, after, _ = frozen
    found = msgspec.json.decode(
        stranger.get(f"/api/v1/policy/freezes/{after['number']}").content, type=list[Evaluation]
    )

    assert [len(one.rows) for one in found] == [5, 5, 5]
    assert all(sha256(one) == one.sha256 for one in found)


def test_now_is_evaluated_when_it_is_asked(stranger: httpx.Client, frozen: tuple[Any, Any, str]) -> None:
    """With after=0 nothing frozen stands for after; the values are those of the newest file."""
    answer = stranger.get(PLAN, params={"after": 0}).json()

    assert answer["after"] is None and answer["before"] is not None
    assert answer["indicators"][1]["after"]["value"] == 135


def test_a_public_instrument_stands_on_what_is_public(
    database: TestDatabase, stranger: httpx.Client, authority: httpx.Client, frozen: tuple[Any, Any, str]
) -> None:
    """The 9999 people of a register that is not public are in no public figure; in one that is not public they are."""
    place = "/api/v1/policy/instruments/own-plan"
    authority.post(place, json=written(is_public=False))
    hidden = authority.get(place).json()["indicators"][1]["after"]["value"]
    number = freeze(authority, "before", place)["number"]

    assert hidden == 135 + 9999
    assert stranger.get(place).status_code == 404
    assert stranger.get(f"/api/v1/policy/freezes/{number}").status_code == 404
    assert [one["id"] for one in stranger.get("/api/v1/policy/instruments").json()["instruments"]] == ["land-plan"]


def test_only_who_may_approve_everywhere_writes(
    database: TestDatabase, server: ApiServer, stranger: httpx.Client
) -> None:
    """Strangers, readers of all, and who approves in one facility are refused."""
    with keyed(database, server, "read") as reader, keyed(database, server, "approve", place="vale") as local:
        answers = [one.post(PLAN, json=written()).status_code for one in (stranger, reader, local)]
        freezes = [
            one.post(f"{PLAN}/freezes", json={"moment": "after"}).status_code for one in (stranger, reader, local)
        ]

    assert answers == freezes == [401, 403, 403]


def test_a_version_that_was_overtaken_is_refused(authority: httpx.Client, frozen: tuple[Any, Any, str]) -> None:
    """Who looked at version 0 while 1 stands writes over nothing; the same again is the same version."""
    other = written()
    other["document"] = other["document"] | {"title": "Another title"}

    assert authority.post(PLAN, json=other).status_code == 422
    assert authority.post(PLAN, json=written()).json()["version"] == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"indicators": [{"indicator": "people_at_rsk"}]}, "did you mean 'people_at_risk'"),
        ({"indicators": [{"indicator": "blind_hours"}]}, "needs year"),
        ({"indicators": []}, "at least 1 item"),
    ],
)
def test_an_indicator_that_cannot_be_asked_is_refused(authority: httpx.Client, change: Any, says: str) -> None:
    """The sentence names what to change."""
    said = written()
    said["document"] = said["document"] | change
    answer = authority.post("/api/v1/policy/instruments/none", json=said)

    assert answer.status_code == 422 and says in answer.text


def test_what_is_kept_is_never_changed(database: TestDatabase, frozen: tuple[Any, Any, str]) -> None:
    """Neither by the api's role nor by the owner; both are in the audit log."""
    for role, fault in (("tailwatch_owner", psycopg.errors.RestrictViolation), ("tailwatch_api", psycopg.Error)):
        for change in ("UPDATE policy_freeze SET moment = 'after'", "DELETE FROM policy_record"):
            with psycopg.connect(database.conninfo(role)) as other, pytest.raises(fault):
                other.execute(change.encode())
    with psycopg.connect(database.conninfo()) as owner:
        told = {row[0] for row in owner.execute("SELECT DISTINCT action FROM audit").fetchall()}

    assert {"policy.written", "policy.frozen"} <= told


def test_a_row_that_went_and_came_back_stood_as_it_stood(database: TestDatabase, authority: httpx.Client) -> None:
    """Two rows, one, two again unchanged: whenever it is asked later, each instant has as many as it had."""
    head = "id,name,country"
    place, instants = "/api/v1/policy/instruments/french-plan", []
    said = written()
    said["document"] = said["document"] | {"indicators": [{"indicator": "consequence_known", "country": "FR"}]}
    authority.post(place, json=said)
    for day, rows in enumerate((["F,Heap F,FR", "G,Heap G,FR"], ["F,Heap F,FR"], ["F,Heap F,FR", "G,Heap G,FR"]), 1):
        put_register(database, "fr", [head, *rows], day=f"2026-01-0{day}")
        instants.append(freeze(authority, "before", place)["as_of"])
    numbers = [freeze(authority, "after", place, as_of=at)["number"] for at in instants]
    counts = [authority.get(f"/api/v1/policy/freezes/{number}").json()[0]["of"] for number in numbers]

    assert counts == [2, 1, 2]


def test_a_row_is_of_the_newest_file_that_has_it(database: TestDatabase, authority: httpx.Client) -> None:
    """One register says 10 people in 2024 and, unchanged, in 2026, another 99 in 2025: 99 until the third file."""
    head, place = "id,name,country,people_at_risk", "/api/v1/policy/instruments/greek-plan"
    said, instants = written(), []
    said["document"] = said["document"] | {"indicators": [{"indicator": "people_at_risk", "country": "GR"}]}
    authority.post(place, json=said)
    put_register(database, "gr", [head, "H,Heap H,GR,10"], day="2024-01-01")
    put_register(database, "gx", [head, "K,Heap H,GR,99"], day="2025-01-01")
    with psycopg.connect(database.conninfo(), autocommit=True) as owner:
        owner.execute(
            "INSERT INTO register_match (entry_id, other_entry_id, is_same, author) SELECT min(id), max(id), true,"
            " 'user:3' FROM register_entry WHERE register_id IN ('gr', 'gx')"
        )
    instants.append(datetime.now(UTC).isoformat())
    put_register(database, "gr", [head, "H,Heap H,GR,10"], day="2026-01-01")
    instants.append(datetime.now(UTC).isoformat())

    numbers = [freeze(authority, "after", place, as_of=at)["number"] for at in instants]

    assert [authority.get(f"/api/v1/policy/freezes/{number}").json()[0]["value"] for number in numbers] == [99, 10]


def test_what_holds_is_not_evaluated_again(
    database: TestDatabase, stranger: httpx.Client, frozen: tuple[Any, Any, str]
) -> None:
    """Seconds later, nothing stored between: the instant of the first who asked; a file that came makes another."""

    def asked() -> tuple[str, str]:
        answer = stranger.get(PLAN, params={"after": 0}).json()
        return answer["now"], answer["indicators"][0]["after"]["as_of"]

    first = asked()
    until(lambda: asked()[0] > first[0], every_s=0.2)
    later = asked()
    put_register(database, "it", ["id,name,country", "I,Heap I,IT"])

    assert later[1] == first[1] < asked()[1]
