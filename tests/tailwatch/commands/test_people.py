"""`tailwatch user`, `key` and `audit` as an operator types them, against a real database and a real api."""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import typer
from typer.testing import CliRunner, Result

from tailwatch import owner
from tailwatch.__main__ import app
from tailwatch.commands import audit, key, user
from tests.api import people, site
from tests.api.server import ApiServer
from tests.ingest.conftest import VALE
from tests.servers import TestDatabase

WORDS = "correct horse battery staple\n"


class Terminal:
    """Runs commands with the owner's connection file of one database."""

    def __init__(self, folder: Path, conninfo: str) -> None:
        self.file = folder / "owner"
        self.file.write_text(conninfo)

    def __call__(self, app: typer.Typer, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, [*words, "--database", str(self.file)], input=typed)


@pytest.fixture
def built(database: TestDatabase) -> TestDatabase:
    site.build(database.conninfo())
    people.make_private(database.conninfo(), "rosa")
    return database


@pytest.fixture
def terminal(built: TestDatabase, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, built.conninfo())


@pytest.fixture
def server(built: TestDatabase, tmp_path: Path) -> Iterator[ApiServer]:
    running = ApiServer(tmp_path, built.conninfo("tailwatch_api")).start()
    yield running
    running.stop()


def test_a_user_is_made_logs_in_and_is_put_out(terminal: Terminal, server: ApiServer) -> None:
    """From `user add` to `user disable`: the page opens, and closes at once."""
    made = terminal(user.app, "add", "ana", "--role", "read", "--facility", "rosa", typed=WORDS)
    with httpx.Client(base_url=server.url, timeout=60) as client:
        people.log_in(client, "ana")
        before = client.get("/f/rosa").status_code
        terminal(user.app, "disable", "ana")
        after = client.get("/f/rosa").status_code

    assert (made.exit_code, made.output) == (0, "user:1 ana\n")
    assert (before, after) == (200, 401)
    assert terminal(user.app, "list").output == "user:1 ana rosa:read disabled\n"


def test_a_new_password_ends_the_sessions(terminal: Terminal, server: ApiServer) -> None:
    """The old cookie and the old password count no more."""
    terminal(user.app, "add", "ana", "--role", "read", "--facility", "rosa", typed=WORDS)
    with httpx.Client(base_url=server.url, timeout=60) as client:
        people.log_in(client, "ana")
        terminal(user.app, "password", "ana", typed="another long sentence\n")
        statuses = (client.get("/f/rosa").status_code, people.log_in(client, "ana").status_code)

    assert statuses == (401, 403)


def test_a_new_password_is_held_to_the_same(terminal: Terminal) -> None:
    """`user password` refuses what `user add` refuses, with reason and fix."""
    terminal(user.app, "add", "ana", typed=WORDS)
    refused = terminal(user.app, "password", "ana", typed="qwertyuiop123456\n")

    assert refused.exit_code == 2
    assert "lists of passwords" in refused.output and "Use several words" in refused.output


def test_a_one_time_code_is_shown_once_and_audited(terminal: Terminal, built: TestDatabase) -> None:
    """Six groups at /reset, until a time; the audit log has who made it, for whom, and not the code."""
    terminal(user.app, "add", "ana", typed=WORDS)
    made = terminal(user.app, "reset", "ana", "--minutes", "30").output
    shown = terminal(audit.app, "show").output

    assert re.fullmatch(r"(?:[A-Z2-7]{6}-){3}[A-Z2-7]{6} counts once, at /reset of the pages, until .* UTC\n", made)
    assert f"system:{os.getuid()} password-reset.make user:1" in shown
    assert made.split()[0] not in shown


def test_a_key_is_shown_once_and_works_until_it_is_revoked(
    terminal: Terminal, server: ApiServer, built: TestDatabase
) -> None:
    """What is printed opens the facility; the database holds its SHA-256 alone; revoked, it is 401."""
    made = terminal(key.app, "make", "report", "--facility", "rosa").stdout.strip()
    first = httpx.get(f"{server.url}/api/v1/facilities/rosa", headers=people.bearer(made)).status_code
    terminal(key.app, "revoke", "1")
    second = httpx.get(f"{server.url}/api/v1/facilities/rosa", headers=people.bearer(made)).status_code
    with psycopg.connect(built.conninfo()) as owner:
        stored = str(owner.execute("SELECT k.*, u.* FROM api_key k JOIN api_key_use u ON u.key_id = k.id").fetchall())

    assert re.fullmatch(r"tailwatch_[\w-]{43}", made)
    assert (first, second) == (200, 401)
    assert made not in stored and "revoked" in terminal(key.app, "list").output


def test_a_key_of_an_administrator_may_do_what_those_below_may(terminal: Terminal, server: ApiServer) -> None:
    """A scope includes those before it: the same key reads, and lists what is asked of the site."""
    made = terminal(key.app, "make", "robot", "--scope", "admin").stdout.strip()
    read = httpx.get(f"{server.url}/api/v1/facilities/rosa", headers=people.bearer(made))

    assert read.status_code == 200
    assert "read,annotate,approve,admin" in terminal(key.app, "list").output


def test_a_key_can_go_into_a_private_file(terminal: Terminal, tmp_path: Path) -> None:
    """With --to nothing is shown, and only its owner reads the file."""
    file = tmp_path / "report.key"
    shown = terminal(key.app, "make", "report", "--out", str(file))

    assert file.stat().st_mode & 0o777 == 0o600 and len(file.read_text().strip()) == 53
    assert file.read_text().strip() not in shown.output


