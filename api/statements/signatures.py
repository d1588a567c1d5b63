"""The signature of the installation's seal under the manifest of a dossier."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from api.statements.seal import Seal


def signature(manifest: bytes, seal: Seal) -> bytes:
    """Sign a manifest: ECDSA or RSA (PKCS #1 v1.5) with SHA-256, by the kind of the key.

    ECDSA without chance (RFC 6979): the same files under the same seal are the same bytes, which have one hash.
    """
    key = serialization.load_der_private_key(seal.key, None)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(manifest, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    assert isinstance(key, rsa.RSAPrivateKey)  # the PDF's seal takes these two kinds too
    return key.sign(manifest, padding.PKCS1v15(), hashes.SHA256())


def is_of(certificate: bytes, signature: bytes, manifest: bytes) -> bool:
    """Whether the key of a certificate (PEM) signed the manifest."""
    try:
        key = x509.load_pem_x509_certificate(certificate).public_key()
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, manifest, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, manifest, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate (PEM), hexadecimal; '' for none."""
    try:
        return x509.load_pem_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex() if certificate else ""
    except ValueError:
        return ""
