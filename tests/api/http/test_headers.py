"""What every answer carries, and HEAD."""

import re

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


def test_parts_of_pages_carry_what_counts_for_them(client: httpx.Client) -> None:
    """Style sheet, script and font load nothing: no sniffing, no other site, and no policy of a document."""
    page = client.get("/").text
    sheet, script, font = (re.search(rf'"(/static/[^"]*{kind})"', page) for kind in (".css", ".js", ".woff2"))
    for part in (sheet, script, font):
        assert part is not None
        headers = client.get(part[1]).headers
        assert (headers["x-content-type-options"], headers["cross-origin-resource-policy"]) == (
            "nosniff",
            "same-origin",
        )
        assert "content-security-policy" not in headers


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
