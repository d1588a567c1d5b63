"""The rotas: who is on duty now, who follows at the hand-over, who is away, and when nobody is on duty."""

from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from api.http.database import DatabasePool, seen_ids
from api.recipients.models import Rota, RotaAbsence, RotaGap, RotaShift, RotaTurn
from tailings import rota
from tailings.rota import REACH

ALL: Final = """
SELECT facility_id, document FROM rota_given
WHERE %(seen)s::text[] IS NULL OR facility_id = ANY(%(seen)s) ORDER BY facility_id LIMIT 500"""


class RotaRow(NamedTuple):
    """The rota of a facility as it is stored."""

    facility_id: str
    document: dict[str, Any]


ONLY: Final = ALL.replace("LIMIT 500", "LIMIT 2")


async def only_one(database: DatabasePool, seen: frozenset[str] | None, now: datetime) -> Rota | None:
    """Return the rota of these facilities (None: all) where they have one and no more."""
    rows = await database.rows(RotaRow, ONLY, {"seen": seen_ids(seen)})
    return of_document(rows[0].facility_id, rows[0].document, now) if len(rows) == 1 else None


async def rotas(database: DatabasePool, seen: frozenset[str] | None, now: datetime) -> list[Rota]:
    """Return the rotas of these facilities (None: all) as they stand at `now`."""
    rows = await database.rows(RotaRow, ALL, {"seen": seen_ids(seen)})
    return [of_document(row.facility_id, row.document, now) for row in rows]


def of_document(facility: str, document: dict[str, Any], now: datetime) -> Rota:
    """Return the rota of a facility as it stands at `now`, from its stored document."""
    given = msgspec.convert(document, rota.Rota)
    present = rota.on_duty(given, now)
    hand_over = min((one.stop for one in present), default=now)
    coming = [one for one in rota.turns(given, now, now + REACH) if one.start > now]
    starts = {min((one.start for one in coming if one.start >= at), default=now) for at in (now, hand_over)}
    return Rota(
        facility=facility,
        timezone=given.timezone,
        on_duty=[_turn(one, now) for one in present],
        following=[_turn(one, now) for one in coming if one.start in starts],
        gaps=[RotaGap(**{"from": one.start}, until=one.stop) for one in rota.gaps_ahead(given, now)],
        shifts=[RotaShift(**one) for one in document["shifts"]],
        absences=[
            RotaAbsence(
                id=one["id"],
                member=one["member"],
                **{"from": one["start"]},
                until=one["stop"],
                stand_in=one["stand_in"],
            )
            for one in document["absences"]
            if datetime.fromisoformat(one["stop"]) > now
        ],
    )


def _turn(one: rota.Turn, now: datetime) -> RotaTurn:
    """A turn that goes on beyond what is looked at has no end that matters now."""
    return RotaTurn(name=one.name, **{"from": one.start}, until=one.stop if one.stop < now + REACH else None)
