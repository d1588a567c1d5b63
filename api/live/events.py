"""Server-sent events: their text (WHATWG HTML, section 9.2), and a commit as each client asked for it."""

import json
from dataclasses import dataclass, field
from typing import Final

from api.live.commits import Touched
from api.live.models import CommitEvent

RECONNECT_MS: Final = 1_000
NONE_YET: Final = "[]}"
"""The end of a CommitEvent without values: `latest` is its last field."""


@dataclass(frozen=True)
class Interest:
    """What a client wants to hear of: one facility or all (None); some datastreams or all (empty).

    `seen` are the facilities that it may read; None: all.
    """

    facility: str | None = None
    datastreams: frozenset[int] = frozenset()
    seen: frozenset[str] | None = None

    def has(self, facility: str) -> bool:
        """Say whether the client hears of this facility."""
        return self.facility in (None, facility) and (self.seen is None or facility in self.seen)


@dataclass(eq=False)
class Commit:
    """A commit to hand out; its text is made once for each interest, not for each client."""

    touched: Touched
    texts: dict[Interest, bytes | None] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.touched.row.id

    def text_for(self, interest: Interest) -> bytes | None:
        """Return the event's text, or None when nothing in the commit is of interest."""
        if interest not in self.texts:
            self.texts[interest] = _commit_text(self.touched, interest)
        return self.texts[interest]


def _commit_text(touched: Touched, interest: Interest) -> bytes | None:
    row, wanted = touched.row, interest.datastreams
    heard = [name for name in row.facility_ids if interest.has(name)]
    if not heard and (row.facility_ids or interest.facility is not None):
        return None
    if wanted and wanted.isdisjoint(row.datastream_ids):
        return None
    head = (
        CommitEvent(
            commit=row.id,
            at=row.at,
            facilities=heard,
            rows=row.rows,
            first_time=row.first_time,
            last_time=row.last_time,
            latest=[],
        )
        .model_dump_json()
        .removesuffix(NONE_YET)
    )
    latest = ",".join(
        value.json for value in touched.latest if (not wanted or value.id in wanted) and interest.has(value.facility)
    )
    return _event("commit", row.id, f"{head}[{latest}]}}")


def hello(last_id: int) -> bytes:
    """Return the first event of a new client: it gives the client an id to come back with."""
    retry = f"retry: {RECONNECT_MS}\n".encode()
    return retry + _event("hello", last_id, json.dumps({"commit": last_id}))


def heartbeat(last_id: int) -> bytes:
    """Return a sign of life that moves the client's Last-Event-ID on and is no event for its page."""
    return f": alive\nid: {last_id}\n\n".encode()


def reset(last_id: int, reason: str) -> bytes:
    """Return the event that says: what lies between is not sent, read the lists again."""
    return _event("reset", last_id, json.dumps({"commit": last_id, "reason": reason}))


def dropped(reason: str) -> bytes:
    """Return the last event of a client that is let go; without id, so that it comes back where it was."""
    return _event("dropped", None, json.dumps({"reason": reason}))


def _event(name: str, id: int | None, data: str) -> bytes:
    head = "" if id is None else f"id: {id}\n"
    return f"{head}event: {name}\ndata: {data}\n\n".encode()
