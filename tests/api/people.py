"""Users and keys in the database of a test, written as `tailwatch user` and `tailwatch key` do."""

import re
from datetime import datetime

import httpx
import psycopg

from api.access import tokens
from api.access.passwords import hashed

PASSWORD = "correct horse battery staple"  # xkcd.com/936
PASSWORD_HASH = hashed(PASSWORD)


def make_private(conninfo: str, facility: str) -> None:
    """Make a facility one that not everybody may read."""
    with psycopg.connect(conninfo) as connection:
        connection.execute(
            "UPDATE facility SET document = document || '{\"public\": false}' WHERE id = %s", (facility,)
        )


def add_key(
    conninfo: str,
    *scopes: str,
    facilities: tuple[str, ...] = ("vale",),
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
) -> str:
    """Make a key and return it."""
    key = tokens.make_key()
    with psycopg.connect(conninfo) as connection:
        connection.execute(
            "INSERT INTO api_key (digest, label, scopes, facilities, expires_at, revoked_at)"
            " VALUES (%s, 'test', %s, %s, %s, %s)",
            (tokens.digest(key), list(scopes), list(facilities), expires_at, revoked_at),
        )
    return key


def add_user(conninfo: str, login: str, **roles: str) -> int:
    """Make a user with the password PASSWORD and roles by facility (`everywhere` for all); return its number."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute("INSERT INTO account DEFAULT VALUES RETURNING id").fetchone()
        assert row is not None
        connection.execute(
            "INSERT INTO person (account_id, login, password_hash) VALUES (%s, %s, %s)", (row[0], login, PASSWORD_HASH)
        )
        for facility, role in roles.items():
            place = "*" if facility == "everywhere" else facility
            connection.execute("INSERT INTO account_role VALUES (%s, %s, %s)", (row[0], place, role))
    return int(row[0])


def bearer(key: str) -> dict[str, str]:
    """The header that carries a key."""
    return {"authorization": f"Bearer {key}"}


def log_in(client: httpx.Client, login: str, password: str = PASSWORD, following: str = "/") -> httpx.Response:
    """Log in as a browser does: get the form, send it back."""
    page = client.get("/login", params={"next": following})
    return client.post("/login", data={"name": login, "password": password, **hidden_fields(page.text)})


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden fields of a page; of one name the first."""
    return dict(reversed(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html)))
