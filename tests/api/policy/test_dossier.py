"""A dossier as one file: what is signed and follows from its rows passes; one byte that is changed does not."""

from __future__ import annotations

import io
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from api.policy import dossier
from api.policy.answers import Frozen, PolicyMoments
from api.policy.models import PolicyInstrument, PolicyInstrumentDocument
from api.policy.queries import FreezeRow
from api.statements import seal, sealed_archive
from tailings.policy import PolicyQuery, evaluated
from tailwatch import seals
from tests.tailings.policy.rows import row

THEN, NOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
QUERY = PolicyQuery("people_at_risk", country="PT")


def moments() -> PolicyMoments:
    """An instrument of one indicator, frozen before and looked at after."""
    document = PolicyInstrumentDocument.model_validate(
        {"title": "Example plan", "indicators": [{"indicator": "people_at_risk", "country": "PT"}], "is_example": True}
    )
    before = evaluated(QUERY, THEN, [row("a", people_at_risk=120)])
    after = evaluated(QUERY, NOW, [row("a", people_at_risk=100), row("b", people_at_risk=7)])
    freeze = FreezeRow(1, "before", THEN, THEN, instrument_version=1, is_public=True, sha256="")
    return PolicyMoments(
        PolicyInstrument(id="plan", version=1, is_public=True, written_at=THEN, document=document),
        [freeze],
        Frozen(THEN, (before,), freeze),
        Frozen(NOW, (after,), None),
    )


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A dossier under the seal of an installation."""
    file = tmp_path_factory.mktemp("seal") / "seal.pem"
    seals.made_once(file)
    files = {dossier.DATA: msgspec.json.encode(dossier.data(moments())), "dossier-en.pdf": b"%PDF-1.7 invented"}
    return sealed_archive.archive(files, seal.read(file))


def unpacked(content: bytes) -> dict[str, bytes]:
    """Its files."""
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    """A ZIP of files, by the standard library alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return out.getvalue()


def kinds(files: dict[str, bytes]) -> set[str]:
    """What is wrong with it."""
    return {one.kind for one in dossier.check(packed(files)).faults}


def test_what_was_made_here_passes(sealed: bytes) -> None:
    """Bytes, signature, values and causes; the difference is -13: 20 less at a, 7 more by b."""
    found = dossier.check(sealed)
    stored = msgspec.json.decode(unpacked(sealed)[dossier.DATA])

    assert (found.faults, found.is_signed, found.indicators) == ((), True, 1)
    assert stored["differences"][0]["effects"] == {"method": 0, "revised": -20, "added": 7, "removed": 0}


def test_the_signature_is_one_that_openssl_knows(sealed: bytes, tmp_path: Path) -> None:
    """Another implementation: openssl verifies the manifest with the certificate in the dossier."""
    for name, content in unpacked(sealed).items():
        (tmp_path / name).write_bytes(content)
    for command in (
        "openssl x509 -in certificate.pem -pubkey -noout -out key.pem",
        "openssl dgst -sha256 -verify key.pem -signature manifest.sig manifest.json",
    ):
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize("name", ["dossier.json", "dossier-en.pdf", "manifest.json", "manifest.sig"])
def test_a_changed_byte_is_found_in_every_file(sealed: bytes, name: str) -> None:
    """The last byte but one of each file, changed by one bit."""
    files = unpacked(sealed)
    spoilt = bytearray(files[name])
    spoilt[-2] ^= 1
    if name == "manifest.json":
        spoilt[10] ^= 1  # a name or hash, so that it can still be read
        spoilt[-2] ^= 1

    assert kinds(files | {name: bytes(spoilt)}) & {"file", "signature"}


def test_figures_that_were_signed_anew_do_not_follow(sealed: bytes, tmp_path: Path) -> None:
    """Who changes a value and signs with a seal of his own passes the bytes, and not the rows; the seal is another."""
    files = unpacked(sealed)
    document = msgspec.json.decode(files[dossier.DATA])
    document["after"]["evaluations"][0]["value"] = 90.0
    seals.made_once(tmp_path / "other.pem")
    made = sealed_archive.archive({dossier.DATA: msgspec.json.encode(document)}, seal.read(tmp_path / "other.pem"))
    found = dossier.check(made)

    assert {one.kind for one in found.faults} == {"hash", "value"}
    assert found.certificate != dossier.check(sealed).certificate


def test_a_file_more_or_less_is_found(sealed: bytes) -> None:
    """The manifest names each file, and no other."""
    files = unpacked(sealed)
    less = {name: content for name, content in files.items() if name != "dossier-en.pdf"}

    assert kinds(files | {"more.txt": b"?"}) == {"file"}
    assert kinds(less) == {"file"}


def test_without_a_seal_it_says_so(sealed: bytes) -> None:
    """It is whole, and nobody signed it; a certificate whose signature was taken out is a fault."""
    unsigned = {name: content for name, content in unpacked(sealed).items() if name != sealed_archive.SIGNATURE}
    plain = dossier.check(sealed_archive.archive({dossier.DATA: msgspec.json.encode(dossier.data(moments()))}, None))

    assert (plain.faults, plain.is_signed, plain.certificate) == ((), False, "")
    assert kinds(unsigned) == {"signature"}


@pytest.mark.parametrize("content", [b"", b"PK", packed({"a": b"b"}), packed({"dossier.json": b"{}"})])
def test_what_is_no_dossier_is_refused(content: bytes) -> None:
    """With a sentence."""
    with pytest.raises(dossier.BadDossier, match="no dossier"):
        dossier.check(content)
