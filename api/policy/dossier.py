"""A dossier as one file: the data, what people read, a manifest of SHA-256, and the seal's signature under that.

Made here, and checked without a server: every byte by the manifest, the manifest by the signature, and every figure by
the rows that it stands on.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from api.policy.answers import PolicyMoments
from api.statements import sealed_archive
from api.statements.seal import Seal
from runtime.release import release
from tailings import policy
from tailings.instants import rfc3339
from tailings.policy.dossier import Dossier, DossierFault, FrozenMoment, Moment

DATA: Final = "dossier.json"


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


def data_file(found: PolicyMoments, seal: Seal | None) -> bytes:
    """Return the dossier without what is for people: of two freezes it is the same bytes whenever it is made."""
    return sealed_archive.archive({DATA: msgspec.json.encode(data(found))}, seal)


def check(content: bytes) -> DossierCheck:
    """Check a dossier from itself alone; raise BadDossier for what is none."""
    try:
        found = sealed_archive.opened(content, DATA)
    except sealed_archive.BadArchive as error:
        raise BadDossier(f"it is no dossier: {error}") from error
    faults = [DossierFault("file", *one) for one in found.changed]
    if found.is_signed and not found.is_valid:
        faults.append(DossierFault("signature", sealed_archive.SIGNATURE))
    dossier, figures = policy.verified(found.files[DATA])
    return DossierCheck(
        instrument=str(dossier.instrument.get("id", "")) if dossier else "",
        files=len(found.files),
        indicators=len(dossier.differences) if dossier else 0,
        certificate=found.certificate,
        is_signed=found.is_signed,
        faults=(*faults, *figures),
    )
