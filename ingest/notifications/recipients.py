"""Who is told: rows that commands write, and who is on call."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from ingest.notifications import links, outbox
from ingest.values import Connection
from tailings import on_call, rota
from tailings.rota import Rota
from texts import languages

COLUMNS: Final = (
    "id, facility_id, name, address, family, from_level, after_min, weekdays, on_call_from, on_call_until, quiet_from,"
    " quiet_until, has_digest, language"
)
ALL: Final = f"SELECT {COLUMNS} FROM recipient WHERE ended_at IS NULL ORDER BY id"
ADDRESS: Final = "SELECT address FROM recipient WHERE facility_id = %s AND name = %s AND ended_at IS NULL"
END: Final = "UPDATE recipient SET ended_at = %s WHERE facility_id = %s AND name = %s AND ended_at IS NULL RETURNING id"
CHANGE: Final = """
UPDATE recipient SET (family, from_level, after_min, weekdays, on_call_from, on_call_until, quiet_from, quiet_until,
                      has_digest, given_by, language, given_at) = (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
WHERE facility_id = %s AND name = %s AND address = %s AND ended_at IS NULL RETURNING id"""
ADD: Final = """
INSERT INTO recipient (facility_id, name, address, family, from_level, after_min, weekdays, on_call_from, on_call_until,
                       quiet_from, quiet_until, has_digest, given_by, language)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"""


class Recipient(msgspec.Struct, frozen=True):
    """One way to tell somebody. `after_min` above 0: only when nobody has acknowledged by then."""

    id: int
    facility: str
    name: str
    address: str
    family: str
    from_level: int
    after_min: int
    weekdays: list[int]
    on_call_from: time | None
    on_call_until: time | None
    quiet_from: time | None
    quiet_until: time | None
    has_digest: bool
    language: str
    """The tag of the language that it is told in; '': that of the settings."""

    def speaking(self) -> AbstractContextManager[None]:
        """Speak its language for a while."""
        return languages.speaking(languages.named(self.language, languages.known()) or languages.current())

    def is_on_call(self, local: datetime) -> bool:
        """Whether it is on call at this time of the facility."""
        return on_call.is_on(local, self.weekdays, self.on_call_from, self.on_call_until)

    def due_at(self, now: datetime, zone: str, *, is_loud: bool) -> datetime:
        """When something made now may be sent: at once, or, unless it is loud, at the end of the quiet hours."""
        return on_call.due_at(now, zone, self.quiet_from, self.quiet_until, is_loud=is_loud)


def concerned(all_known: Iterable[Recipient], facility: str, family: str, level: int) -> list[Recipient]:
    """Those who are told of an alarm of this family and level of a facility, at once or later."""
    of_it = (one for one in all_known if (one.facility, one.family) == (facility, family))
    return [one for one in of_it if on_call.concerns(family, level, one.from_level)]


def called(first: Sequence[Recipient], given: Rota | None, zone: str, at: datetime) -> Sequence[Recipient]:
    """Those of who is told at once that are on duty or on call at a time; when nobody is, all of them."""
    local = at.astimezone(ZoneInfo(zone))
    return rota.called(given, first, at, lambda one: one.is_on_call(local))


def known(connection: Connection) -> list[Recipient]:
    """Return all that are told, the oldest first."""
    return [Recipient(*row) for row in connection.execute(ALL).fetchall()]


def address_of(connection: Connection, facility: str, name: str) -> str | None:
    """Return the address of one, None when there is none of this name."""
    row = connection.execute(ADDRESS, (facility, name)).fetchone()
    return None if row is None else str(row[0])


def put(
    connection: Connection, facility: str, values: Sequence[Any], author: str, now: datetime, *, language: str = ""
) -> int:
    """Write a recipient (values as in ADD, up to has_digest) in place of one of its name; return its number.

    With the same address it stays the same; else what waits for the former one goes to the new address.
    """
    name, address, *routed = values
    same = connection.execute(CHANGE, (*routed, author, language, now, facility, name, address)).fetchone()
    if same is not None:
        return int(same[0])
    former = connection.execute(END, (now, facility, name)).fetchone()
    row = connection.execute(ADD, (facility, *values, author, language)).fetchone()
    assert row is not None
    if former is not None:
        links.hand_over(connection, outbox.hand_over(connection, former[0], row[0]), row[0])
    return int(row[0])


def end(connection: Connection, facility: str, name: str, now: datetime) -> bool:
    """Tell it no more, nor what waits for it; False when there is none of this name."""
    ended = connection.execute(END, (now, facility, name)).fetchone()
    if ended is not None:
        outbox.give_up(connection, ended[0], now)
    return ended is not None
