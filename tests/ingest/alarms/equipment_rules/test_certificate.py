"""The broker's certificate."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest.alarms import Equipment
from ingest.alarms.equipment_rules import certificate
from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked


def certificate_pem(ends: datetime) -> bytes:
    """A certificate of its own that ends then, as PEM."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), minute(0), ends)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(("days", "count"), [(certificate.SOON.days, 0), (certificate.SOON.days - 1, 1)])
def test_a_certificate_that_ends_soon(looked: Looked, tmp_path: Path, days: int, count: int) -> None:
    """A month before the broker's certificate ends, a person is told the day."""
    file, ends = tmp_path / "ca.pem", minute(1) + timedelta(days=days)
    file.write_bytes(certificate_pem(ends))
    with looked.dam.connection.transaction():
        Equipment(tmp_path, file, lambda: minute(1)).look(looked.dam.connection)

    titles = looked.dam.titles("rule = 'certificate'")
    assert titles == [f"Certificate ca.pem ends {ends.day} {ends:%b %Y}"] * count


def test_a_certificate_that_cannot_be_read(looked: Looked, tmp_path: Path) -> None:
    """A broken certificate of the broker is told before the line breaks."""
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    with looked.dam.connection.transaction():
        Equipment(tmp_path, broken, lambda: minute(1)).look(looked.dam.connection)

    titles = looked.dam.titles("rule = 'certificate'")
    assert titles == ["Certificate ca.pem cannot be read: not a certificate"]
