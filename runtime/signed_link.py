"""A signed link: what it is for, for whom, and until when, under one key that only the programs of a centre have.

The signature is HMAC-SHA-256 of the text before it, cut to 128 bits (RFC 2104, section 5), so that the link fits in a
short message. Who changes any part has no signature for it.
"""

import base64
import hashlib
import hmac
import re
from pathlib import Path
from typing import Final

import msgspec

from runtime.secrets import read_secret
from runtime.settings import BadSettings

LEAST_KEY: Final = 32
"""Characters: 192 random bits in base 64, as `tailwatch up` makes them."""
MAC_BYTES: Final = 16
FORM: Final = re.compile(r"([a-z]{1,8})\.([0-9]{1,18})\.([0-9]{1,9})\.([0-9]{1,11})\.([A-Za-z0-9_-]{22})")


class BadLink(Exception):
    """This is no link of this centre: it was changed, or made with another key."""


class SignedLink(msgspec.Struct, frozen=True):
    """What a link says: to do what with which thing, in whose name, until when [Unix s]."""

    action: str
    subject: int
    recipient: int
    expires_s: int


def read_key(file: Path) -> bytes:
    """Read the key; raise BadSettings for a file that others may read, or a key that can be guessed."""
    key = read_secret(file)
    if len(key) < LEAST_KEY:
        raise BadSettings(file, f"a key of links has at least {LEAST_KEY} characters: head -c 32 /dev/urandom | base64")
    return key.encode()


def sign(key: bytes, link: SignedLink) -> str:
    """Return the text that stands in the address."""
    text = f"{link.action}.{link.subject}.{link.recipient}.{link.expires_s}"
    return f"{text}.{_mac(key, text)}"


def verify(key: bytes, text: str) -> SignedLink:
    """Return what a link says; raise BadLink unless it was signed with this key, compared in constant time."""
    found = FORM.fullmatch(text)
    if found is None or not hmac.compare_digest(_mac(key, text.rpartition(".")[0]), found[5]):
        raise BadLink
    return SignedLink(found[1], int(found[2]), int(found[3]), int(found[4]))


def _mac(key: bytes, text: str) -> str:
    mac = hmac.new(key, b"link\0" + text.encode(), hashlib.sha256).digest()[:MAC_BYTES]
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
