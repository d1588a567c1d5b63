"""Questions to a site: what is asked again, what is not, and where a key may stand."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tailwatch_client import ClientError, KeyNotSafe, LeftTheDatabase, NotAllowed, NotFound, Refused, Site, SiteAway
from tailwatch_client.connection import ATTEMPTS, Connection

GOOD = (200, {}, {"next": None, "is_good": True})
CUT = (0, {}, {})
Answer = tuple[int, dict[str, str], object]


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A real server that gives these answers one after the other, the last again and again; CUT ends in the middle."""
    left, heard = list(answers), list[dict[str, str]]()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append({**self.headers, "path": self.path})
            status, headers, body = left.pop(0) if len(left) > 1 else left[0]
            data = json.dumps(body).encode() if not isinstance(body, bytes) else body
            self.send_response(status or 200)
            for name, value in {**headers, "content-length": str(len(data) + 100 * (status == 0))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_what_passes_is_asked_again(tmp_path: Path) -> None:
    """A busy site, a limit with its pause, and an answer that breaks off in the middle are followed by the good one."""
    pauses: list[float] = []
    with answering((503, {}, {}), (429, {"retry-after": "7"}, {}), CUT, GOOD) as (address, heard):
        found = Connection(address, pause=pauses.append).get("/api/v1/changes", {"since": 3, "facility": None})

    assert found["is_good"] and [one["path"] for one in heard] == ["/api/v1/changes?since=3"] * 4
    assert 0.25 <= pauses[0] <= 0.5 and 7.5 <= pauses[1] <= 8 and 1 <= pauses[2] <= 2


def test_a_site_that_stays_away_is_said_to_be(tmp_path: Path) -> None:
    """After six attempts, with what it said last."""
    pauses: list[float] = []
    away = (503, {}, {"detail": "The database does not answer."})
    with answering(away) as (address, heard), pytest.raises(SiteAway, match="The database does not answer"):
        Connection(address, pause=pauses.append).get("/")

    assert (len(heard), len(pauses)) == (ATTEMPTS, ATTEMPTS - 1)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, NotAllowed), (403, NotAllowed), (404, NotFound), (410, LeftTheDatabase), (422, Refused)]
)
def test_what_is_refused_is_asked_once(status: int, kind: type[Refused]) -> None:
    """The sentence of the problem document is that of the exception."""
    refusal = (status, {}, {"detail": "Give its full name."})
    with answering(refusal) as (address, heard), pytest.raises(kind, match="Give its full name"):
        Connection(address).get("/")

    assert len(heard) == 1


@pytest.mark.parametrize("answer", [(200, {}, b"<html>"), (200, {}, []), (500, {}, {})])
def test_an_answer_of_something_else_is_named(answer: Answer) -> None:
    """No JSON, no document, a bug of the site."""
    with answering(answer) as (address, _), pytest.raises(ClientError, match=address):
        Connection(address).get("/")


def test_the_key_comes_from_where_others_do_not_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the environment, or a file of mode 600; never over a line that is not encrypted, and in no address."""
    file = tmp_path / "key"
    file.write_text("file-key\n")
    file.chmod(0o600)
    monkeypatch.setenv("TAILWATCH_KEY", "environment-key")
    with answering(GOOD) as (address, heard):
        Connection(address).get("/")
        Connection(address, file).get("/")
    file.chmod(0o640)

    assert [one["authorization"] for one in heard] == ["Bearer environment-key", "Bearer file-key"]
    with pytest.raises(KeyNotSafe, match="chmod 600"):
        Site("https://tailwatch.example", key_file=file)
    with pytest.raises(KeyNotSafe, match="not https"):
        Site("http://tailwatch.example")


def test_a_page_of_another_host_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key goes to the site alone."""
    monkeypatch.setenv("TAILWATCH_KEY", "secret")
    with answering(GOOD) as (other, heard):
        first = (200, {}, {"next": f"{other}/list"})
        with answering(first) as (address, _), pytest.raises(ClientError, match="another place"):
            list(Connection(address).pages("/list"))

    assert heard == []


def test_pages_are_followed_to_the_end() -> None:
    """`next` is an address without a host."""
    two = (200, {}, {"next": "/list?cursor=b", "n": 1}), (200, {}, {"next": None, "n": 2})
    with answering(*two) as (address, heard):
        found = [page["n"] for page in Connection(address).pages("/list", {"limit": 1})]

    assert (found, [one["path"] for one in heard]) == ([1, 2], ["/list?limit=1", "/list?cursor=b"])
