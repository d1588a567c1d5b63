"""Says that a member of the rota is away, and who is on duty instead: a vacation, or one half of a swap."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec

from ingest.commands import rota
from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.notifications import rotas
from ingest.values import Connection
from tailings.rota import Absence, Rota

ROLE: Final = "annotate"
WHAT: Final = "Say that a member of the rota is away, and who stands in."
LONGEST: Final = timedelta(days=366)
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Local = Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-2][0-9]:[0-5][0-9]$")]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "stop": "until"}):
    """Who, from when to when by the facility's clock, and who stands in; nobody is a gap, which is told."""

    member: Name
    start: Local
    stop: Local
    stand_in: Name | None = None


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return its number, and when nobody is on duty now."""
    known, now = rotas.of_facility(connection, task.facility), datetime.now(UTC)
    if known is None or body.member not in known.members_at(now):
        raise CommandRefused(f"member: nobody is called {body.member!r} in the rota here.")
    if body.stand_in is not None:
        rota.require_members(connection, task.facility, [body.stand_in])
    start, stop = _instant(body.start, known), _instant(body.stop, known)
    if not (timedelta(0) < stop - start <= LONGEST and stop > now):
        raise CommandRefused(f"until must lie ahead, after from, and at most {LONGEST.days} days after it.")
    if body.stand_in == body.member:
        raise CommandRefused("stand_in: nobody stands in for themselves.")
    id = rotas.put_absence(
        connection, task.facility, Absence(body.member, start, stop, body.stand_in), author=task.author
    )
    return {"absence": id, **rota.left_open(connection, task.facility, now)}


def _instant(local: str, known: Rota) -> datetime:
    try:
        return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(known.timezone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CommandRefused(f"from and until: {error}") from error
