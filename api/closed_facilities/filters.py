"""Which closed facilities are asked for: for the page, the address and the file."""

from typing import Final

from pydantic import Field

from api.screening.filters import PlanFilter
from tailings.register.closed_facilities import NEEDED

PRINTED: Final = r"^[^\x00]*$"


class ClosedFilter(PlanFilter):
    """Which closed facilities (all parameters that are given have to be met), and which plan of samples for them."""

    search: str | None = Field(None, max_length=100, pattern=PRINTED, description="A part of a name, id or operator")
    country: str | None = Field(None, pattern="^[A-Z]{2}$", description="ISO 3166", examples=["PT"])
    missing: str | None = Field(
        None, pattern=f"^({'|'.join(NEEDED)})$", description="Only those of which this field is not stated"
    )

    @property
    def asked(self) -> dict[str, str]:
        """What is asked for, by the names of the parameters; '': anything."""
        return {"search": self.search or "", "country": self.country or "", "missing": self.missing or ""}


def scope_of(query: ClosedFilter) -> str:
    """The name of the list that a cursor is of."""
    return f"closed {' '.join(map(repr, query.asked.values()))}"
