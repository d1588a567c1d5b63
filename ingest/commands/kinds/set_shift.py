"""Says who is on duty in turn: the hours, the hand-over, and in which order."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Final, Literal

import msgspec

from ingest.commands import rota
from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.notifications import rotas
from ingest.values import Connection
from tailings.rota import Shift

ROLE: Final = "admin"
WHAT: Final = "Say who is on duty in turn: a shift of the rota with its hand-over."
Hour = Annotated[str, msgspec.Meta(pattern="^[0-2][0-9]:[0-5][0-9]$")]
Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours in the facility's zone (the same twice: a whole day), and the members in their order from the first day on.

    turn: whether a member has it for a day or for a week. A shift of this name is replaced.
    """

    name: Name
    begins: Hour
    ends: Hour
    first_day: date
    members: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=20)]
    turn: Literal["day", "week"] = "week"
    weekdays: Annotated[tuple[Weekday, ...], msgspec.Meta(min_length=1, max_length=7)] = (1, 2, 3, 4, 5, 6, 7)


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return when nobody is on duty now, in the next four weeks."""
    rota.require_members(connection, task.facility, body.members)
    try:
        begins, ends = time.fromisoformat(body.begins), time.fromisoformat(body.ends)
    except ValueError as error:
        raise CommandRefused(f"begins and ends: {error}") from error
    shift = Shift(
        body.name, body.weekdays, begins, ends, turn=body.turn, first_day=body.first_day, members=body.members
    )
    now = datetime.now(UTC)
    rotas.put_shift(connection, task.facility, shift, task.author, now)
    return {"name": body.name, **rota.left_open(connection, task.facility, now)}
