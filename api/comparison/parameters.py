"""How facilities are compared: a weight for each indicator, how free the weights are, and which facilities."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from api.http.parameters import Parameters
from tailings.comparison import BY_NAME, Axis, of_axis

MAX_FACILITIES: Final = 2_000
MAX_SEED: Final = 1_000_000
Which = Literal["all", "facilities", "registers"]
Weight = Annotated[int, Field(ge=0, le=100, description="Weight among those of its axis; 0: not chosen")]


class WeightsQuery(Parameters):
    """Weights by indicator; each axis' weights are divided by their sum."""

    state: Weight = BY_NAME["state"].weight
    consequence: Weight = BY_NAME["consequence"].weight
    water: Weight = BY_NAME["water"].weight
    acid: Weight = BY_NAME["acid"].weight
    sight: Weight = BY_NAME["sight"].weight
    people: Weight = BY_NAME["people"].weight
    protected: Weight = BY_NAME["protected"].weight
    net: Weight = BY_NAME["net"].weight
    feasibility: Weight = BY_NAME["feasibility"].weight
    confidence: Weight = BY_NAME["confidence"].weight
    completeness: Weight = BY_NAME["completeness"].weight
    freedom: Annotated[
        int,
        Field(ge=0, le=100, description="Share of the weights that may lie anywhere [%]; 0: the stated weights alone"),
    ] = 20
    seed: Annotated[int, Field(ge=0, le=MAX_SEED, description="Of the draws: the same seed, the same answer")] = 0
    of: Annotated[Which, Field(description="Facilities of this site, rows of registers, or both")] = "all"

    def stated(self, axis: Axis) -> dict[str, int]:
        """The weights of an axis by name."""
        return {one.name: getattr(self, one.name) for one in of_axis(axis)}


class ComparisonQuery(WeightsQuery):
    """And how many facilities are told of, by which axis."""

    by: Annotated[Axis, Field(description="Whose order the facilities are listed in")] = "hazard"
    limit: Annotated[int, Field(ge=1, le=MAX_FACILITIES, description="Facilities in the answer")] = 100
