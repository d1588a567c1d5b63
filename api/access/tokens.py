"""Tokens: random secrets of 256 bits for keys and sessions, of which only the SHA-256 is stored.

A hash without salt and without stretching is enough here: nobody can guess 256 random bits (OWASP ASVS 5.0, 6.5).
"""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final

from api.http.errors import NotAllowed

RANDOM_BYTES: Final = 32
CODE_BYTES: Final = 15
GROUP: Final = 6
KEY_PREFIX: Final = "tailwatch_"
"""So that a key that lies somewhere is known for what it is, by people and by scanners for secrets."""
KEY: Final = re.compile(KEY_PREFIX + r"[A-Za-z0-9_-]{43}")
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def make_key() -> str:
    """Return a new key."""
    return KEY_PREFIX + make_token()


def make_token() -> str:
    """Return 256 random bits, as 43 characters that may stand in a cookie."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def make_code() -> str:
    """Return a one-time code of 120 random bits, in groups that a person can read to another (base 32, RFC 4648)."""
    text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def as_code(typed: str) -> str:
    """Return a code as it was made, however a person typed it: with spaces, in small letters, without dashes."""
    text = re.sub(r"[\s-]+", "", typed).upper()
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def is_key(text: str) -> bool:
    """Say whether this could be a key at all."""
    return KEY.fullmatch(text) is not None


def is_token(text: str) -> bool:
    """Say whether this could be the token of a session."""
    return TOKEN.fullmatch(text) is not None


def digest(secret: str) -> bytes:
    """Return what is stored of a secret (32 bytes)."""
    return hashlib.sha256(secret.encode()).digest()


def form_token(cookie: str) -> str:
    """Return the token that a form of this cookie's owner carries: another site cannot know it (CSRF)."""
    return hashlib.sha256(b"form\0" + cookie.encode()).hexdigest()


def make_device(name: str, salt: str) -> str:
    """Return the token by which a browser is known again at the login of this name, until the password changes.

    `salt` is that of the password: 128 random bits that only this program and the database know.
    """
    token = make_token()
    return f"{token}.{_of_device(token, name, salt)}"


def is_device(text: str, name: str, salt: str) -> bool:
    """Say whether a login of this name succeeded in this browser."""
    token, _, mac = text.partition(".")
    return secrets.compare_digest(mac.encode(), _of_device(token, name, salt).encode())


def _of_device(token: str, name: str, salt: str) -> str:
    return hmac.new(salt.encode(), f"device\0{token}\0{name}".encode(), hashlib.sha256).hexdigest()


def is_form_token(text: str, cookie: str) -> bool:
    """Compare in constant time."""
    return secrets.compare_digest(text.encode(), form_token(cookie).encode())


def check_form(text: str | None, session: str | None) -> None:
    """Raise NotAllowed where a session sends without its token: another site makes a browser send the cookie alone."""
    if session is not None and not is_form_token(text or "", session):
        raise NotAllowed("A session sends its form_token of /api/v1/me in the header X-Form-Token.", "x-form-token")
