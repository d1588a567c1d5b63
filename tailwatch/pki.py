"""The certificate authority of an installation, the certificates of broker, api and agents, and its seal.

ECDSA P-256 with SHA-256 (a board without an accelerator checks it in well under a second); the private key of the
authority never leaves its folder. Certificates last 397 days and are renewed from 30 days before their end.
Profile: RFC 5280; names of servers as subject alternative names, RFC 9525.
"""

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tailwatch.secrets import write_private

AUTHORITY: Final = "ca"
AUTHORITY_DAYS: Final = 20 * 365
DAYS: Final = 397
RENEW_FROM_DAYS: Final = 30
BACKDATED: Final = timedelta(hours=1)
"""A board whose clock is a little behind must not find a fresh certificate "not yet valid"."""
LOOPBACK: Final = ("localhost", "127.0.0.1")


class NoAuthority(Exception):
    """There is no usable authority in the folder; the sentence says what makes one."""


class Issued(NamedTuple):
    """One certificate of the folder."""

    name: str
    hosts: tuple[str, ...]
    ends_at: datetime

    def days_left(self, now: datetime) -> int:
        """Return whole days until the end; negative when it is over."""
        return (self.ends_at - now) // timedelta(days=1)

    def is_due(self, now: datetime) -> bool:
        """Say whether it is to be renewed."""
        return self.days_left(now) < RENEW_FROM_DAYS


class Authority:
    """The authority in one folder: `ca.crt` is for everybody, every `.key` for its owner alone (mode 600)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate_file = folder / f"{AUTHORITY}.crt"

    def make(self, name: str, now: datetime) -> None:
        """Make the authority; raise NoAuthority when there is one already: its certificates would count no more."""
        if self.certificate_file.exists():
            raise NoAuthority(f"{self.certificate_file} is there already; `tailwatch pki renew` renews what it issued")
        # Certificates are for everybody (the api tells when they end), each key for its owner alone.
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _subject(f"Tailwatch authority of {name}")
        builder = _builder(subject, subject, key.public_key(), now, AUTHORITY_DAYS)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        usage = {"key_cert_sign": True, "crl_sign": True}
        builder = builder.add_extension(_usage(**usage), critical=True)
        self._write(AUTHORITY, key, builder.sign(key, hashes.SHA256()))

    def issue(self, name: str, hosts: Iterable[str], now: datetime, days: int = DAYS) -> Path:
        """Issue a certificate for the names and addresses of a server (and as its client) and return its file.

        The key is made here; a certificate of this name is replaced. Raises NoAuthority.
        """
        authority_key, authority = self._authority()
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_subject(name), authority.subject, key.public_key(), now, days)
        names = x509.SubjectAlternativeName([_general_name(host) for host in dict.fromkeys(hosts)])
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
        builder = builder.add_extension(names, critical=False).add_extension(uses, critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(digital_signature=True), critical=True)
        builder = builder.add_extension(issuer, critical=False)
        return self._write(name, key, builder.sign(authority_key, hashes.SHA256()))

    def issued(self) -> list[Issued]:
        """Return all certificates of the folder, the authority's own first."""
        files = sorted(self.folder.glob("*.crt"), key=lambda file: (file.stem != AUTHORITY, file.stem))
        return [_read(file) for file in files]

    def renew(self, now: datetime, is_all: bool = False) -> list[str]:
        """Issue anew what is due (or all), for the same hosts, and return the names."""
        due = [one for one in self.issued() if one.name != AUTHORITY and (is_all or one.is_due(now))]
        for one in due:
            self.issue(one.name, one.hosts, now)
        return [one.name for one in due]

    def _authority(self) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        try:
            key = serialization.load_pem_private_key((self.folder / f"{AUTHORITY}.key").read_bytes(), None)
            certificate = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
        except (OSError, ValueError) as error:
            raise NoAuthority(f"{self.folder} holds no authority: make one with `tailwatch pki init`") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise NoAuthority(f"{self.folder}/{AUTHORITY}.key is no key of ours")
        return key, certificate

    def _write(self, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> Path:
        write_private(self.folder / f"{name}.key", _private_pem(key))
        file = self.folder / f"{name}.crt"
        write_private(file, _pem(certificate), 0o644)
        return file


def make_seal(now: datetime) -> str:
    """Return key and certificate of a seal, as PEM: it certifies itself, and signs documents and nothing else."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), _subject("Tailwatch seal")
    builder = _builder(subject, subject, key.public_key(), now, AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
    return _private_pem(key) + _pem(builder.sign(key, hashes.SHA256()))


def _private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer, subject, key, x509.random_serial_number(), now - BACKDATED, now + timedelta(days=days)
    ).add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _read(file: Path) -> Issued:
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        hosts = tuple(str(name.value) for name in names)
    except x509.ExtensionNotFound:
        hosts = ()
    return Issued(file.stem, hosts, certificate.not_valid_after_utc.astimezone(UTC))
