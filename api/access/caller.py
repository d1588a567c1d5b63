"""The caller: who asks, and what that one may do where."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.access.roles import EVERYWHERE, Role

Grants = Mapping[str, frozenset[Role]]


@dataclass(frozen=True)
class Caller:
    """One who asks: `who` is `anonymous`, `user:3` or `key:5`. Facilities that are public may be read by all."""

    who: str
    address: str
    grants: Grants = field(default_factory=dict)
    name: str = ""
    session: str | None = None
    """The session's cookie of a user; forms of that session carry a token made from it."""
    secret: str = field(default="", repr=False)
    """The cookie or the key; the database asks for it where something is written in the caller's name."""

    @property
    def is_known(self) -> bool:
        return self.who != "anonymous"

    @property
    def account_id(self) -> int:
        """The number of a user; 0 of who is none."""
        kind, _, number = self.who.partition(":")
        return int(number) if kind == "user" else 0

    def may(self, role: Role, facility: str) -> bool:
        """Say whether the caller's own rights cover this, public or not."""
        return any(role in self.grants.get(place, ()) for place in (facility, EVERYWHERE))

    def facilities(self, role: Role) -> frozenset[str] | None:
        """Return the facilities where the caller has this role by its own rights; None: all."""
        if role in self.grants.get(EVERYWHERE, ()):
            return None
        return frozenset(place for place, roles in self.grants.items() if role in roles)
