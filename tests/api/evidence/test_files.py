"""What a file is, by its first bytes; and what is left of its name."""

import pytest

from api.evidence import files

from .pictures import JPEG, PDF, WEBP, png


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (JPEG, "image/jpeg"),
        (png(), "image/png"),
        (WEBP, "image/webp"),
        (PDF, "application/pdf"),
        (b"GIF89a" + bytes(20), None),
        (b"<svg onload=alert(1)>", None),
        (b"<html>" + JPEG, None),
        (b"\xff\xd8", None),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"", None),
    ],
)
def test_the_type_is_told_by_the_first_bytes(content: bytes, type: str | None) -> None:
    """Signatures of the WHATWG MIME Sniffing standard; what only contains a picture is none."""
    assert files.media_type(content) == type


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("crest.jpg", "crest.jpg"),
        ("IMG_0001.JPEG", "IMG_0001.JPEG"),
        ("/etc/passwd", "passwd.jpg"),
        ("..\\..\\boot.ini\0.jpg", "boot.ini.jpg"),
        ("tâlus.jpg\r\nset-cookie: a=b", "tâlus.jpgset-cookie: a=b.jpg"),
        ("\u202egpj.exe", "gpj.exe.jpg"),
        ("..", "file.jpg"),
        ("", "file.jpg"),
        ("x" * 300 + ".jpg", "x" * 92 + ".jpg"),
    ],
)
def test_a_name_is_no_path_and_prints(given: str, kept: str) -> None:
    """Folders, NUL, line ends and marks that turn the reading direction are left out; its end says its type."""
    assert files.clean_name(given, "image/jpeg") == kept
