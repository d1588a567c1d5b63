"""Roles: what a caller may do in a facility, each role including those before it."""

from collections.abc import Collection
from typing import Final, Literal, get_args

Role = Literal["read", "annotate", "approve", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
EVERYWHERE: Final = "*"
"""Stands for every facility."""


def up_to(role: Role) -> frozenset[Role]:
    """Return what a user of this role may do: the role itself and those before it."""
    return frozenset(ROLES[: ROLES.index(role) + 1])


def known(words: Collection[str]) -> frozenset[Role]:
    """Return the words that are roles; a key has exactly the scopes that it was made with."""
    return frozenset(role for role in ROLES if role in words)
