"""Applying a facility file: stored when it was made from the stored version, else refused with what changed since."""

from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from ingest.values import Connection
from ingest.versions import facility
from ingest.versions.approvals import silenced
from ingest.versions.comparison import ValueChange, differences
from ingest.versions.facility import FacilityRefused
from ingest.versions.stored_versions import StoredVersion, history, newest, origin
from tailings.facility import Facility

TOLD: Final = 3
LOCK: Final = "SELECT 1 FROM facility WHERE id = %s FOR UPDATE"
ACT_AS: Final = "SELECT set_config('tailwatch.actor', %s, true)"


class Stale(FacilityRefused):
    """The file was not made from the stored version: somebody else's change would be lost. Nothing was changed."""


class ApplicationOutcome(msgspec.Struct, frozen=True):
    """What came of it, and what is different from the version before."""

    outcome: Literal["first", "same", "new"]
    changes: list[ValueChange]


def apply(connection: Connection, parsed: Facility, text: str, author: str) -> ApplicationOutcome:
    """Store a facility file inside the open transaction.

    parsed: what `text` says. Raises Stale, or FacilityRefused when a datastream would change its meaning.
    """
    connection.execute(ACT_AS, (author,))
    connection.execute(LOCK, (parsed.id,))
    stored = newest(connection, parsed.id)
    if stored is None:
        facility.register(connection, parsed, text)
        return ApplicationOutcome("first", [])
    if stored.hash == parsed.version_hash:
        return ApplicationOutcome("same", [])
    _check_origin(connection, parsed, text, stored)
    facility.register(connection, parsed, text)
    return ApplicationOutcome("new", changes(connection, stored, parsed))


def changes(connection: Connection, stored: StoredVersion, parsed: Facility) -> list[ValueChange]:
    """Return what a file says otherwise than the stored one, and which plans it silences."""
    today = datetime.now(UTC).date()
    return [*differences(stored.document, parsed.document()), *silenced(connection, stored, parsed, today)]


def _check_origin(connection: Connection, parsed: Facility, text: str, stored: StoredVersion) -> None:
    wanted = stored.version + 1
    said = origin(text)
    if said is not None and said != stored.hash:
        base = next((one for one in history(connection, parsed.id) if one.hash == said), None)
        raise Stale(_sentence(parsed, base, stored))
    if said is None and parsed.version <= stored.version:
        known = history(connection, parsed.id)
        base = next((one for one in known if one.version == parsed.version - 1), None)
        raise Stale(_sentence(parsed, base, stored))
    if parsed.version != wanted:
        raise FacilityRefused(
            f"{parsed.id}: the stored version is {stored.version}, so this file must say version = {wanted}, "
            f"not {parsed.version}"
        )


def _sentence(parsed: Facility, base: StoredVersion | None, stored: StoredVersion) -> str:
    since = f"version {stored.version} was applied on {stored.applied_at:%Y-%m-%d %H:%M} UTC by {stored.author}"
    if base is None:
        changed, made = differences(stored.document, parsed.document()), "not made from the stored version"
        what = "Against the stored one it says otherwise: "
    else:
        changed, made = differences(base.document, stored.document), f"made from version {base.version}"
        what = "That changed "
    listed = "; ".join(str(one) for one in changed[:TOLD]) or "only comments"
    more = f" and {len(changed) - TOLD} more" if len(changed) > TOLD else ""
    return (
        f"{parsed.id}: this file was {made}, and {since}. {what}{listed}{more}. "
        f"Export the stored file, put your changes into it and set version = {stored.version + 1}."
    )
