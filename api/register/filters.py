"""Which facilities of registers are asked for: for the list, its pages, and the files."""

from typing import Any, Final

from pydantic import Field, field_validator

from api.http.parameters import Id, Parameters
from tailings.register import search

PRINTED: Final = r"^[^\x00]*$"
"""What a database can hold."""


class EntryFilter(Parameters):
    """Which facilities: all parameters that are given have to be met."""

    search: str | None = Field(
        None, max_length=100, pattern=PRINTED, description="A part of a name, id, owner, place or commodity"
    )
    register_: Id | None = Field(None, alias="register", description="Only of this register")
    country: str | None = Field(None, pattern="^[A-Z]{2}$", description="ISO 3166", examples=["PT"])
    status: str | None = Field(
        None, max_length=40, pattern=PRINTED, description="As docs/operating/registers.md lists them"
    )

    @field_validator("search", "register_", "country", "status", mode="before")
    @classmethod
    def _empty_is_anything(cls, value: object) -> object:
        """A form sends what was left empty."""
        return None if value == "" else value

    @property
    def asked(self) -> dict[str, str]:
        """What is asked for, by the names of the parameters; '': anything."""
        return {
            "search": self.search or "",
            "register": self.register_ or "",
            "country": self.country or "",
            "status": self.status or "",
        }

    def values(self, sees_all: bool) -> dict[str, Any]:
        """What a query asks with."""
        found = {name: value or None for name, value in self.asked.items()}
        return found | {"search": search.folded(self.search) if self.search else None, "sees_all": sees_all}


def scope_of(query: EntryFilter) -> str:
    """The name of the list that a cursor is of."""
    return f"registers {' '.join(map(repr, query.asked.values()))}"
