"""The login page: sessions, the same answer for every wrong login, tokens on forms (design: reliability, section 4)."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tailwatch.people import make_reset
from tests.api import people, site
from tests.api.people import hidden_fields, log_in
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database


@pytest.fixture(scope="module")
def private(cluster: Database) -> Iterator[TestDatabase]:
    """A site where rosa is private and ana may read it."""
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        people.make_private(fresh.conninfo(), "rosa")
        people.add_user(fresh.conninfo(), "ana", rosa="approve")
        yield fresh


@pytest.fixture(scope="module")
def running(private: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    folder = tmp_path_factory.mktemp("login")
    server = ApiServer(folder, private.conninfo("tailwatch_api"), logins_per_minute=100).start()
    yield server
    server.stop()


@pytest.fixture
def visitor(running: ApiServer) -> Iterator[httpx.Client]:
    """A browser's jar of cookies, without scripts."""
    with httpx.Client(base_url=running.url, timeout=60, headers={"accept": "text/html"}) as client:
        yield client


def test_a_page_of_a_private_facility_leads_to_the_login_and_back(visitor: httpx.Client) -> None:
    """The address that was asked for is where one arrives after the login."""
    asked = visitor.get("/f/rosa/data?quality=1,2")
    at = asked.headers["location"]
    done = log_in(visitor, "ana", following=httpx.URL(at).params["next"])

    assert (asked.status_code, at) == (303, "/login?next=/f/rosa/data%3Fquality%3D1%2C2")
    assert (done.status_code, done.headers["location"]) == (303, "/f/rosa/data?quality=1,2")
    assert visitor.get("/f/rosa").status_code == 200


@pytest.fixture
def all_private(private: TestDatabase) -> Iterator[None]:
    """The same site while none of its facilities is open to everybody."""
    with psycopg.connect(private.conninfo()) as connection:
        public = [row[0] for row in connection.execute("SELECT id FROM facility WHERE (document -> 'public')::bool")]
    for facility in public:
        people.make_private(private.conninfo(), facility)
    yield
    with psycopg.connect(private.conninfo()) as connection:
        connection.execute(
            "UPDATE facility SET document = document || '{\"public\": true}' WHERE id = ANY(%s)", (public,)
        )


@pytest.mark.usefixtures("all_private")
@pytest.mark.parametrize("page", ["/", "/nodes", "/value", "/alarms", "/?lang=es"])
def test_a_stranger_of_a_private_site_is_asked_to_log_in(visitor: httpx.Client, page: str) -> None:
    """Never told that nothing is registered: a verdict that says to log in, and the way there and back."""
    text = visitor.get(page).text

    assert ("Log in to see facilities" in text) or ("Iniciar sesión para ver las instalaciones" in text)
    assert f'href="/login?next={page.partition("?")[0]}' in text
    for said in ("No facility", "Register one", "No node yet", "Todavía no hay", "tailwatch facility"):
        assert said not in text


def test_who_is_logged_in_without_a_role_is_told_so(
    all_private: str, private: TestDatabase, visitor: httpx.Client
) -> None:
    """Not that there is no facility, which would not be true; an administrator sees them all."""
    people.add_user(private.conninfo(), "otto")
    log_in(visitor, "otto")
    text = visitor.get("/").text

    assert "You may see no facility yet" in text and "Log in to see" not in text
    assert "Rosa" not in text


def test_the_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(visitor: httpx.Client) -> None:
    """HttpOnly and SameSite=Lax, and Secure when the proxy before us speaks TLS; only a digest is stored."""
    plain = log_in(visitor, "ana").headers["set-cookie"]
    page = visitor.get("/login", headers={"x-forwarded-proto": "https"})

    assert all(word in plain for word in ("tailwatch_session=", "HttpOnly", "SameSite=lax", "Path=/"))
    assert "Secure" not in plain and "__Host-" not in plain
    assert "__Host-tailwatch_form=" in page.headers["set-cookie"] and "Secure" in page.headers["set-cookie"]
    assert "strict-transport-security" in page.headers and "strict-transport-security" not in visitor.get("/").headers


def test_over_tls_only_a_cookie_of_this_host_counts(running: ApiServer) -> None:
    """A session under the plain name, which a neighbour in the domain could have set, is none; under its own it is."""
    over_tls = {"x-forwarded-proto": "https"}
    with httpx.Client(base_url=running.url, timeout=60, headers=over_tls) as client:
        page = client.get("/login")
        form = page.headers["set-cookie"].split(";")[0]  # as httpx leaves Secure cookies out on this line
        fields = hidden_fields(page.text) | {"name": "ana", "password": people.PASSWORD}
        done = client.post("/login", data=fields, headers={"cookie": form})
        session = next(one for one in done.headers.get_list("set-cookie") if "session" in one).split(";")[0]
        plain = session.removeprefix("__Host-")
        statuses = [client.get("/f/rosa", headers={"cookie": one}).status_code for one in (session, plain)]

    assert session.startswith("__Host-tailwatch_session=")
    assert statuses == [200, 401]


