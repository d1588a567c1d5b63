"""Bad requests (reliability.md, section 3, API): each gets its status and a sentence that helps, changing nothing."""

import socket
from typing import Any

import httpx
import psycopg
import pytest

from api.http.problem import ProblemDocument
from tests.api import people, site
from tests.api.server import ApiServer
from tests.servers import TestDatabase

SERIES = "/api/v1/datastreams/1/observations"
VALE = "/api/v1/facilities/vale"
CURSOR_OF_ANOTHER = "AWLT_N8ABlC2SjxOAMdTVzI"
SQL = "'; DROP TABLE observation; --"

BAD = [
    (SERIES, {"cursor": "abc"}, 422, "cursor", "not a cursor"),
    (SERIES, {"cursor": "A" * 23}, 422, "cursor", "damaged"),
    ("/api/v1/datastreams/2/observations", {"cursor": CURSOR_OF_ANOTHER}, 422, "cursor", "another list"),
    (SERIES, {"cursor": "x" * 5000}, 422, "cursor", "at most 100 characters"),
    (SERIES, {"from": "2026-05-02T00:00:00Z", "to": "2026-05-01T00:00:00Z"}, 422, "from", "exchange them"),
    (SERIES, {"from": "1926-05-02T00:00:00Z", "to": "2026-05-01T00:00:00Z"}, 422, "from", "50 years"),
    (SERIES, {"from": "2026-05-02"}, 422, "from", "zone is missing"),
    (SERIES, {"from": "yesterday"}, 422, "from", "RFC 3339"),
    (SERIES, {"to": "2026-05-02T00:00:00 02:00"}, 422, "to", "%2B"),
    (SERIES, {"to": "9999-99-99T99:99:99Z"}, 422, "to", "no such instant"),
    (SERIES, {"limit": "0"}, 422, "limit", "greater than or equal to 1"),
    (SERIES, {"limit": "-1"}, 422, "limit", "greater than or equal to 1"),
    (SERIES, {"limit": "1000000000"}, 422, "limit", "less than or equal to 50000"),
    (SERIES, {"limit": "1e9"}, 422, "limit", "a valid integer"),
    (SERIES, {"limit": "ten"}, 422, "limit", "a valid integer"),
    (SERIES, {"format": "xlsx"}, 422, "format", "'json' or 'arrow'"),
    (SERIES, {"quality": "5"}, 422, "quality", "1 pass, 2 not evaluated"),
    (SERIES, {"quality": ""}, 422, "quality", "1 pass, 2 not evaluated"),
    (SERIES, {"max_points": "1"}, 422, "max_points", "greater than or equal to 10"),
    (SERIES, {"max_points": "100", "limit": "5"}, 422, "limit", "leave out limit"),
    (SERIES, {"max_points": "100", "format": "csv"}, 422, "max_points", "csv gives every observation"),
    (SERIES, {"time_format": "iso"}, 422, "time_format", "'rfc3339' or 'unix'"),
    (SERIES, {"form": "2026-05-02T00:00:00Z"}, 422, "form", "did you mean"),
    (SERIES, {"as_of": "9998-01-01T00:00:00Z"}, 422, "as_of", "in the future"),
    (SERIES, {"as_of": "9999-12-31T23:59:59.999999Z"}, 422, "as_of", "in the future"),
    (SERIES, {"as_of": "2026-05-02"}, 422, "as_of", "zone is missing"),
    (SERIES, {"as_of": "last week", "max_points": "50"}, 422, "as_of", "RFC 3339"),
    (SERIES, {"from": SQL}, 422, "from", "RFC 3339"),
    (SERIES, {"quality": SQL}, 422, "quality", "1 pass"),
    (SERIES, {"cursor": SQL}, 422, "cursor", "not a cursor"),
    (SERIES, {"from": "2026-05-02T00:00:00Z\r\nX-Evil: 1"}, 422, "from", "RFC 3339"),
    ("/api/v1/datastreams/99/observations", {}, 404, "datastream", "no datastream '99'"),
    ("/api/v1/datastreams/99999999999999999999", {}, 404, "datastream", "full name"),
    ("/api/v1/datastreams/550e8400-e29b-41d4-a716-446655440000", {}, 404, "datastream", "full name"),
    ("/api/v1/datastreams/vale:n07:vw1.lvl", {}, 404, "datastream", "full name"),
    ("/api/v1/datastreams/%00", {}, 404, "datastream", "x00"),
    ("/api/v1/datastreams/٣", {}, 404, "datastream", "full name"),
    ("/api/v1/datastreams/" + "x" * 300, {}, 422, "datastream", "at most 200 characters"),
    (f"/api/v1/facilities/{SQL}/ledger", {}, 404, "facility", "no facility"),
    ("/api/v1/facilities/%00/nodes", {}, 404, "facility", "no facility"),
    ("/api/v1/facilities/ＶＡＬＥ", {}, 404, "facility", "no facility"),
    ("/api/v1/facilities/nowhere/datastreams", {}, 404, "facility", "/api/v1/facilities lists them"),
    ("/api/v1/facilities/..%2f..%2fetc%2fpasswd", {}, 404, None, "nothing at"),
    ("/docs/static/..%2f__init__.py", {}, 404, None, "nothing at"),
    ("/api/v2/facilities", {}, 404, None, "/docs lists"),
    (f"{VALE}/datastreams", {"node": "n 07"}, 422, "node", "lower-case letters"),
    (f"{VALE}/datastreams", {"cursor": CURSOR_OF_ANOTHER}, 422, "cursor", "another list"),
    (f"{VALE}/series", {}, 422, "datastream", "required"),
    (f"{VALE}/series", {"datastream": ["1"] * 21}, 422, "datastream", "at most 20 items"),
    (f"{VALE}/series", {"datastream": ["1", "99"]}, 404, "datastream", "no datastream '99'"),
    (f"{VALE}/series", {"datastream": "x" * 201}, 422, "datastream", "at most 200 characters"),
    (f"{VALE}/series", {"datastream": SQL}, 404, "datastream", "no datastream"),
    (f"{VALE}/series", {"datastream": "9" * 30}, 404, "datastream", "no datastream"),
    ("/api/v1/facilities/rosa/series", {"datastream": "1"}, 404, "datastream", "no datastream '1'"),
    (f"{VALE}/series", {"datastream": "1", "max_points": "9"}, 422, "max_points", "greater than or equal to 10"),
    (f"{VALE}/series", {"datastream": "1", "max_points": "5001"}, 422, "max_points", "less than or equal to 5000"),
    (f"{VALE}/series", {"datastream": "1", "quality": "1,3"}, 422, "marks", "leave out 3"),
    (f"{VALE}/series", {"datastream": "1", "marks": "7"}, 422, "marks", "1 pass"),
    (f"{VALE}/series", {"datastream": "1", "from": "May"}, 422, "from", "RFC 3339"),
    (f"{VALE}/series", {"datastream": "1", "format": "csv", "max_points": "50"}, 422, "max_points", "csv gives every"),
    (f"{VALE}/series", {"datastream": "1", "limit": "5"}, 422, "limit", "known are"),
    (f"{VALE}/series", {"datastream": "1", "as_of": "9998-01-01T00:00:00Z"}, 422, "as_of", "in the future"),
    (f"{VALE}/series", {"datastream": "1", "as_of": "May"}, 422, "as_of", "RFC 3339"),
    (f"{VALE}/revisions", {"cursor": CURSOR_OF_ANOTHER}, 422, "cursor", "another list"),
    (f"{VALE}/revisions", {"limit": "501"}, 422, "limit", "less than or equal to 500"),
    (f"{VALE}/annotations", {"from": "May"}, 422, "from", "RFC 3339"),
    (f"{VALE}/annotations", {"withdrawn": "maybe"}, 422, "withdrawn", "boolean"),
    (f"{VALE}/coverage", {"from": "2026-05-02", "to": "2026-05-01"}, 422, "from", "exchange them"),
    (f"{VALE}/coverage", {"from": "2020-01-01", "to": "2026-05-01"}, 422, "from", "at most 366 days"),
    (f"{VALE}/coverage", {"to": "9999-12-31"}, 422, "to", "end of the calendar"),
    ("/api/v1/facilities/nowhere/coverage", {}, 404, "facility", "no facility"),
    (f"{VALE}/ledger", {"from": "2026-05-02", "to": "2026-05-01"}, 422, "from", "exchange them"),
    (f"{VALE}/ledger", {"from": "0001-01-01"}, 422, "from", "ten years"),
    (f"{VALE}/ledger", {"from": "May"}, 422, "from", "a valid date"),
    (f"{VALE}/ledger", {"sender": "_edge/"}, 422, "sender", "a node (n07)"),
    (f"{VALE}/quarantine", {"raw": "hex"}, 422, "raw", "'base64'"),
    (f"{VALE}/quarantine", {"limit": "201"}, 422, "limit", "less than or equal to 200"),
    (f"{VALE}/quarantine", {"reason": SQL}, 422, "reason", "lower-case"),
    ("/api/v1/facilities", {"after": "\x00"}, 422, "after", "lower-case"),
    ("/api/v1/live", {"after": "-1"}, 422, "after", "greater than or equal to 0"),
    ("/api/v1/live", {"facility": "nowhere"}, 404, "facility", "no facility"),
    ("/api/v1/live", {"datastream": ["1", "99"]}, 404, "datastream", "no datastream '99'"),
    ("/api/v1/live", {"datastream": ["1"] * 201}, 422, "datastream", "at most 200 items"),
]


