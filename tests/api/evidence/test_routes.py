"""Evidence over HTTP: kept as it came, for those who may; all else is refused with field, reason and fix."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any

import httpx
import psycopg
import pytest

from api.evidence.files import MAX_BYTES
from tests.api import people, site
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database

from .pictures import JPEG, PDF, png

AT = datetime(2026, 5, 2, 8, tzinfo=UTC)
PHOTO = png()


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """The site of the api's tests: vale is public, rosa private; an alarm with an action and a note in each."""
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        people.make_private(fresh.conninfo(), "rosa")
        with psycopg.connect(fresh.conninfo()) as owner:
            for facility in ("vale", "rosa"):
                _alarm(owner, facility)
        yield fresh


def _alarm(owner: Any, facility: str) -> None:
    """The first one's numbers are 1, the second one's 2."""
    (alarm,) = owner.execute(
        "INSERT INTO alarm_event (facility_id, family, rule, title, is_simulated, level, signal, highest, began_at,"
        " noted_at, is_past) VALUES (%s, 'dam', 'overtopping', 'overtopping', false, 1, 1, 1, %s, %s, false)"
        " RETURNING id",
        (facility, AT, AT),
    ).fetchone()
    owner.execute("INSERT INTO alarm_action (event_id, level, who, what) VALUES (%s, 1, 'shift', 'walk')", (alarm,))
    owner.execute(
        "INSERT INTO alarm_history (event_id, at, kind, level, author, note) VALUES (%s, %s, 'note', 1, 'user:1', 'x')",
        (alarm, AT),
    )


