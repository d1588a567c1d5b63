"""Dossiers of policy instruments in the catalogue: the newest of which both moments are frozen, and its hash."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import Final, NamedTuple

from api.http.database import DatabasePool
from api.http.most_recent import MostRecent
from api.policy import answers, dossier
from api.policy.answers import AskedMoments, LiveIndicators
from api.policy.models import PolicyInstrument
from api.policy.queries import freezes
from api.statements.seal import Seal

MAX_KEPT: Final = 200


class KnownDossier(NamedTuple):
    """The numbers of its freezes, and the SHA-256 of the ZIP."""

    before: int
    after: int
    sha256: str


class KnownDossiers:
    """The hashes of dossiers that were made for the catalogue: each is made once, for it stays the same bytes."""

    def __init__(self, seal: Seal | None) -> None:
        self._seal = seal
        self._kept = MostRecent[tuple[str, int, int, int], KnownDossier](MAX_KEPT)

    async def of(self, database: DatabasePool, one: PolicyInstrument, sees_all: bool) -> KnownDossier | None:
        """Return the newest dossier of an instrument; None where a moment was never frozen."""
        listed = await freezes(database, one.id, sees_all)
        before = next((freeze for freeze in listed if freeze.moment == "before"), None)
        after = next((freeze for freeze in listed if freeze.moment == "after"), None)
        if before is None or after is None or after.as_of <= before.as_of:
            return None
        key = (one.id, one.version, before.number, after.number)
        known = self._kept.get(key)
        if known is None:
            which = AskedMoments(LiveIndicators(), datetime.now(UTC), before.number, after.number)
            found = await answers.moments(database, one.id, sees_all, which)
            content = await asyncio.to_thread(dossier.data_file, found, self._seal)
            digest = hashlib.sha256(content).hexdigest()
            known = self._kept.keep(key, KnownDossier(before.number, after.number, digest))
        return known
