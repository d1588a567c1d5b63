"""The seal of an installation: a key with a certificate in one PEM file (mode 600), which signs documents.

It is read by the standard library: `cryptography` would cost every api 10 MB, also one that never signs.
"""

from __future__ import annotations

import base64
import hashlib
import re
import ssl
from pathlib import Path
from typing import Final

import msgspec

from runtime.secrets import read_secret
from runtime.settings import BadSettings

KEY: Final = "PRIVATE KEY"


class Seal(msgspec.Struct, frozen=True):
    """A private key (PKCS #8) with its certificate, both as DER."""

    key: bytes
    certificate: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self.certificate).hexdigest()

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return ssl.DER_cert_to_PEM_cert(self.certificate).encode()


def read(file: Path) -> Seal:
    """Read key and certificate; raise BadSettings for a file that others may read, or that holds no such pair."""
    text = read_secret(file)
    seal = Seal(_first(text, KEY, file), _first(text, "CERTIFICATE", file))
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise BadSettings(file, "its key and its certificate do not belong together") from error
        raise BadSettings(file, f"it holds no key and certificate that can be used: {error}") from error
    return seal


def _first(text: str, kind: str, file: Path) -> bytes:
    """The first PEM block (RFC 7468) of its kind, as DER."""
    found = re.search(f"-----BEGIN {kind}-----([A-Za-z0-9+/=\\s]+)-----END {kind}-----", text)
    if found is None:
        fix = f"; make one of another key by: openssl pkcs8 -topk8 -nocrypt -in {file}" if kind == KEY else ""
        raise BadSettings(file, f"it holds no PEM block '{kind}'{fix}")
    try:
        return base64.b64decode("".join(found[1].split()), validate=True)
    except ValueError as error:
        raise BadSettings(file, f"its block '{kind}' is no base64: {error}") from error
