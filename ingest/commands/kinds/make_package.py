"""Makes a package of a span of readings, piece by piece; given again after it was stopped, it goes on where it was."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from ingest import packages
from ingest.commands.kind import Outcome, Slice, Task
from ingest.packages import PackageRefused
from ingest.values import Connection

ROLE: Final = "approve"
WHAT: Final = "Make a package of all readings of a span, with what they were made by, that can be cited and checked."
REFUSES: Final = (PackageRefused,)
GATHERED: Final = 0.95
"""Which share of the work is done when all readings are kept."""
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "stop": "to"}):
    """From when to when (not included), and the language of what the package says of itself."""

    start: Instant
    stop: Instant
    language: Annotated[str, msgspec.Meta(pattern="^(en|es)$")] = "en"


def carry_out_slice(connection: Connection, task: Task, body: Body, so_far: Outcome | None) -> Slice:
    """Return the number of the package, and in the end its version, readings and bytes."""
    if so_far is None:
        draft = packages.begin(connection, task.facility, body.start, body.stop, body.language)
        return {"package": packages.take_up(connection, draft, task.author)}, 0.0
    share = packages.go_on(connection, so_far["package"])
    if share < 1.0:
        return so_far, GATHERED * share
    stored = packages.finish(connection, so_far["package"])
    written = stored.written
    told = {"version": written.version, "content_sha256": written.content_sha256, "rows": written.rows}
    return {"package": stored.id, **told, "bytes": stored.bytes}, 1.0
