"""Files as one ZIP: a manifest of their SHA-256, and the seal's signature under that.

Made here, and checked without a server: every byte by the manifest, the manifest by the signature.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

from api.statements.seal import Seal

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
CERTIFICATE: Final = "certificate.pem"
OUTSIDE: Final = (MANIFEST, SIGNATURE, CERTIFICATE)
MAX_BYTES: Final = 100_000_000
MAX_FILES: Final = 20
FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The least that a ZIP can say: the same files are the same bytes."""


class BadArchive(ValueError):
    """A file that is no such archive; the sentence says why."""


class ChangedFile(NamedTuple):
    """A file whose bytes are not those of the manifest; '' where one of both lacks it."""

    name: str
    stored: str
    recomputed: str


class OpenedArchive(NamedTuple):
    """Its files, and what was found. certificate: SHA-256; '': it has none.

    is_signed: it has a signature or a certificate; is_valid: that signature is the certificate's, under the manifest.
    """

    files: Mapping[str, bytes]
    changed: tuple[ChangedFile, ...]
    certificate: str
    is_signed: bool
    is_valid: bool


def archive(files: Mapping[str, bytes], seal: Seal | None) -> bytes:
    """Return the ZIP of these files, with a manifest, and signed where there is a seal."""
    manifest = msgspec.json.encode({name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)})
    kept = {**files, MANIFEST: manifest}
    if seal is not None:
        from . import signatures  # its library costs 10 MB, and few have one made

        kept |= {SIGNATURE: signatures.signature(manifest, seal), CERTIFICATE: seal.pem}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in sorted(kept):
            zipped.writestr(zipfile.ZipInfo(name, FIXED_TIME), kept[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def opened(content: bytes, needed: str) -> OpenedArchive:
    """Open an archive that has to hold a file; raise BadArchive for what is none."""
    from . import signatures

    files = _files(content)
    if missing := [name for name in (needed, MANIFEST) if name not in files]:
        raise BadArchive(f"{missing[0]} is missing")
    is_signed = CERTIFICATE in files or SIGNATURE in files
    certificate = files.get(CERTIFICATE, b"")
    return OpenedArchive(
        files,
        changed=tuple(_changed(files)),
        certificate=signatures.fingerprint(certificate),
        is_signed=is_signed,
        is_valid=is_signed and signatures.is_of(certificate, files.get(SIGNATURE, b""), files[MANIFEST]),
    )


def _files(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as zipped:
            listed = zipped.infolist()
            if len(listed) > MAX_FILES or sum(one.file_size for one in listed) > MAX_BYTES:
                raise BadArchive("it holds more than such a file does")
            return {one.filename: zipped.read(one) for one in listed}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        raise BadArchive(f"it is not whole: {error}") from error


def _changed(files: Mapping[str, bytes]) -> Iterator[ChangedFile]:
    try:
        named = msgspec.json.decode(files[MANIFEST], type=dict[str, str])
    except msgspec.MsgspecError as error:
        raise BadArchive(f"{MANIFEST} cannot be read: {error}") from error
    for name in sorted({*named, *files} - {*OUTSIDE}):
        hash = hashlib.sha256(files[name]).hexdigest() if name in files else ""
        if hash != named.get(name, ""):
            yield ChangedFile(name, named.get(name, ""), hash)