@pytest.mark.parametrize(
    ("app", "words", "typed", "sentence"),
    [
        (user.app, ["add", "ana"], "short\n", "at least 15 characters"),
        (user.app, ["add", "ana"], "iloveyouforever\n", "lists of passwords"),
        (user.app, ["add", "ana", "--name", "Ana Sofia Silva"], "sofia.silva.2026\n", "your name"),
        (user.app, ["add", "ana"], "vale-vale-vale-vale\n", "a facility's"),
        (user.app, ["reset", "nobody"], "", "no user 'nobody'"),
        (user.app, ["add", "Ana Maria"], WORDS, "lower-case"),
        (user.app, ["grant", "nobody", "read", "--facility", "vale"], "", "no user 'nobody'"),
        (user.app, ["grant", "nobody", "king", "--facility", "vale"], "", "read, annotate, approve, admin"),
        (user.app, ["grant", "nobody", "read", "--facility", "val"], "", "no facility 'val'"),
        (key.app, ["make", "x", "--scope", "all"], "", "read, annotate, approve, admin"),
        (key.app, ["revoke", "7"], "", "no key 7"),
        (audit.app, ["verify", "--known", "5:00"], "", "5 rows were there once"),
    ],
)
def test_a_wrong_wish_is_told_and_changes_nothing(
    terminal: Terminal, built: TestDatabase, app: typer.Typer, words: list[str], typed: str, sentence: str
) -> None:
    """Exit code 2 and what would be right; no user and no key is left behind."""
    told = terminal(app, *words, typed=typed)
    with psycopg.connect(built.conninfo()) as owner:
        left = owner.execute("SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM api_key)").fetchone()

    assert told.exit_code == 2 and sentence in told.output, told.output
    assert left == (0, 0)


def test_the_audit_shows_what_was_done(terminal: Terminal) -> None:
    """Making a key is a row, and the chain is whole."""
    terminal(key.app, "make", "report")

    assert "key.insert key:1" in terminal(audit.app, "show").output
    assert re.search(r"\d+ rows, whole. Head: \d+:[0-9a-f]{64}", terminal(audit.app, "verify").output)


def test_devices_and_certificates_are_in_the_audit(built: TestDatabase, tmp_path: Path) -> None:
    """What is made outside the database is a row too, without a password; a silent database is told."""
    state = tmp_path / "state"
    file = state / owner.CONNINFO
    file.parent.mkdir(parents=True)
    file.write_text(built.conninfo())
    place = ("--state", str(state))
    run = CliRunner().invoke
    made = [
        run(app, ["pki", "init", "--host", "centre.example", *place]),
        run(app, ["pki", "issue", "vale-gw1", *place]),
        run(app, ["pki", "renew", "--all", *place]),
        run(app, ["device", "provision", "n07", "--file", str(VALE), "--out", str(tmp_path / "n07"), *place]),
    ]
    shown = run(app, ["audit", "show", *place]).output
    file.write_text("host=127.0.0.1 port=9 dbname=x connect_timeout=1")
    silent = run(app, ["pki", "issue", "vale-gw2", *place])

    assert [one.exit_code for one in (*made, silent)] == [0] * 5, made
    entered = [line.split()[2:5] for line in shown.splitlines() if "device" in line or "certificate" in line]
    assert entered[0] == [f"system:{os.getuid()}", "certificate.issue", "vale-gw1"]
    assert {words[2] for words in entered[1:-1]} == {"api", "broker", "vale-gw1"}
    assert entered[-1][1:] == ["device.provision", "vale/n07"]
    assert "authority.make this site" in shown
    assert (tmp_path / "n07" / "node.json").exists() and "password" not in shown
    assert "not in the audit log: the database does not answer" in silent.output


def test_a_program_is_told_who_there_is(terminal: Terminal) -> None:
    """Users, keys, audit log and its head, as JSON."""
    terminal(user.app, "add", "ana", "--role", "read", "--facility", "rosa", typed=WORDS)
    terminal(key.app, "make", "report")

    def told(of: typer.Typer, *words: str) -> Any:
        return json.loads(terminal(of, *words, "--json").stdout)

    (ana,) = [one for one in told(user.app, "list") if one["login"] == "ana"]
    (report,) = [one for one in told(key.app, "list") if one["label"] == "report"]
    rows, whole = told(audit.app, "show"), told(audit.app, "verify")

    assert (ana["is_disabled"], "rosa" in ana["roles"]) == (False, True)
    assert (report["revoked_at"], datetime.fromisoformat(report["expires_at"]) > datetime.now(UTC)) == (None, True)
    assert {"user.insert", "key.insert"} <= {row["action"] for row in rows} and isinstance(rows[0]["detail"], dict)
    assert whole["rows"] == len(rows) and whole["head"].startswith(f"{len(rows)}:")


def test_without_a_database_it_says_what_to_start(tmp_path: Path) -> None:
    """No file and no server are two sentences."""
    absent = CliRunner().invoke(user.app, ["list", "--state", str(tmp_path)])
    away = Terminal(tmp_path, "host=127.0.0.1 port=9 dbname=x connect_timeout=1")(user.app, "list")

    assert "run `tailwatch up` once" in absent.output
    assert "does not answer" in away.output
