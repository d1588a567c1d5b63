"""Own sessions and password over the api: what a person may do alone, and nobody for another."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.api import people
from tests.api.people import PASSWORD, bearer, log_in
from tests.api.server import ApiServer
from tests.servers import TestDatabase

FRESH = "seven grumpy parrots sing"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


class Person:
    """A person with a browser that is logged in."""

    def __init__(self, server: ApiServer, login: str, **headers: str) -> None:
        self.client = httpx.Client(base_url=server.url, timeout=60, headers=headers)
        assert log_in(self.client, login).status_code == 303
        self.token = self.client.get("/api/v1/me").json()["form_token"]

    def post(self, path: str, **body: str) -> httpx.Response:
        return self.client.post(f"/api/v1{path}", json=body or None, headers={"x-form-token": self.token})

    def sessions(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.client.get("/api/v1/me/sessions").json()["sessions"]
        return found

    def is_logged_in(self) -> bool:
        return bool(self.client.get("/api/v1/me").json()["who"] != "anonymous")


@pytest.fixture
def server(own_database: TestDatabase, tmp_path: Path) -> Iterator[ApiServer]:
    """ana and bea may read vale."""
    for login in ("ana", "bea"):
        people.add_user(own_database.conninfo(), login, vale="read")
    running = ApiServer(tmp_path, own_database.conninfo("tailwatch_api"), logins_per_minute=100).start()
    yield running
    running.stop()


def test_a_person_sees_the_own_sessions_and_ends_one(server: ApiServer) -> None:
    """With time, address and kind of browser; the one that ended is out, nobody else's can be ended."""
    desk = Person(server, "ana")
    phone = Person(server, "ana", **{"user-agent": SAFARI, "x-forwarded-for": "203.0.113.7"})
    other = Person(server, "bea")
    found = desk.sessions()
    foreign = desk.post(f"/me/sessions/{other.sessions()[0]['number']}/end")
    ended = desk.post(f"/me/sessions/{found[0]['number']}/end")

    assert [(one["browser"], one["address"], one["is_this"]) for one in found] == [
        ("safari ios", "203.0.113.7", False),
        ("other other", "127.0.0.1", True),
    ]
    assert (foreign.status_code, ended.json()) == (404, {"ended": 1})
    assert [one.is_logged_in() for one in (desk, phone, other)] == [True, False, True]


def test_a_person_logs_out_everywhere_else(server: ApiServer) -> None:
    """All of the own sessions but this one end."""
    here, *elsewhere = [Person(server, "ana") for _ in range(3)]
    other = Person(server, "bea")
    ended = here.post("/me/sessions/end-others")

    assert ended.json() == {"ended": 2}
    assert [one.is_logged_in() for one in (here, *elsewhere, other)] == [True, False, False, True]


def test_a_person_changes_the_password(server: ApiServer) -> None:
    """With the present one; the other sessions end, the old password counts no more, the new one does."""
    here, elsewhere = Person(server, "ana"), Person(server, "ana")
    wrong = here.post("/me/password", present="not my password at all", password=FRESH)
    done = here.post("/me/password", present=PASSWORD, password=FRESH)
    with httpx.Client(base_url=server.url, timeout=60) as again:
        old, new = log_in(again, "ana").status_code, log_in(again, "ana", FRESH).status_code

    assert (wrong.status_code, wrong.json()["field"]) == (403, "present")
    assert (done.json(), old, new) == ({"ended": 1}, 403, 303)
    assert (here.is_logged_in(), elsewhere.is_logged_in()) == (True, False)


def test_a_bad_password_is_refused_with_its_reason(server: ApiServer) -> None:
    """Common, and made of a facility's name (vale): 422 with field, reason and fix; the old one counts on."""
    here = Person(server, "ana")
    refused = [
        here.post("/me/password", present=PASSWORD, password=one) for one in ("iloveyouforever", "ana-vale-ana-vale")
    ]

    assert [(one.status_code, one.json()["field"]) for one in refused] == [(422, "password")] * 2
    assert "lists of passwords" in refused[0].json()["detail"] and "facility's" in refused[1].json()["detail"]
    assert Person(server, "ana").is_logged_in()


