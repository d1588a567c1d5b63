"""A link says what it was signed for, and nothing else; the signature is that of `openssl mac`."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from runtime.settings import BadSettings
from runtime.signed_link import BadLink, SignedLink, read_key, sign, verify

KEY = b"k" * 40
LINK = SignedLink("alarm", 12, 7, 1_796_000_000)


def test_what_was_signed_is_read_again() -> None:
    """In an address as short as a text message needs it."""
    text = sign(KEY, LINK)

    assert verify(KEY, text) == LINK and len(text) < 60


def test_the_signature_is_that_of_openssl() -> None:
    """HMAC-SHA-256 by another program, its first 16 bytes in base 64 for addresses (RFC 4648)."""
    text = sign(KEY, LINK)
    openssl = shutil.which("openssl")
    assert openssl
    hmac = [openssl, "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"key:{KEY.decode()}", "-binary"]
    made = subprocess.run(hmac, input=b"link\0alarm.12.7.1796000000", capture_output=True, check=True).stdout

    assert text.rpartition(".")[2] == base64.urlsafe_b64encode(made[:16]).decode().rstrip("=")


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("alarm.12", "alarm.13"),
        lambda text: text.replace(".7.", ".8."),
        lambda text: text.replace("1796000000", "1996000000"),
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text + "A",
        lambda text: "",
        lambda text: "alarm.12.7.1796000000.",
        lambda text: text.replace("alarm.12", "alarm.\N{ARABIC-INDIC DIGIT ONE}2"),
        lambda text: sign(b"j" * 40, LINK),
    ],
)
def test_whatever_is_changed_is_refused(changed: object) -> None:
    """Another alarm, recipient, end or signature, a part, no ASCII digit, and a link of another centre."""
    assert callable(changed)
    with pytest.raises(BadLink):
        verify(KEY, changed(sign(KEY, LINK)))


def test_the_key_is_secret_and_long(tmp_path: Path) -> None:
    """A file that others read, or a short key, is refused before anything starts."""
    file = tmp_path / "key"
    file.write_text("short")
    file.chmod(0o600)
    with pytest.raises(BadSettings, match="at least 32 characters"):
        read_key(file)
    file.write_text("k" * 40)
    file.chmod(0o640)
    with pytest.raises(BadSettings, match="chmod 600"):
        read_key(file)
    file.chmod(0o600)

    assert read_key(file) == KEY
