"""Applying a re-derivation: a revision, day by day, each a transaction that live data never waits for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from ingest import revisions
from ingest.rederive.change_preview import Tell
from ingest.rederive.comparison import DatastreamDifference, Mask
from ingest.rederive.pieces import work_out
from ingest.rederive.stretch import MS, Stretch, stored_facility, stretch
from ingest.revisions import Replacement, ReplacementOutcome, RevisionDraft
from ingest.values import Connection
from runtime.log import log_of
from tailings.facility import BadFacility

log = log_of(__name__)

LONGEST_REACH: Final = timedelta(days=1)
"""How far after a new reading derived values are looked at anew."""
ONE_MS: Final = timedelta(milliseconds=1)
PROGRAM: Final = "program:ingest"
OUTDATED: Final = "SELECT DISTINCT facility_id FROM outdated_span ORDER BY facility_id"
TAKE_OUTDATED: Final = """
DELETE FROM outdated_span WHERE facility_id = %s AND number = ANY (ARRAY(
    SELECT number FROM outdated_span WHERE facility_id = %s ORDER BY number LIMIT 100))
RETURNING first_ms, last_ms"""
PUT_BACK: Final = "INSERT INTO outdated_span (facility_id, first_ms, last_ms) VALUES (%s, %s, %s)"


def apply(connection: Connection, stretch: Stretch, author: str, reason: str, tell: Tell) -> int:
    """Replace what differs, on a connection in autocommit mode; return the number of the revision.

    Each day of the facility's standard time is one transaction, of one piece or several: a reader sees it as it was or
    as it is. When it is interrupted, the same call goes on after the last of them: an open revision of the same stretch
    and version is taken up again.
    """
    draft = RevisionDraft(stretch.facility.id, "rederive", author, reason, stretch.start, stop=stretch.stop)
    with connection.transaction():
        begun = revisions.resume(connection, draft)
        number, done_until = begun or (revisions.begin(connection, draft), stretch.start)
    for pieces in stretch.whole_days(round(done_until.timestamp() * MS)):
        with connection.transaction():
            total = ReplacementOutcome()
            for start_ms, stop_ms in pieces:
                total += _replace(connection, stretch, number, start_ms, stop_ms)
                tell(stretch.share(stop_ms))
            _enter(connection, number, pieces[-1][1], total)
            revisions.touch(connection, stretch.facility.id, total)
    with connection.transaction():
        revisions.close(connection, number)
    return number


def apply_at_once(connection: Connection, stretch: Stretch, author: str, reason: str, tell: Tell) -> int:
    """Replace what differs inside the open transaction: all of it or nothing; return the number of the revision.

    What live data would wait for is locked only at the end.
    """
    return _apply_all(connection, [stretch], author, reason, tell)


def around(
    connection: Connection, facility: str, start: datetime, stop: datetime, author: str, reason: str
) -> int | None:
    """Derive anew, inside the open transaction, what other readings of [start, stop) change; None: nothing is derived.

    It is a revision of its own.
    """
    stored = stored_facility(connection, facility)
    whole = stretch(connection, stored, start, stop)
    reach = min(timedelta(milliseconds=whole.before_ms), LONGEST_REACH)
    if not stored.derived_order:
        return None
    longer = stretch(connection, stored, start, stop + reach)
    return apply_at_once(connection, longer, author, reason, lambda share: None)


def around_each(connection: Connection, facility: str, times: Sequence[datetime], author: str, reason: str) -> int:
    """Judge and derive anew, inside the open transaction, what readings at these times change, however far apart.

    It is one revision. Times that lie within each other's reach are one stretch; what lies between others is left.
    """
    stored = stored_facility(connection, facility)
    stretches: list[Stretch] = []
    for at in sorted(times):
        start = stretches.pop().start if stretches and at <= stretches[-1].stop else at
        whole = stretch(connection, stored, start, at + ONE_MS)
        reach = min(timedelta(milliseconds=whole.before_ms), LONGEST_REACH)
        stretches.append(stretch(connection, stored, start, at + ONE_MS + reach))
    return _apply_all(connection, stretches, author, reason, lambda share: None)


def _apply_all(connection: Connection, stretches: Sequence[Stretch], author: str, reason: str, tell: Tell) -> int:
    """Replace what differs in stretches of one facility, in the order of time; return the number of the revision."""
    first, last = stretches[0], stretches[-1]
    draft = RevisionDraft(first.facility.id, "rederive", author, reason, first.start, stop=last.stop)
    number, total = revisions.begin(connection, draft), ReplacementOutcome()
    for one in stretches:
        for start_ms, stop_ms in one.pieces():
            total += _replace(connection, one, number, start_ms, stop_ms)
            tell(one.share(stop_ms))
    _enter(connection, number, last.stop_ms, total)
    revisions.close(connection, number)
    revisions.touch(connection, first.facility.id, total)
    return number


def catch_up(connection: Connection) -> bool:
    """Derive anew, inside the open transaction, some of what arrived under an outdated version; True: there is more."""
    return any(_catch_up_some(connection, id) for (id,) in connection.execute(OUTDATED).fetchall())


def _catch_up_some(connection: Connection, id: str) -> bool:
    """Take on some spans of a facility; False where nothing can be done: a bad file, or another process is at them."""
    try:
        facility = stored_facility(connection, id)
    except BadFacility as error:
        log("ERROR", "not-derived-anew", facility=id, error=error)
        return False
    spans = connection.execute(TAKE_OUTDATED, (id, id)).fetchall()
    if not spans:
        return False
    first_ms, last_ms = min(first for first, _ in spans), max(last for _, last in spans)
    whole = stretch(connection, facility, _instant(first_ms), _instant(last_ms + 1))
    piece = next(whole.pieces(), None)
    if piece is None:
        log("WARNING", "not-derived-anew", facility=id, error="no raw values", next="the values stay as they came")
        return True
    start_ms, stop_ms = piece
    if stop_ms <= last_ms:
        connection.execute(PUT_BACK, (id, stop_ms, last_ms))
    _catch_up(connection, whole, start_ms, stop_ms)
    return True


def _catch_up(connection: Connection, whole: Stretch, start_ms: int, stop_ms: int) -> None:
    version = whole.facility.version
    differences, known = work_out(connection, whole, start_ms, stop_ms)
    parts = []
    for name in whole.facility.derived_order:
        if name in differences and name in known:
            outdated = known[name].time_ms[known[name].cfg < version]
            where = differences[name].is_any & np.isin(differences[name].new.time_ms, outdated)
            parts += _rows(whole, name, differences[name], where)
    if not parts:
        return
    draft = RevisionDraft(
        whole.facility.id, "catch-up", PROGRAM, "older-version", _instant(start_ms), stop=_instant(stop_ms)
    )
    number = revisions.begin(connection, draft)
    replaced = revisions.replace(connection, number, revisions.join(parts))
    _enter(connection, number, stop_ms, replaced)
    revisions.close(connection, number)
    revisions.touch(connection, whole.facility.id, replaced)


def _replace(connection: Connection, stretch: Stretch, number: int, start_ms: int, stop_ms: int) -> ReplacementOutcome:
    differences, _ = work_out(connection, stretch, start_ms, stop_ms)
    parts = [
        part for name, difference in differences.items() for part in _rows(stretch, name, difference, difference.is_any)
    ]
    return revisions.replace(connection, number, revisions.join(parts)) if parts else ReplacementOutcome()


def _rows(stretch: Stretch, name: str, difference: DatastreamDifference, where: Mask) -> list[Replacement]:
    if not where.any() or name not in stretch.ids:
        return []
    is_raw = stretch.facility.datastreams[name].is_raw
    return [difference.replacement(stretch.ids[name], None if is_raw else stretch.facility.version, where)]


def _enter(connection: Connection, number: int, stop_ms: int, replaced: ReplacementOutcome) -> None:
    revisions.progress(connection, number, _instant(stop_ms), replaced.changed, replaced.added)


def _instant(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / MS, UTC)
