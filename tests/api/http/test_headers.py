"""What every answer carries, and HEAD."""

import httpx
import pytest

PATHS = ["/healthz", "/api/v1/facilities", "/api/v1/nothing", "/docs", "/api/v1/datastreams/1/observations?format=csv"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_security_headers(client: httpx.Client, path: str) -> None:
    """Scripts of this host only, no frames, no sniffing: on data, pages, files and errors alike."""
    headers = client.get(path).headers

    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


@pytest.mark.parametrize("path", [*PATHS, "/api/v1/live"])
def test_head_is_get_without_a_body(client: httpx.Client, path: str) -> None:
    """HEAD gives status and type of GET and ends at once, also where GET has no end."""
    answer = client.head(path)
    with client.stream("GET", path) as whole:
        assert (answer.status_code, answer.content) == (whole.status_code, b"")
        assert answer.headers["content-type"] == whole.headers["content-type"]


def test_the_server_does_not_say_what_it_runs(client: httpx.Client) -> None:
    """No Server header names program and version."""
    assert "server" not in client.get("/healthz").headers


def test_large_answers_are_compressed(client: httpx.Client) -> None:
    """A series is compressed for who takes gzip, and not for who does not."""
    path = "/api/v1/datastreams/1/observations"

    assert client.get(path).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get(path, headers={"accept-encoding": "identity"}).headers