def test_who_guesses_the_present_password_waits(server: ApiServer) -> None:
    """A stolen session is no way to try passwords."""
    here = Person(server, "ana")
    tries = [here.post("/me/password", present=f"guess number {n} of it", password=FRESH).status_code for n in range(7)]

    assert tries == [403] * 5 + [429] * 2


def test_a_session_changes_nothing_without_its_own_form_token(server: ApiServer) -> None:
    """Neither without one, nor with that of another session of the same person, nor after the log-out."""
    here, elsewhere = Person(server, "ana"), Person(server, "ana")
    token, here.token = here.token, elsewhere.token
    of_another = [here.post("/me/sessions/end-others"), here.post("/me/password", present=PASSWORD, password=FRESH)]
    here.token = token
    here.client.post("/logout", data={"form_token": token})
    here.client.cookies.clear()
    after = here.post("/me/sessions/end-others")

    assert [one.status_code for one in of_another] == [403, 403]
    assert after.status_code == 401
    assert elsewhere.is_logged_in() and here.token != elsewhere.token


def test_a_key_has_neither_sessions_nor_password(server: ApiServer, own_database: TestDatabase) -> None:
    """It is told so; nobody at all is sent to the login."""
    key = people.add_key(own_database.conninfo(), "admin", facilities=("*",))
    as_key = httpx.get(f"{server.url}/api/v1/me/sessions", headers=bearer(key))
    nobody = httpx.get(f"{server.url}/api/v1/me/sessions")

    assert (as_key.status_code, nobody.status_code) == (403, 401)


def failed(conninfo: str) -> list[tuple[str, str]]:
    """The rows of failed logins in the audit log."""
    with psycopg.connect(conninfo) as owner:
        return owner.execute(
            "SELECT subject, detail FROM audit WHERE action = 'login.failed' ORDER BY number"
        ).fetchall()


def test_failed_logins_are_audited_and_an_administrator_sees_them(
    server: ApiServer, own_database: TestDatabase
) -> None:
    """By number of the user and address, with their count; a name that nobody has is not stored."""
    conninfo = own_database.conninfo()
    people.add_user(conninfo, "root", everywhere="admin")
    with httpx.Client(base_url=server.url, timeout=60, headers={"x-forwarded-for": "203.0.113.7"}) as stranger:
        for number in range(4):
            log_in(stranger, "ana", f"guess number {number} of it")
        log_in(stranger, "my-password-in-the-wrong-field", "x")
    seen = Person(server, "root").client.get("/api/v1/failed-logins").json()["failed_logins"]
    refused = Person(server, "ana").client.get("/api/v1/failed-logins")

    assert [subject for subject, _ in failed(conninfo)] == ["user:1"] * 3 + ["user:unknown"]
    assert [(one["name"], one["address"], one["failures"]) for one in reversed(seen)] == [
        *[("ana", "203.0.113.7", count) for count in (1, 2, 4)],
        (None, "203.0.113.7", 1),
    ]
    assert refused.status_code == 403 and "wrong-field" not in str(failed(conninfo))


def test_nobody_makes_the_audit_log_grow_without_end(own_database: TestDatabase) -> None:
    """The database takes 60 rows an hour, whatever the api says; the next row after that tells how many there were."""
    with psycopg.connect(own_database.conninfo("tailwatch_api"), autocommit=True) as api:
        for number in range(500):
            api.execute("SELECT note_failed_login('ana', %s, 1)", (f"2001:db8:{number:x}::/64",))
    with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:
        before = len(failed(own_database.conninfo()))
        owner.execute("UPDATE failed_login_budget SET hour = hour - interval '1 hour'")
        owner.execute("SELECT note_failed_login('ana', '203.0.113.7', 1)")

    assert before == 60
    assert '"others": 440' in failed(own_database.conninfo())[-1][1]
