"""Of the pages: the real api as a browser finds it, here, behind a proxy that is set wrongly, and over TLS."""

import http.client
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tailwatch import ports
from tailwatch.doctor import pages
from tailwatch.pki import Authority
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailwatch.doctor.findings import told, verdicts

CODES = ["page-hosts", "page-cookies", "page-hsts"]


@pytest.fixture(scope="module")
def server(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """An api on this machine, as `tailwatch up` runs it."""
    with fresh_database(cluster) as fresh:
        running = ApiServer(tmp_path_factory.mktemp("pages"), fresh.conninfo("tailwatch_api")).start()
        yield running
        running.stop()


@contextmanager
def proxy(server: ApiServer, passed: dict[str, str], hidden: str = "") -> Iterator[str]:
    """A reverse proxy that sends these headers on, and no others of its caller's, and hides one of the answer's."""

    class Passing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            inner = http.client.HTTPConnection("127.0.0.1", server.port)
            inner.request("GET", self.path, headers=passed)
            answer = inner.getresponse()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() != hidden:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.read())
            inner.close()

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Passing) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_the_api_of_a_state_folder_is_good(tmp_path: Path, server: ApiServer) -> None:
    """Asked as a proxy on this machine asks for who came by TLS; nothing is said of one that does not run."""
    (tmp_path / "ports.json").write_bytes(msgspec.json.encode({"api": server.port}))
    looked = list(pages.look(tmp_path, None))
    (tmp_path / "ports.json").write_bytes(msgspec.json.encode({"api": ports.free_port()}))

    assert [(one.code, one.verdict) for one in looked] == [(code, "good") for code in CODES]
    assert list(pages.look(tmp_path, None)) == []


def test_pages_that_answer_for_every_host_are_told(server: ApiServer) -> None:
    """A proxy that puts a host of its own in the place of the caller's."""
    with proxy(server, {"Host": "localhost", "X-Forwarded-Proto": "https"}) as address:
        found = told(pages.judge(address, None, {"X-Forwarded-Proto": "https"}))

    assert [code for code, _ in found] == ["page-hosts"] and "proxy_set_header Host $host" in found[0][1]


def test_a_proxy_that_does_not_say_tls_is_told(server: ApiServer) -> None:
    """The api then takes the line for one without TLS: cookies go without Secure, and HSTS is not sent."""
    with proxy(server, {"Host": "localhost"}) as address:
        found = told(pages.judge(address, None, {"X-Forwarded-Proto": "https"}))

    assert {code for code, _ in found} == set(CODES)
    assert all("X-Forwarded-Proto" in fix for code, fix in found if code != "page-hosts")


@pytest.mark.parametrize(
    ("hidden", "code"), [("strict-transport-security", "page-hsts"), ("set-cookie", "page-cookies")]
)
def test_a_proxy_that_hides_a_header_is_told(server: ApiServer, hidden: str, code: str) -> None:
    """HSTS that never reaches the browser, or a login that cannot work."""
    with proxy(server, {"Host": "localhost", "X-Forwarded-Proto": "https"}, hidden) as address:
        found = told(pages.judge(address, None, {"X-Forwarded-Proto": "https"}))

    assert code in {one[0] for one in found}


def test_an_address_without_tls_and_one_that_does_not_answer_are_told(server: ApiServer) -> None:
    """Passwords can be read on the way; a typing error is found at once."""
    plain = told(pages.judge(server.url, None, {}))
    away = told(pages.judge(f"http://127.0.0.1:{ports.free_port()}", None, {}))

    assert [code for code, _ in plain] == ["page-hsts"] and "reverse proxy with TLS" in plain[0][1]
    assert [code for code, _ in away] == ["page-hosts"]


def test_the_address_of_persons_is_judged_by_its_certificate(tmp_path: Path, cluster: Database) -> None:
    """The api itself with TLS: good by the authority of the state folder, and told where that is another."""
    authority = Authority(tmp_path / "pki")
    authority.make("test", datetime.now(UTC))
    certificate = authority.issue("api", ("localhost", "127.0.0.1"), datetime.now(UTC))
    with fresh_database(cluster) as fresh:
        files = {"certificate_file": f'"{certificate}"', "key_file": f'"{certificate.with_suffix(".key")}"'}
        running = _over_tls(tmp_path, fresh, files)
        good = list(pages.look(tmp_path, running.url))
        strange = list(pages.look(tmp_path / "nowhere", running.url))
        running.stop()

    assert verdicts(good) == ["good"] * 3
    assert [one.verdict for one in strange] == ["fault"] and "certificate" in strange[0].says


def _over_tls(folder: Path, database: TestDatabase, files: dict[str, str]) -> ApiServer:
    server = ApiServer(folder, database.conninfo("tailwatch_api"), **files)
    server.url, server.trust = server.url.replace("http:", "https:"), False
    return server.start()