def test_every_wrong_login_gets_the_same_answer(visitor: httpx.Client, running: ApiServer) -> None:
    """Wrong name, wrong password, empty and hostile ones: byte for byte the same page but for the form's own token."""
    wrong = [("ana", "wrong password"), ("nobody", people.PASSWORD), ("", ""), ("'; DROP TABLE person; --", "x")]
    wrong += [("\0", "x"), ("ana", "x" * 5000)]
    answers = [log_in(visitor, name, password) for name, password in wrong]

    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1 and "Name or password is wrong." in answers[0].text
    assert "wrong password" not in running.log_file.read_text()


def test_a_form_of_another_site_is_refused(visitor: httpx.Client, running: ApiServer) -> None:
    """Without the token, with another browser's, or without the cookie, no one is logged in or out."""
    fields = {"name": "ana", "password": people.PASSWORD}
    other = hidden_fields(httpx.get(f"{running.url}/login").text)
    visitor.get("/login")
    refused = [visitor.post("/login", data=fields | extra) for extra in ({}, other, {"form_token": "é"})]
    log_in(visitor, "ana")
    out = visitor.post("/logout", data={"form_token": "x"})

    assert {answer.status_code for answer in (*refused, out)} == {403}
    assert visitor.get("/f/rosa").status_code == 200


def test_logging_out_ends_the_session_in_the_database_too(visitor: httpx.Client) -> None:
    """The old cookie opens nothing any more."""
    log_in(visitor, "ana")
    cookie = visitor.cookies["tailwatch_session"]
    page = visitor.get("/f/rosa").text
    out = visitor.post("/logout", data=hidden_fields(page))
    visitor.cookies.set("tailwatch_session", cookie)

    assert "Logged in as ana" in page
    assert out.status_code == 303
    assert visitor.get("/f/rosa").status_code == 303


def test_a_user_who_is_disabled_is_out_at_once(running: ApiServer, private: TestDatabase) -> None:
    """The next request of a living session is nobody's."""
    number = people.add_user(private.conninfo(), "leaving", rosa="admin")
    with httpx.Client(base_url=running.url, timeout=60) as client:
        log_in(client, "leaving")
        before = client.get("/f/rosa").status_code
        with psycopg.connect(private.conninfo()) as owner:
            owner.execute("UPDATE account SET disabled_at = now() WHERE id = %s", (number,))
        after = client.get("/f/rosa").status_code

    assert (before, after) == (200, 401)


def test_only_so_many_logins_a_minute(private: TestDatabase, tmp_path: Path) -> None:
    """Who guesses is told to wait, also with the right password then."""
    server = ApiServer(tmp_path, private.conninfo("tailwatch_api"), logins_per_minute=3).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        statuses = [log_in(client, "ana", "guess number one").status_code for _ in range(3)]
        last = log_in(client, "ana")
    server.stop()

    assert statuses == [403, 403, 403]
    assert (last.status_code, "retry-after" in last.headers) == (429, True)


def guess(server: ApiServer, address: str, times: int, name: str = "ana") -> list[int]:
    """Try a name with wrong passwords from somewhere else, as a proxy on this machine tells the api."""
    with httpx.Client(base_url=server.url, timeout=60, headers={"x-forwarded-for": address}) as client:
        return [log_in(client, name, f"guess number {number}").status_code for number in range(times)]


def refused(server: ApiServer, stranger: httpx.Client) -> int:
    """How a stranger's login is answered while the name has to wait.

    The first wait is a second, and a busy machine may take as long to answer: each further guess doubles it.
    """
    status = 0
    for number in range(5, 12):
        stranger.cookies.clear()
        if (status := log_in(stranger, "ana").status_code) == 429:
            break
        guess(server, f"198.51.100.{number}", 1)
    return status


def test_a_stranger_locks_nobody_out(private: TestDatabase, tmp_path: Path) -> None:
    """Who guesses waits; ana logs in from elsewhere. Guessed at from many addresses, her own browser still may.

    The token of a browser is of one name: bea's is a stranger's for ana.
    """
    people.add_user(private.conninfo(), "bea", rosa="read")
    server = ApiServer(tmp_path, private.conninfo("tailwatch_api"), logins_per_minute=30).start()
    with (
        httpx.Client(base_url=server.url, timeout=60) as own,
        httpx.Client(base_url=server.url, timeout=60, headers={"x-forwarded-for": "198.51.100.200"}) as new,
    ):
        first = log_in(own, "ana").status_code
        statuses = guess(server, "203.0.113.7", 8)
        elsewhere = log_in(new, "ana").status_code
        new.cookies.clear()
        other = log_in(new, "bea").status_code
        for number in range(1, 5):
            guess(server, f"198.51.100.{number}", 4)
        stranger, again = refused(server, new), log_in(own, "ana").status_code
    log = server.log_file.read_text()
    server.stop()

    assert statuses == [403] * 5 + [429] * 3
    assert (first, elsewhere, other, stranger, again) == (303, 303, 303, 429, 303)
    assert log.count("login-refused") >= 20 and "address=203.0.113.7" in log


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""])
def test_the_login_leads_to_no_other_site(running: ApiServer, address: str) -> None:
    """Where the link says to go on elsewhere, one lands on the overview."""
    with httpx.Client(base_url=running.url, timeout=60) as client:
        assert log_in(client, "ana", following=address).headers["location"] == "/"


