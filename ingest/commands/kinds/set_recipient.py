"""Says who is told of alarms: by which way, from which level, at which hours. The address stays with ingest."""

from datetime import UTC, datetime, time
from typing import Annotated, Final, Literal

import msgspec

from ingest.commands.kind import CommandRefused, Outcome, Task, Tell
from ingest.notifications import BadAddress, recipients, rotas, url_policy
from ingest.values import Connection
from texts import languages

ROLE: Final = "admin"
WHAT: Final = "Say who is told of alarms: an address of apprise, from which level, at which hours."
SECRETS: Final = ("address",)
Hour = Annotated[str, msgspec.Meta(pattern="^[0-2][0-9]:[0-5][0-9]$")]
Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name of the duty, address, what it is told of, and when.

    Without an address one of this name keeps its own. after_min: only if nobody has acknowledged by then. language: the
    tag of that in which it is told; '': that of the settings.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    address: Annotated[str, msgspec.Meta(min_length=5, max_length=500)] | None = None
    family: Literal["dam", "maintenance"] = "dam"
    from_level: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    after_min: Annotated[int, msgspec.Meta(ge=0, le=10080)] = 0
    weekdays: Annotated[tuple[Weekday, ...], msgspec.Meta(min_length=1, max_length=7)] = (1, 2, 3, 4, 5, 6, 7)
    on_call: tuple[Hour, Hour] | None = None
    quiet: tuple[Hour, Hour] | None = None
    has_digest: bool = False
    language: Annotated[str, msgspec.Meta(max_length=35)] = ""


def carry_out(connection: Connection, task: Task, body: Body, tell: Tell) -> Outcome:
    """Return the number of the recipient."""
    if body.quiet is not None and body.family == "dam":
        raise CommandRefused("quiet: the dam knows no quiet hours; give them to maintenance alone.")
    try:
        if body.address is not None:
            url_policy.check_form(body.address)  # the host is looked at before each use
        hours = [None if one is None else time.fromisoformat(one) for one in (*_two(body.on_call), *_two(body.quiet))]
    except (BadAddress, ValueError) as error:
        raise CommandRefused(f"{'address' if isinstance(error, BadAddress) else 'hours'}: {error}") from error
    if body.language and languages.named(body.language, languages.known()) is None:
        raise CommandRefused(f"language: {', '.join(one.tag for one in languages.known())} are spoken here.")
    routed = (body.family, body.from_level, body.after_min, list(body.weekdays))
    address = body.address or recipients.address_of(connection, task.facility, body.name)
    if address is None:
        raise CommandRefused(f"address: nobody is called {body.name!r} here yet, so it needs one.")
    values = (body.name, address, *routed, *hours, body.has_digest)
    now = datetime.now(UTC)
    given = rotas.of_facility(connection, task.facility) if body.family == "dam" and body.after_min else None
    if given is not None and body.name in given.members_at(now):
        raise CommandRefused(f"after_min: {body.name!r} is in the rota, which tells at once; take them out first.")
    added = recipients.put(connection, task.facility, values, task.author, now, language=body.language)
    return {"recipient": added}


def _two(hours: tuple[str, str] | None) -> tuple[str | None, str | None]:
    return hours or (None, None)
