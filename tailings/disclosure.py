"""What strangers may see of a facility, and since when: the one rule that its public page, its feed and lists go by.

A facility with `public = true` opens everything at once. Any other one shows strangers nothing but the public page that
`[facility.disclosure]` asks for, and of that page only what `opens` names; without that table there is no page.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import Meta, Struct

Opened = Literal["state", "instruments", "readings", "water", "alarms", "surroundings"]
OPENED: Final[tuple[Opened, ...]] = ("state", "instruments", "readings", "water", "alarms", "surroundings")
AT_ONCE: Final[frozenset[Opened]] = frozenset({"state", "instruments", "surroundings"})
"""What is never shown late: an old "no warning" would be taken for one of now, and maps have a day of their own."""
WORST_FIRST: Final = ("red", "orange", "blind", "yellow", "not-monitored", "green")
"""Public states, as a neighbour has to fear them."""
Text = Annotated[str, Meta(min_length=1, max_length=200)]
Telephone = Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 ()./-]{1,30}$", examples=["+351 266 000 000"])]
Mail = Annotated[str, Meta(pattern=r"^[^@\s<>\"]{1,64}@[A-Za-z0-9.-]{1,190}$", examples=["water@mine.example"])]
Address = Annotated[str, Meta(pattern=r"^https://[^\s<>\"]{1,300}$", examples=["https://mine.example/plan.pdf"])]
Words = Annotated[str, Meta(min_length=1, max_length=1000)]


class PublicContact(Struct, frozen=True, forbid_unknown_fields=True):
    """An office that answers the public; at least one of its ways must be there."""

    name: Text
    """Who answers: an office, not a person."""
    telephone: Telephone | None = None
    """Its telephone number."""
    mail: Mail | None = None
    """Its mail address."""
    address: Address | None = None
    """Its page on the web."""
    hours: Text | None = None
    """When it answers."""


class DisclosedDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """A document that the public page leads to, such as the emergency plan or the last inspection."""

    title: Text
    """What it is called."""
    address: Address
    """Where it lies."""
    day: dt.date
    """The day of the document."""
    disclosed_from: dt.date | None = None
    """The day from which on the page names it; without it at once."""


class Disclosure(Struct, frozen=True, forbid_unknown_fields=True):
    """The public page of the facility: what it opens to strangers, and whom they call."""

    opens: tuple[Opened, ...] = ()
    """What strangers see: state, instruments, readings, water, alarms, surroundings; with `public = true` all of it."""
    delay_h: Annotated[float, Meta(ge=0, le=8784)] = 0.0
    """How late readings, laboratory values of water and alarms stand there; state and instruments are never late."""
    questions: bool = False
    """Whether anybody may send a question or an observation from the page."""
    contact: PublicContact | None = None
    """Who answers the public."""
    emergency: PublicContact | None = None
    """Whom to call in an emergency."""
    authority: PublicContact | None = None
    """The authority that supervises the facility."""
    in_an_alarm: dict[str, Words] = {}
    """What people downstream do in an alarm, by language (`en`, `es`), in the words of the emergency plan."""
    documents: Annotated[tuple[DisclosedDocument, ...], Meta(max_length=20)] = ()
    """Documents that the page leads to."""


def severity(state: str | None) -> int:
    """The place of a public state among all, the worst is 0; what is not published stands behind."""
    return WORST_FIRST.index(state) if state in WORST_FIRST else len(WORST_FIRST)


class Disclosed(NamedTuple):
    """What strangers may see of one facility; delay: of whatever is not of `AT_ONCE`."""

    opens: frozenset[Opened]
    delay: dt.timedelta
    said: Disclosure

    def seen_until(self, what: Opened, now: dt.datetime) -> dt.datetime | None:
        """The newest instant that a stranger may see of it at `now`; None: nothing of it."""
        if what not in self.opens:
            return None
        return now if what in AT_ONCE else now - self.delay

    def documents(self, today: dt.date) -> tuple[DisclosedDocument, ...]:
        """Those that the page names today."""
        return tuple(one for one in self.said.documents if one.disclosed_from is None or one.disclosed_from <= today)


def disclosed(is_public: bool, said: Disclosure | None) -> Disclosed | None:
    """The rule: what a facility opens to strangers by its file; None: there is no public page of it."""
    if is_public:
        return Disclosed(frozenset(OPENED), dt.timedelta(0), said or Disclosure())
    if said is None:
        return None
    return Disclosed(frozenset(said.opens), dt.timedelta(hours=said.delay_h), said)
