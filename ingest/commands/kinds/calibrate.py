"""Changes or adds a dated calibration of an instrument: says what that would change, or stores it and derives anew.

A further version of the facility file is made from the stored one, as by hand; what it replaces can be asked for by
`as_of`, and `undo-revision` gives it back.
"""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from ingest import rederive, versions
from ingest.commands.kind import Outcome, Task, Tell
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from ingest.versions.facility import FacilityRefused
from tailings.facility import BadFacility

ROLE: Final = "approve"
WHAT: Final = "Change or add a calibration and derive anew by it; without `apply` only say what would change."
REFUSES: Final = (RevisionRefused, BadFacility, FacilityRefused)
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Key = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$", max_length=60)]
Word = Annotated[str, msgspec.Meta(max_length=200)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "stop": "to"}):
    """Which instrument, the whole calibration, over which time to derive anew, and why.

    base: hash of the facility file that the author looked at. replaces: `valid_from` of the calibration that is written
    anew, null to add one.
    """

    instrument: Annotated[str, msgspec.Meta(max_length=100)]
    calibration: Annotated[dict[Key, bool | float | Word], msgspec.Meta(max_length=40)]
    base: Annotated[str, msgspec.Meta(max_length=64)]
    start: Instant
    stop: Instant
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=1_000)]
    replaces: Instant | None = None
    apply: bool = False


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the preview; or the number of the version, and of the revision that holds what was there before."""
    stored = versions.newest(connection, task.facility)
    if stored is None or stored.hash != body.base:
        raise FacilityRefused("the facility file has changed since it was looked at: load the page again")
    facility, text = versions.with_calibration(stored, body.instrument, body.replaces, body.calibration)
    if not body.apply:
        stretch = rederive.stretch(connection, facility, body.start, body.stop)
        return rederive.preview(connection, stretch, tell).document()
    versions.apply(connection, facility, text, task.author)
    stretch = rederive.stretch(connection, facility, body.start, body.stop)
    number = rederive.apply_at_once(connection, stretch, task.author, body.reason, tell)
    return {"version": facility.version, "revision": number}