def test_only_hashes_are_stored(private: TestDatabase, visitor: httpx.Client) -> None:
    """The cookie is not in the table of sessions, and the password is argon2id."""
    log_in(visitor, "ana")
    with psycopg.connect(private.conninfo()) as owner:
        hashes = owner.execute("SELECT password_hash FROM person").fetchall()
        stored = owner.execute("SELECT encode(digest, 'escape') FROM session").fetchall()

    assert all(text.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for (text,) in hashes)
    assert visitor.cookies["tailwatch_session"] not in str(stored)


def test_each_login_has_a_token_of_its_own_and_ends_the_session_before(visitor: httpx.Client) -> None:
    """Token and cookie are new; what the browser was logged in as so far is over, and so is its token."""
    cookies, tokens = [], []
    for _ in range(2):
        log_in(visitor, "ana")
        cookies.append(visitor.cookies["tailwatch_session"])
        tokens.append(visitor.get("/api/v1/me").json()["form_token"])
    stale = visitor.post("/logout", data={"form_token": tokens[0]}).status_code
    visitor.cookies.set("tailwatch_session", cookies[0])

    assert len(set(cookies)) == len(set(tokens)) == 2
    assert (stale, visitor.get("/api/v1/me").json()["who"]) == (403, "anonymous")


def reset(client: httpx.Client, code: str, password: str, again: str = "") -> httpx.Response:
    """Send the form of one-time codes as a browser does."""
    fields = hidden_fields(client.get("/reset").text)
    return client.post("/reset", data=fields | {"code": code, "password": password, "again": again or password})


def test_a_one_time_code_sets_a_new_password_once(
    visitor: httpx.Client, private: TestDatabase, running: ApiServer
) -> None:
    """However it is typed; all sessions end; used, over, replaced or guessed it counts for nothing; no log has it."""
    fresh, conninfo = "seven grumpy parrots sing", private.conninfo()
    people.add_user(conninfo, "rui", rosa="read")
    log_in(visitor, "rui")
    with psycopg.connect(conninfo) as owner:
        old, _ = make_reset(owner, "rui", 60)
        code, _ = make_reset(owner, "rui", 60)
    with httpx.Client(base_url=running.url, timeout=60) as other:
        bad = reset(other, code, "iloveyouforever")
        differ = reset(other, code, fresh, "another one altogether")
        wrong = [reset(other, one, fresh).status_code for one in (old, "GUESSED", "\0", "")]
        done = reset(other, code.lower().replace("-", " "), fresh)
        again = reset(other, code, "eight grumpy parrots sing")
        logged_in = log_in(other, "rui", fresh)

    assert "lists of passwords" in bad.text and "differ" in differ.text and wrong == [403] * 4
    assert (done.status_code, done.headers["location"]) == (303, "/login?reset")
    assert (again.status_code, logged_in.status_code) == (403, 303)
    assert visitor.get("/f/rosa").status_code == 303 and code not in running.log_file.read_text()


def test_a_code_that_is_over_or_of_who_is_kept_out_counts_for_nothing(
    visitor: httpx.Client, private: TestDatabase
) -> None:
    """By its time, and by its user; only a digest of it is stored, and its making and use are audited."""
    conninfo = private.conninfo()
    number = people.add_user(conninfo, "eva", rosa="read")
    with psycopg.connect(conninfo, autocommit=True) as owner:
        over, _ = make_reset(owner, "eva", -1)
        first = reset(visitor, over, "seven grumpy parrots sing").status_code
        code, _ = make_reset(owner, "eva", 60)
        owner.execute("UPDATE account SET disabled_at = now() WHERE id = %s", (number,))
        second = reset(visitor, code, "seven grumpy parrots sing").status_code
        stored = str(owner.execute("SELECT * FROM password_reset").fetchall())
        query = "SELECT action FROM audit WHERE subject = %s AND action LIKE 'password-reset.%%'"
        audited = owner.execute(query, (f"user:{number}",)).fetchall()

    assert (first, second) == (403, 403)
    assert code not in stored and audited == [("password-reset.make",)] * 2
