"""The smallest files of each type, from their specifications, as bytes; none is read by what is tested."""

import zlib
from struct import pack
from typing import Final


def png(red: int = 200, width: int = 8) -> bytes:
    """A picture of one colour (PNG specification, sections 5 and 11)."""
    rows = b"".join(b"\0" + bytes((red, 120, 40)) * width for _ in range(width))
    chunks = (
        (b"IHDR", pack(">IIBBBBB", *(width, width, 8, 2, 0, 0, 0))),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


JPEG: Final = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
"""JFIF 1.02: start of image, APP0, end of image."""
WEBP: Final = (
    b"RIFF" + pack("<I", 26) + b"WEBPVP8L" + pack("<I", 13) + bytes.fromhex("2f0000001007101111888808000000")[:14]
)
PDF: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
