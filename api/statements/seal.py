"""The seal of an installation: a key with a certificate in one PEM file (mode 600), which signs documents."""

from __future__ import annotations

from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from runtime.secrets import read_secret
from runtime.settings import BadSettings


class Seal(msgspec.Struct, frozen=True):
    """A private key with its certificate, both as DER."""

    key: bytes
    certificate: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return x509.load_der_x509_certificate(self.certificate).fingerprint(hashes.SHA256()).hex()


def read(file: Path) -> Seal:
    """Read key and certificate; raise BadSettings for a file that others may read, or that holds no such pair."""
    text = read_secret(file).encode()
    try:
        key = serialization.load_pem_private_key(text, None)
        certificate = x509.load_pem_x509_certificate(text)
    except ValueError as error:
        raise BadSettings(file, f"it holds no PEM key and certificate: {error}") from error
    if key.public_key() != certificate.public_key():
        raise BadSettings(file, "its key and its certificate do not belong together")
    der = serialization.Encoding.DER
    private = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Seal(private, certificate.public_bytes(der))
