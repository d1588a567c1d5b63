"""Mail addresses of the public as they are stored: sealed, and as a digest by which the same one is found again.

Both need the key of links, which only the programs of a centre have: who reads the database, or a backup of it, learns
no address and cannot try one. Sealed is by AES-256-GCM under a random nonce (NIST SP 800-38D, secondary), the digest is
HMAC-SHA-256; each has a key of its own, made of that of links.
"""

import hashlib
import hmac
import os
import re
from typing import Final

NONCE_BYTES: Final = 12
MOST: Final = 254
"""Characters of an address: what the path of SMTP takes (RFC 5321, section 4.5.3.1.3, less its two brackets)."""
FORM: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,32}(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,32}){0,3}"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,63}"
)
"""A plain address (atoms with dots, RFC 5322, section 3.4.1) at a host with a name: no quotes, no list, no line end."""


class BadSeal(Exception):
    """This was sealed with another key, or changed."""


def is_address(text: str) -> bool:
    """Whether mail can be sent to it as it stands."""
    return len(text) <= MOST and FORM.fullmatch(text) is not None


def digest(key: bytes, address: str) -> bytes:
    """Return what is the same for the same mailbox; of upper and lower case a mail server makes nothing."""
    return hmac.new(_own(key, b"digest"), address.lower().encode(), hashlib.sha256).digest()


def fingerprint(key: bytes) -> bytes:
    """Return what tells one key from another, and nothing else of it."""
    return hmac.new(_own(key, b"mark"), b"", hashlib.sha256).digest()[:8]


def seal(key: bytes, address: str) -> bytes:
    """Return the address as it is stored."""
    # Asked for once in a while: programs that seal nothing do not load it.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_own(key, b"seal")).encrypt(nonce, address.encode(), None)


def opened(key: bytes, sealed: bytes) -> str:
    """Return the address; raise BadSeal."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(_own(key, b"seal")).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode()
    except (InvalidTag, ValueError) as error:
        raise BadSeal from error


def _own(key: bytes, what: bytes) -> bytes:
    return hmac.new(key, b"public mail\0" + what, hashlib.sha256).digest()
