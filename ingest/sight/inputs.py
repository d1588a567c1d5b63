"""What proofs of sight are made from, read from the database: past readings, approvals, shelves, recipients."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import numpy as np

from ingest import rederive, versions
from ingest.alarms import states
from ingest.notifications import recipients, rotas
from ingest.notifications.url_policy import BadAddress, check_form
from ingest.values import Connection
from tailings.facility import Facility
from tailings.series import Series
from tailings.sight.proving import SightInputs, background_s, wanted_s
from tailings.sight.shadow import chain_of
from tailings.sight.telling import LevelHold, RecipientWay
from wire import quality as flag

FLAGGED: Final = """
SELECT d.name FROM datastream d JOIN latest l ON l.datastream_id = d.id
WHERE d.facility_id = %s AND d.retired_at IS NULL AND l.quality IN (3, 4, 9)"""
HOLDS: Final = """
SELECT rule, level, (extract(epoch FROM from_time) * 1000)::bigint, (extract(epoch FROM until) * 1000)::bigint
FROM alarm_hold
WHERE facility_id = %s AND family = 'dam' AND type = 'level' AND ended_at IS NULL AND until > %s ORDER BY id"""
GIVEN_UP: Final = """
SELECT DISTINCT ON (recipient_id) recipient_id, given_up_at IS NOT NULL FROM notification
WHERE sent_at IS NOT NULL OR given_up_at IS NOT NULL ORDER BY recipient_id, id DESC"""
DAM: Final = "dam"


def gather(connection: Connection, facility: Facility, now: datetime) -> SightInputs:
    """Read the inputs of one facility, for failures that begin at `now`."""
    now_ms = round(now.timestamp() * 1000)
    return SightInputs(
        facility,
        now_ms,
        _raw(connection, facility, now_ms),
        given=versions.given(connection, facility.id),
        holds=tuple(LevelHold(*row) for row in connection.execute(HOLDS, (facility.id, now)).fetchall()),
        recipients=tuple(_ways(connection, facility.id)),
        rota=rotas.of_facility(connection, facility.id),
        flagged=frozenset(row[0].partition(":")[2] for row in connection.execute(FLAGGED, (facility.id,)).fetchall()),
    )


def _raw(connection: Connection, facility: Facility, now_ms: int) -> dict[str, Series]:
    """The measured readings that plans rest on, as they were read: their filters flag them anew in the shadow."""
    looked_at = {name for plan in facility.tarp.values() for name in plan.datastreams()}
    names = [name for name in chain_of(facility, looked_at) if facility.datastreams[name].is_raw]
    usual_s = background_s(facility)
    seldom = [name for name in names if wanted_s(facility, name) > usual_s]
    often = [name for name in names if name not in seldom]
    longest_s = max((wanted_s(facility, name) for name in seldom), default=usual_s)
    return _read(connection, facility, often, now_ms, usual_s) | _read(connection, facility, seldom, now_ms, longest_s)


def _read(
    connection: Connection, facility: Facility, names: Iterable[str], now_ms: int, past_s: float
) -> dict[str, Series]:
    ids = states.ids_of(connection, facility, names)
    stored = rederive.read(connection, ids.values(), now_ms - round(past_s * 1000), now_ms + 1)
    return {name: _as_read(stored[id]) for name, id in ids.items() if id in stored}


def _as_read(rows: rederive.StoredSeries) -> Series:
    """Stored rows without what filters said of them; what a person said stands."""
    quality = np.where(rows.is_manual | (rows.quality == flag.MISSING), rows.quality, flag.NOT_EVALUATED)
    return Series.of(rows.time_ms, rows.result, quality)


def _ways(connection: Connection, facility: str) -> Iterable[RecipientWay]:
    given_up: dict[int, bool] = dict(connection.execute(GIVEN_UP).fetchall())
    for one in recipients.known(connection):
        if (one.facility, one.family) == (facility, DAM):
            yield _way(one, is_given_up=given_up.get(one.id, False))


def _way(one: recipients.Recipient, *, is_given_up: bool) -> RecipientWay:
    copied: dict[str, Any] = {name: getattr(one, name) for name in RecipientWay.__struct_fields__ if hasattr(one, name)}
    return RecipientWay(**copied | {"weekdays": tuple(one.weekdays), "has_way": not is_given_up and _is_way(one)})


def _is_way(one: recipients.Recipient) -> bool:
    try:
        check_form(one.address)
    except BadAddress:
        return False
    return True