@pytest.fixture(scope="module")
def everything(read_database: TestDatabase) -> dict[str, str]:
    """A key that reads everywhere: nobody without one is told what there is not."""
    return people.bearer(people.add_key(read_database.conninfo(), "read", facilities=("*",)))


@pytest.mark.parametrize(("path", "parameters", "status", "field", "sentence"), BAD)
def test_a_bad_request_is_told_what_is_wrong(
    client: httpx.Client,
    everything: dict[str, str],
    path: str,
    parameters: dict[str, Any],
    status: int,
    field: str | None,
    sentence: str,
) -> None:
    """The answer is a problem document with this status, the field, and a sentence that helps."""
    answer = client.get(path, params=parameters, headers=everything)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = ProblemDocument.model_validate_json(answer.content)
    assert (problem.status, problem.field, sentence in problem.detail) == (status, field, True), problem


@pytest.mark.parametrize("header", ["abc", "-1", "1.5", "٣", "9" * 19, "9" * 400])
def test_a_bad_last_event_id_is_told(client: httpx.Client, header: str) -> None:
    """A Last-Event-ID that is no commit id is an error that names the header."""
    answer = client.get("/api/v1/live", headers=[(b"last-event-id", header.encode())])

    assert (answer.status_code, answer.json()["field"]) == (422, "last-event-id")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_refused_with_the_right_one(client: httpx.Client, method: str) -> None:
    """The api is read only; the answer names the method that is possible. A CORS preflight gets no permission."""
    headers = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    answer = client.request(method, SERIES, headers=headers)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert "use GET" in answer.json()["detail"]
    assert "access-control-allow-origin" not in answer.headers


def test_an_oversized_body_is_not_read(read_server: ApiServer) -> None:
    """A body that the sender says is 100 GB long is answered at once, before it comes."""
    with socket.create_connection(("127.0.0.1", read_server.port), timeout=60) as line:
        line.sendall(f"POST {SERIES} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000000\r\n\r\nabc".encode())

        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_a_range_request_gets_the_whole(client: httpx.Client) -> None:
    """Ranges of a series that grows make no sense: the header is ignored, as RFC 9110 section 14.2 allows."""
    answer = client.get(SERIES, params={"format": "csv"}, headers={"range": "bytes=0-10"})

    assert answer.status_code == 200
    assert len(answer.text.splitlines()) == site.LEVEL_ROWS + 1


def test_nothing_of_this_changed_anything(read_database: TestDatabase) -> None:
    """After all bad requests every table has the rows it had."""
    with psycopg.connect(read_database.conninfo()) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            for table in ("facility", "datastream", "observation", "sequence_state", "quarantine")
        ]

    assert counts == [(2,), (5,), (site.LEVEL_ROWS + 2,), (4,), (7,)]
