"""A dossier as one file: the data, what people read, a manifest of SHA-256, and the seal's signature under that.

Made here, and checked without a server: every byte by the manifest, the manifest by the signature, and every figure by
the rows that it stands on.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from api.policy.answers import PolicyMoments
from api.statements.seal import Seal
from runtime.release import release
from tailings import policy
from tailings.instants import rfc3339
from tailings.policy.dossier import Dossier, DossierFault, FrozenMoment, Moment

DATA: Final = "dossier.json"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
CERTIFICATE: Final = "certificate.pem"
OUTSIDE: Final = (MANIFEST, SIGNATURE, CERTIFICATE)
MAX_BYTES: Final = 100_000_000
MAX_FILES: Final = 20
FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The least that a ZIP can say: the same files are the same bytes."""


class BadDossier(ValueError):
    """A file that is no dossier; the sentence says why."""


class DossierCheck(Struct, frozen=True):
    """What was found: files that differ, figures that do not follow. certificate: SHA-256; '': it has none."""

    instrument: str
    files: int
    indicators: int
    certificate: str
    is_signed: bool
    faults: tuple[DossierFault, ...]


def data(found: PolicyMoments) -> Dossier:
    """Return the data of a dossier: the indicators that both moments have. There is a moment before."""
    assert found.before is not None
    new = {one.query: one for one in found.after.evaluations}
    old = [one for one in found.before.evaluations if one.query in new]
    pairs = [(one, new[one.query]) for one in old]
    return Dossier(
        instrument=found.instrument.model_dump(mode="json"),
        release=release(),
        before=_moment("before", found.before.as_of, [before for before, _ in pairs]),
        after=_moment("after", found.after.as_of, [after for _, after in pairs]),
        differences=tuple(policy.differences(*pair) for pair in pairs),
    )


def _moment(moment: Moment, as_of: object, found: list[policy.Evaluation]) -> FrozenMoment:
    return FrozenMoment(moment, rfc3339(as_of), tuple(found))  # type: ignore[arg-type]


def archive(files: Mapping[str, bytes], seal: Seal | None) -> bytes:
    """Return the ZIP of these files, with a manifest, and signed where there is a seal."""
    manifest = msgspec.json.encode({name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)})
    kept = {**files, MANIFEST: manifest}
    if seal is not None:
        from . import signatures  # its library costs 10 MB, and few have a dossier made

        kept |= {SIGNATURE: signatures.signature(manifest, seal), CERTIFICATE: seal.pem}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in sorted(kept):
            zipped.writestr(zipfile.ZipInfo(name, FIXED_TIME), kept[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def check(content: bytes) -> DossierCheck:
    """Check a dossier from itself alone; raise BadDossier for what is none."""
    from . import signatures

    files = _files(content)
    faults = [*_bytes(files)]
    signed = CERTIFICATE in files or SIGNATURE in files
    if signed and not signatures.is_of(files.get(CERTIFICATE, b""), files.get(SIGNATURE, b""), files[MANIFEST]):
        faults.append(DossierFault("signature", SIGNATURE))
    found, figures = policy.verified(files[DATA])
    return DossierCheck(
        instrument=str(found.instrument.get("id", "")) if found else "",
        files=len(files),
        indicators=len(found.differences) if found else 0,
        certificate=signatures.fingerprint(files.get(CERTIFICATE, b"")),
        is_signed=signed,
        faults=(*faults, *figures),
    )


def _files(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as zipped:
            listed = zipped.infolist()
            if len(listed) > MAX_FILES or sum(one.file_size for one in listed) > MAX_BYTES:
                raise BadDossier("it holds more than a dossier does")
            files = {one.filename: zipped.read(one) for one in listed}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise BadDossier(f"it is no dossier, or not whole: {error}") from error
    if missing := [name for name in (DATA, MANIFEST) if name not in files]:
        raise BadDossier(f"it is no dossier: {missing[0]} is missing")
    return files


def _bytes(files: Mapping[str, bytes]) -> Iterator[DossierFault]:
    try:
        named = msgspec.json.decode(files[MANIFEST], type=dict[str, str])
    except msgspec.MsgspecError as error:
        raise BadDossier(f"{MANIFEST} cannot be read: {error}") from error
    for name in sorted({*named, *files} - {*OUTSIDE}):
        hash = hashlib.sha256(files[name]).hexdigest() if name in files else ""
        if hash != named.get(name, ""):
            yield DossierFault("file", name, named.get(name, ""), hash)
