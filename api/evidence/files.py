"""What a file of evidence is, told by its first bytes and not by its name; nothing here reads a picture."""

import unicodedata
from typing import Final

MAX_BYTES: Final = 10_000_000
MAX_NAME: Final = 100
PDF: Final = "application/pdf"
SUFFIXES: Final = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", PDF: ".pdf"}
"""The media types that are taken, with the end of a name that tells each."""


def media_type(content: bytes) -> str | None:
    """Tell the type by the first bytes (WHATWG MIME Sniffing, sections 6.1 and 7.1); None: none of ours."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:14] == b"WEBPVP":
        return "image/webp"
    return PDF if content.startswith(b"%PDF-") else None


def clean_name(given: str, type: str) -> str:
    """Return a name that is no path, has nothing that does not print, and ends as files of its type do."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    stem = "".join(char for char in last if char.isprintable()).strip(". ") or "file"
    known = SUFFIXES[type]
    if stem.lower().endswith((known, ".jpeg") if known == ".jpg" else known) and len(stem) <= MAX_NAME:
        return stem
    return stem[: MAX_NAME - 8] + known