@pytest.fixture(scope="module")
def server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    running = ApiServer(tmp_path_factory.mktemp("evidence"), database.conninfo("tailwatch_api")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shift(database: TestDatabase, server: ApiServer) -> Iterator[httpx.Client]:
    """A program that may annotate vale."""
    key = people.add_key(database.conninfo(), "read", "annotate")
    with httpx.Client(base_url=server.url, timeout=60, headers=people.bearer(key)) as client:
        yield client


def keep(client: httpx.Client, content: bytes, facility: str = "vale", **query: str) -> httpx.Response:
    """Send a file."""
    given = {"subject_kind": "action", "subject": "1", "name": "crest.png", "shows": "the crest, dry", **query}
    return client.post(f"/api/v1/facilities/{facility}/evidence", params=given, content=content)


def test_a_photo_is_kept_as_it_came(shift: httpx.Client, database: TestDatabase) -> None:
    """The same bytes and hash come back with the headers of a stranger's file; alarm, audit log and commits have it."""
    made = keep(shift, PHOTO)
    known = made.json()
    back = shift.get(known["address"])
    listed = shift.get("/api/v1/alarms/1").json()["evidence"]
    with psycopg.connect(database.conninfo()) as owner:
        (audited,) = owner.execute("SELECT detail FROM audit WHERE action = 'evidence.stored'").fetchone() or ("",)
        newest = owner.execute("SELECT facility_ids, rows FROM commit_log ORDER BY id DESC").fetchone()

    assert (made.status_code, known["sha256"]) == (201, hashlib.sha256(PHOTO).hexdigest())
    assert (back.content, back.headers["content-type"]) == (PHOTO, "image/png")
    assert back.headers["x-content-type-options"] == "nosniff"
    assert back.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert back.headers["content-disposition"].endswith("filename*=UTF-8''crest.png")
    assert listed == [known] and known["sha256"] in audited
    assert newest == (["vale"], 0)


def test_who_watches_is_woken(shift: httpx.Client, database: TestDatabase) -> None:
    """The commit is told on the channel of the live feed, once it can be read."""
    with psycopg.connect(database.conninfo(), autocommit=True) as watching:
        watching.execute("LISTEN tailwatch_commit")
        keep(shift, png(5), shows="the spillway")
        told = [one.payload for one in watching.notifies(timeout=60, stop_after=1)]
        newest = watching.execute("SELECT max(id)::text FROM commit_log").fetchone()

    assert tuple(told) == newest


def test_what_is_sent_again_is_there_once(shift: httpx.Client) -> None:
    """A second tap, or a link that broke before the answer; with other words it is a further entry."""
    first, again = keep(shift, JPEG, subject_kind="note"), keep(shift, JPEG, subject_kind="note")
    other = keep(shift, JPEG, subject_kind="note", shows="the crest, wet")

    assert first.json() == again.json()
    assert other.json()["id"] != first.json()["id"]


REFUSED = {
    "empty": (b"", {}, 422, "file", "choose it again"),
    "type": (b"<svg>", {"name": "a.png"}, 422, "file", "JPEG, PNG or WebP"),
    "sheet": (PDF, {}, 422, "file", "JPEG, PNG or WebP"),
    "shows": (PHOTO, {"shows": "  a "}, 422, "shows", "3 to 200 characters"),
    "kind": (PHOTO, {"subject_kind": "alarm"}, 422, "subject_kind", "'action', 'note'"),
    "no-subject": (PHOTO, {"subject": "99"}, 404, "subject", "load its page again"),
    "no-number": (PHOTO, {"subject": "1; drop"}, 404, "subject", "load its page again"),
    "nul": (PHOTO, {"subject": "1\0"}, 404, "subject", "load its page again"),
    "foreign-subject": (PHOTO, {"subject": "2"}, 404, "subject", "load its page again"),
    "other-kind": (PHOTO, {"subject_kind": "acknowledgement"}, 404, "subject", "load its page again"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_evidence_is_refused(shift: httpx.Client, case: str) -> None:
    """With the field that is wrong, why, and what to do; nothing is kept of it."""
    content, query, status, field, fix = REFUSED[case]
    before = shift.get("/api/v1/alarms/1").json()["evidence"]
    answer = keep(shift, content, **query)

    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert fix in answer.json()["detail"]
    assert shift.get("/api/v1/alarms/1").json()["evidence"] == before


def test_one_that_is_too_large_is_refused_before_it_is_read(shift: httpx.Client, server: ApiServer) -> None:
    """By the length that it says: the answer comes while not one byte of it was sent; and by its length as it came."""
    wire = HTTPConnection("127.0.0.1", server.port, timeout=60)
    wire.putrequest("POST", "/api/v1/facilities/vale/evidence")
    wire.putheader("content-length", str(MAX_BYTES * 2))
    wire.endheaders()
    answer = wire.getresponse()
    told = answer.read().decode()
    wire.close()
    came = keep(shift, PHOTO + bytes(MAX_BYTES))

    assert answer.status == 413 and f"file: a photo or sheet may have {MAX_BYTES} bytes; make it smaller" in told
    assert (came.status_code, came.json()["field"]) == (422, "file")


def test_the_thirteenth_is_refused(shift: httpx.Client) -> None:
    """Twelve a subject; it says where the next one belongs."""
    for red in range(12):
        last = keep(shift, png(red), subject_kind="note", shows=f"photo {red}")
        if last.status_code != 201:
            break
    kept = [one for one in shift.get("/api/v1/alarms/1").json()["evidence"] if one["subject_kind"] == "note"]

    assert len(kept) == 12
    assert (last.status_code, last.json()["field"]) == (422, "subject")
    assert "a further note" in last.json()["detail"]


def test_only_who_may_act_keeps_and_only_who_may_read_sees(
    shift: httpx.Client, server: ApiServer, database: TestDatabase
) -> None:
    """vale is public: a stranger sees no photo of it. Who may not read a facility is told of none in the same words."""
    number = keep(shift, png(77)).json()["id"]
    stranger, reader, foreign = (
        httpx.Client(base_url=server.url, timeout=60, headers=headers)
        for headers in (
            {},
            people.bearer(people.add_key(database.conninfo(), "read")),
            people.bearer(people.add_key(database.conninfo(), "read", "annotate", facilities=("rosa",))),
        )
    )
    with stranger, reader, foreign:
        got = [one.get(f"/api/v1/evidence/{number}").status_code for one in (stranger, reader, foreign)]
        absent = [one.get("/api/v1/evidence/999999").status_code for one in (stranger, reader, foreign)]
        words = [foreign.get(f"/api/v1/evidence/{id}").json()["detail"].split(str(id))[1] for id in (number, 999999)]
        sent = [keep(one, PHOTO).status_code for one in (stranger, reader, foreign)]
        elsewhere = keep(shift, PHOTO, "rosa", subject="2").status_code
        seen = stranger.get("/api/v1/alarms/1").json()["evidence"]

    assert (got, absent) == ([401, 200, 404], [401, 404, 404])
    assert words[0] == words[1]
    assert (sent, elsewhere, seen) == ([401, 403, 403], 404, [])


def test_a_sheet_needs_the_right_to_calibrate(shift: httpx.Client) -> None:
    """As the calibration itself does."""
    answer = keep(shift, PDF, subject_kind="calibration", subject="n07:vw1@2026-01-01T00:00:00Z")

    assert answer.status_code == 403 and "approve" in answer.json()["detail"]


@pytest.mark.parametrize(
    "change", ["DELETE FROM evidence", "UPDATE evidence SET shows = 'another'", "TRUNCATE evidence"]
)
def test_nobody_changes_evidence(database: TestDatabase, shift: httpx.Client, change: str) -> None:
    """Not even the owner of the database by mistake."""
    keep(shift, png(99))
    with psycopg.connect(database.conninfo()) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute(change)
