"""The seal of an installation: made once, private, and refused where it is no pair of key and certificate."""

from pathlib import Path

import pytest

from api.statements import seal
from runtime.settings import BadSettings
from tailwatch import seals
from tests.tailwatch.test_pki import openssl


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of a seal."""
    seals.made_once(tmp_path / "secrets" / "seal.pem")
    return tmp_path / "secrets" / "seal.pem"


def test_it_is_made_once_for_its_owner_alone(file: Path) -> None:
    """The same key at the second call, in a file of mode 600; by openssl it signs documents and certifies nobody."""
    first = file.read_text()
    told = openssl("x509", "-in", file, "-noout", "-text")

    assert (seals.made_once(file), file.stat().st_mode & 0o777) == (first, 0o600)
    assert "Digital Signature, Non Repudiation" in told and "CA:FALSE" in told
    shown = openssl("x509", "-in", file, "-noout", "-fingerprint", "-sha256").partition("=")[2]
    assert seal.read(file).fingerprint == shown.strip().replace(":", "").lower()


def test_what_is_no_seal_is_refused_with_the_reason(file: Path, tmp_path: Path) -> None:
    """A file that others may read, one without a key, another's certificate, a key of another form, a torn one."""
    other = seals.made_once(tmp_path / "other.pem")
    key, mark, _ = file.read_text().partition("-----BEGIN CERTIFICATE")
    faults = {"others": (file.read_text(), 0o644), "none": ("no key", 0o600)}
    faults |= {"pair": (key + mark + other.partition(mark)[2], 0o600)}
    faults |= {"sec1": (openssl("ec", "-in", file), 0o600), "torn": (key[:200] + key[230:] + mark, 0o600)}
    says = {"others": "others may read", "none": "no PEM block", "pair": "do not belong together"}
    says |= {"sec1": "openssl pkcs8 -topk8", "torn": "no PEM block|no base64|can be used"}

    for name, (text, mode) in faults.items():
        bad = tmp_path / f"{name}.pem"
        bad.write_text(text)
        bad.chmod(mode)
        with pytest.raises(BadSettings, match=says[name]):
            seal.read(bad)
