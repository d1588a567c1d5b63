"""Which intervals are asked for, and which plan: for the addresses and the page."""

from typing import Annotated, Final

from pydantic import Field

from api.http.parameters import FormParameters

PRINTED: Final = r"^[^\x00]*$"
MAX_COST: Final = 1e9
MAX_SAMPLES: Final = 1_000


class IntervalFilter(FormParameters):
    """Which intervals: all parameters that are given have to be met."""

    element: str | None = Field(None, pattern="^[A-Z][a-z]?$", description="Symbol", examples=["Cu"])
    search: str | None = Field(None, max_length=100, pattern=PRINTED, description="A part of the facility's name")

    @property
    def asked(self) -> dict[str, str]:
        """What is asked for, by the names of the parameters; '': anything."""
        return {"element": self.element or "", "search": self.search or ""}


class PlanFilter(FormParameters):
    """How many samples are planned, and what they cost."""

    samples: Annotated[int, Field(ge=1, le=MAX_SAMPLES, description="To plan, over all facilities")] = 20
    sample_cost: Annotated[float, Field(gt=0, le=MAX_COST, description="Of a sample with its assay, in any money")] = (
        1.0
    )
    visit_cost: Annotated[float, Field(ge=0, le=MAX_COST, description="Of the way to a facility")] = 0.0
    element: str | None = Field(None, pattern="^[A-Z][a-z]?$", description="Only its tonnes count; else all alike")


def scope_of(query: IntervalFilter, run: int) -> str:
    """The name of the list that a cursor is of."""
    return f"screening {run} {' '.join(map(repr, query.asked.values()))}"
