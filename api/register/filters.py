"""Which facilities of registers are asked for: for the list, its pages, and the files."""

from typing import Any, Final, Literal

from pydantic import Field

from api.http import times
from api.http.parameters import FormParameters, Id
from tailings.register import search

PRINTED: Final = r"^[^\x00]*$"
"""What a database can hold."""
Attention = Literal["no-place", "overdue-review"]
CHOSEN_BY: Final = ("search", "register", "country", "status", "consequence", "commodity", "attention")
EDGES: Final = ("west", "south", "east", "north")


class EntryFilter(FormParameters):
    """Which facilities: all parameters that are given have to be met."""

    search: str | None = Field(
        None, max_length=100, pattern=PRINTED, description="A part of a name, id, owner, place or commodity"
    )
    register_: Id | None = Field(None, alias="register", description="Only of this register")
    country: str | None = Field(None, pattern="^[A-Z]{2}$", description="ISO 3166", examples=["PT"])
    status: str | None = Field(
        None, max_length=40, pattern=PRINTED, description="As docs/operating/registers.md lists them"
    )
    consequence: str | None = Field(
        None, max_length=200, pattern=PRINTED, description="System and class", examples=["GISTM: High"]
    )
    commodity: str | None = Field(
        None, max_length=100, pattern=PRINTED, description="One of those that a register names, in any case"
    )
    attention: Attention | None = Field(
        None, description="Rows that need a look: without coordinates, or with a review that is past due"
    )

    @property
    def asked(self) -> dict[str, str]:
        """What is asked for, by the names of the parameters; '': anything."""
        return {
            "search": self.search or "",
            "register": self.register_ or "",
            "country": self.country or "",
            "status": self.status or "",
            "consequence": self.consequence or "",
            "commodity": self.commodity or "",
            "attention": self.attention or "",
        }

    def values(self, sees_all: bool) -> dict[str, Any]:
        """What a query asks with; numbers and box: of what else narrows a list."""
        found: dict[str, Any] = {name: self.asked[name] or None for name in CHOSEN_BY}
        found |= {"search": search.folded(self.search) if self.search else None, "sees_all": sees_all}
        found |= {"commodity": self.commodity.lower().replace(" ", "") if self.commodity else None, "numbers": None}
        return found | dict.fromkeys(EDGES) | {"today": times.now().date().isoformat()}


def scope_of(query: EntryFilter) -> str:
    """The name of the list that a cursor is of."""
    return f"registers {' '.join(map(repr, query.asked.values()))}"
