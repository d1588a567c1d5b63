"""Forged requests in a real browser: a page of another origin uses a living session, and changes and learns nothing."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.api import people, site
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database

FORGED = """\
<!doctype html><title>a page of somebody else</title>
<form method="post" action="{api}/logout" target="_blank"><input name="form_token" value="guessed"></form>
<script>
const command = JSON.stringify({{kind: "settle-quarantined", facility: "rosa", body: {{quarantined: [1]}}}});
const ask = (path, options) => fetch("{api}" + path, {{credentials: "include", ...options}})
  .then((answer) => answer.text(), (error) => "kept from the page");
const post = {{method: "POST", body: command}};
Promise.all([
  ask("/api/v1/me"),
  ask("/api/v1/commands", {{...post, headers: {{"content-type": "application/json"}}}}),
  ask("/api/v1/commands", {{...post, mode: "no-cors"}}),
  ask("/logout", {{method: "POST", mode: "no-cors", body: new URLSearchParams({{form_token: "guessed"}})}}),
]).then((told) => {{ document.body.dataset.told = JSON.stringify(told); }});
</script>
"""
KEPT = "kept from the page"


@pytest.fixture(scope="module")
def private(cluster: Database) -> Iterator[TestDatabase]:
    """A site where rosa is private, ana may do all there, and commands can be given."""
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        people.make_private(fresh.conninfo(), "rosa")
        people.add_user(fresh.conninfo(), "ana", rosa="admin")
        with psycopg.connect(fresh.conninfo()) as owner:
            owner.execute("INSERT INTO command_kind VALUES ('settle-quarantined', 'annotate', '', '{}')")
        yield fresh


@pytest.fixture(scope="module")
def running(private: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    server = ApiServer(tmp_path_factory.mktemp("forgery"), private.conninfo("tailwatch_api")).start()
    yield server
    server.stop()


@pytest.fixture
def ana(browser: Browser, running: ApiServer) -> Iterator[Page]:
    """A browser in which ana is logged in."""
    context = browser.new_context(base_url=running.url)
    page = context.new_page()
    page.goto("/login?next=/f/rosa")
    page.fill("input[name=name]", "ana")
    page.fill("input[name=password]", people.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/f/rosa")
    yield page
    context.close()


@contextmanager
def page_of_somebody_else(folder: Path, host: str, api: str) -> Iterator[str]:
    """Serve the forged page; give its address."""
    (folder / "index.html").write_text(FORGED.format(api=api))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_page_of_another_origin_changes_nothing(
    ana: Page, running: ApiServer, private: TestDatabase, tmp_path: Path, host: str
) -> None:
    """From another site the browser keeps the cookie back; from another port of this one it sends it, and the form's
    token is missing. Neither reads an answer, asks for something, or logs ana out."""
    with page_of_somebody_else(tmp_path, host, running.url) as address:
        ana.goto(address)
        told = ana.wait_for_selector("body[data-told]").get_attribute("data-told")
        with ana.context.expect_page() as opened:
            ana.evaluate("document.forms[0].submit()")
        opened.value.wait_for_load_state()
        refusal = opened.value.content()
    with psycopg.connect(private.conninfo()) as owner:
        rows = owner.execute("SELECT count(*) FROM command").fetchone()

    assert told == json.dumps([KEPT] * 4, separators=(",", ":"))
    assert ("This form is not of this browser" in refusal) == (host == "127.0.0.1")
    assert rows == (0,)
    ana.goto(f"{running.url}/f/rosa")
    assert "Logged in as ana" in ana.content()
