"""What the public may know of each facility at an instant, by the one rule: state, newest change, newest answer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from ingest.values import Connection
from tailings.disclosure import Disclosure, PublicContact, disclosed

CLOSED: Final = "closed"
"""The state of a facility that publishes none, or has no public page any more."""
BLIND: Final = "blind"
ROWS: Final = """
SELECT f.id, f.name, f.document ->> 'timezone', f.document ->> 'region', f.document ->> 'sample_data',
       coalesce((f.document ->> 'public')::boolean, false), f.document -> 'disclosure', a.verdict, a.valid_until,
       coalesce((SELECT max(c.id) FROM verdict_change c WHERE c.facility_id = f.id), 0),
       coalesce((SELECT max(q.publication) FROM public_question q WHERE q.facility_id = f.id), 0)
FROM facility f LEFT JOIN assessment a ON a.facility_id = f.id ORDER BY f.id"""
CHANGES: Final = """
SELECT at, verdict FROM verdict_change WHERE facility_id = %s AND id > %s AND id <= %s ORDER BY id DESC LIMIT 20"""
ANSWERS: Final = """
SELECT id, language, words, answer, decided_at FROM public_question
WHERE facility_id = %s AND publication > %s AND publication <= %s AND state = 'published'
ORDER BY publication DESC LIMIT 20"""


class PublicNow(NamedTuple):
    """A facility as strangers may know it; expired_at: since when nobody has assessed it, where somebody had."""

    facility: str
    name: str
    zone: str
    region: str
    sample_data: str
    has_page: bool
    emergency: PublicContact | None
    in_an_alarm: Mapping[str, str]
    verdict: str
    expired_at: datetime | None
    change_id: int
    publication: int


class ToldSoFar(NamedTuple):
    """How far somebody was told of a facility."""

    verdict: str
    change_id: int
    publication: int


NOTHING_TOLD: Final = ToldSoFar("", 0, 0)


class StateChange(NamedTuple):
    """A public state, and since when it held; None: it cannot be said."""

    at: datetime | None
    verdict: str


class PublishedAnswer(NamedTuple):
    """A question with its answer."""

    number: int
    language: str
    words: str
    answer: str
    at: datetime


class News(NamedTuple):
    """What somebody was not told of a facility yet, the oldest first."""

    now: PublicNow
    changes: Sequence[StateChange]
    answers: Sequence[PublishedAnswer]


def public_now(connection: Connection, now: datetime) -> list[PublicNow]:
    """Return all facilities."""
    return [_facility(row, now) for row in connection.execute(ROWS).fetchall()]


def news(connection: Connection, one: PublicNow, told: ToldSoFar) -> News | None:
    """Return what changed since it was told; None: nothing."""
    since = told.change_id
    if told.verdict in ("", CLOSED):  # of one that is new, or published again, its newest state alone
        since = max(since, one.change_id - 1)
    rows = connection.execute(CHANGES, (one.facility, since, one.change_id)).fetchall()
    changes = [StateChange(*row) for row in reversed(rows)]
    if (changes[-1].verdict if changes else told.verdict) != one.verdict:  # what nobody stores while it lasts
        changes.append(StateChange(one.expired_at, one.verdict))
    while changes and changes[0].verdict == told.verdict:  # that nobody looked was told before it was stored
        del changes[0]
    found = connection.execute(ANSWERS, (one.facility, told.publication, one.publication)).fetchall()
    answers = [PublishedAnswer(*row) for row in reversed(found)]
    return News(one, changes, answers) if changes or answers else None


def of_scope(all_known: Iterable[PublicNow], facility: str | None, region: str) -> list[PublicNow]:
    """Return those that a subscription is of: one facility, or all with a page in a region."""
    if facility is not None:
        return [one for one in all_known if one.facility == facility]
    return [one for one in all_known if one.has_page and region in ("", one.region)]


def _facility(row: Sequence[Any], now: datetime) -> PublicNow:
    id, name, zone, region, sample_data, is_public, stated, verdict, valid_until, change_id, publication = row
    known = disclosed(is_public, None if stated is None else msgspec.convert(stated, Disclosure))
    expired_at = None
    if known is None or "state" not in known.opens:
        verdict, change_id = CLOSED, 0
    elif valid_until is None or now > valid_until:
        verdict, expired_at = BLIND, valid_until
    return PublicNow(
        *(id, name, zone or "UTC", region or "", sample_data or "", known is not None),
        *(known.said.emergency if known else None, known.said.in_an_alarm if known else {}, verdict, expired_at),
        *(change_id, publication if known else 0),
    )
