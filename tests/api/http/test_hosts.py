"""The Host header: a name that is not ours is refused before anything is read (DNS rebinding)."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.http.hosts import name_of
from api.settings import load
from runtime.settings import BadSettings
from tests.api.server import ApiServer
from tests.servers import TestDatabase


@pytest.fixture(scope="module")
def named(read_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """An api whose settings name it."""
    settings = {"public_names": '["centre.example"]'}
    running = ApiServer(tmp_path_factory.mktemp("hosts"), read_database.conninfo("tailwatch_api"), **settings).start()
    yield running
    running.stop()


def ask(server: ApiServer, host: str, path: str = "/api/v1/facilities", **headers: str) -> httpx.Response:
    """Ask as a browser does that was told another name for this machine."""
    return httpx.get(server.url + path, headers={"host": host, **headers}, timeout=60)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost:{port}", "[::1]:{port}", "centre.example", "CENTRE.example."]
)
def test_our_own_names_are_answered(named: ApiServer, host: str) -> None:
    """This machine's, with any port, and those of the settings."""
    assert ask(named, host.format(port=named.port)).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "centre.example.org", ""]
)
def test_a_foreign_name_is_refused_with_the_setting_to_change(named: ApiServer, host: str) -> None:
    """Each address of api and pages, live streams and health too."""
    answers = [ask(named, host, path) for path in ("/api/v1/facilities", "/", "/login", "/api/v1/live", "/readyz")]

    assert {one.status_code for one in answers} == {421}
    assert all("public_names" in one.json()["detail"] and one.json()["field"] == "host" for one in answers)
    assert "vale" not in "".join(one.text for one in answers)


def test_a_page_says_it_to_a_person_and_the_log_says_it_once(named: ApiServer) -> None:
    """As a page; whoever asks often does not fill the log."""
    pages = [ask(named, "evil.example", "/", accept="text/html") for _ in range(3)]

    assert pages[0].status_code == 421 and "public_names" in pages[0].text
    assert named.log_file.read_text().count("host-refused") == 1


def test_what_tailwatch_up_writes_answers_under_the_names_of_this_machine(client: httpx.Client) -> None:
    """Without the setting: 127.0.0.1 and localhost, and no other."""
    port = client.base_url.port
    hosts = {"127.0.0.1": 200, "localhost": 200, "centre.example": 421}

    assert {host: client.get("/readyz", headers={"host": f"{host}:{port}"}).status_code for host in hosts} == hosts


@pytest.mark.parametrize("name", ["https://centre.example", "centre.example:443", "centre.example/", ""])
def test_a_name_with_more_than_a_name_is_refused_at_the_start(tmp_path: Path, name: str) -> None:
    """The error names the key and what to leave out."""
    file = tmp_path / "api.toml"
    file.write_text(f'database_url_file = "x"\npublic_names = ["{name}"]\n')

    with pytest.raises(BadSettings, match=r"public_names.*without scheme, port and path"):
        load(file)


@pytest.mark.parametrize(
    ("host", "name"),
    [("a.example", "a.example"), ("A.example:80", "a.example"), ("[::1]:80", "::1"), ("[::1]", "::1"), ("::1", "")],
)
def test_the_name_of_a_host(host: str, name: str) -> None:
    """As RFC 9110 (section 7.2) and RFC 3986 (section 3.2.2) write one."""
    assert name_of(host) == name
