"""Studies and samples as the api shows them: what the waste is worth, how sure that is, and what it was made from."""

from datetime import date
from typing import Any

from pydantic import Field

from api.http.models import Page, Shape, Time


class AssayFile(Shape):
    """A laboratory's file that samples came from."""

    id: int
    name: str
    sha256: str
    imported_at: Time
    synthetic: str = Field(description="Why no laboratory measured its assays; empty when one did")
    faults: int = Field(description="Rows that were not taken")


class Study(Shape):
    """The newest study of a facility. Money is in the currency of its result; nine in ten draws exceed a P90."""

    facility: str
    version: int
    author: str = Field(examples=["user:3"])
    made_at: Time
    inputs_sha256: str
    samples_sha256: str
    files: list[AssayFile]
    result: dict[str, Any] = Field(description="Case, commodities, panels, method: docs/operating/value.md")


class Spread(Shape):
    """P90, P50 and P10 of an outcome: exceeded by nine, five and one in ten draws."""

    p90: float
    p50: float
    p10: float


class Worth(Shape):
    """The newest study of a facility in short."""

    facility: str
    made_at: Time
    net: Spread = Field(description="Net value, undiscounted, in its currency")
    npv: Spread | None = Field(description="Net present value; null where something is missing for it")
    currency: str = Field(examples=["EUR"])
    usd: float = Field(description="What one unit of its currency costs in US dollars, by the study's own rate")
    element: str = Field(description="Of the cut-off, which the UNFC class is of", examples=["W"])
    chance_of_loss: float
    unfc: str = Field(description="Empty: not classified", examples=["E2;F2;G2"])
    synthetic: str = Field(description="Why no laboratory measured its assays; empty when one did")


class Worths(Shape):
    """The newest study of each facility that has one, by its id."""

    studies: list[Worth]


class Bar(Shape):
    """One input at its P90 and its P10, the rest at P50, and the undiscounted net value at each."""

    name: str
    low: float
    high: float
    net_low: float
    net_high: float


class Outcomes(Shape):
    """The study's draws again, with factors on its inputs."""

    facility: str
    version: int
    factors: dict[str, float]
    reachable: float = Field(description="Share of the tonnes that is reached")
    currency: str = Field(description="Of all money here", examples=["EUR"])
    net: Spread = Field(description="Net value, undiscounted")
    chance_of_loss: float
    npv: Spread | None = Field(description="Net present value; null where something is missing for it")
    npv_chance_of_loss: float | None
    not_discounted: str = Field(description="What is missing for a net present value; empty where there is one")
    dry_tonnes: Spread
    in_situ_value: Spread = Field(description="Never to be shown without the recoverable value")
    recoverable_value: Spread = Field(description="Before costs")
    uses: dict[str, Spread] = Field(description="Value of each use of the mass by its name, such as sand")
    avoided_liability: Spread = Field(description="Cost that does not arise where the waste is taken away")
    edges: list[float] = Field(description="Edges of the classes of net value")
    counts: list[int] = Field(description="Draws in each class")
    tornado: list[Bar]


class Sample(Shape):
    """The newest revision of a sample, with its assays as printed and in mg/kg of the element."""

    name: str
    revision: int
    kind: str
    of_sample: str
    hole: str
    chainage_m: float | None
    offset_m: float | None
    collar_m: float | None
    top_m: float | None
    bottom_m: float | None
    material: str
    file: int
    file_row: int
    assays: list[dict[str, Any]]
    sampled: date | None = None
    bulk_t_m3: float | None = Field(default=None, description="Density of the moist material")
    water_share: float | None = Field(default=None, description="Mass of water over mass of solids")
    oxidised_m: float | None = Field(default=None, description="How deep its hole is oxidised, below the collar")


class Samples(Page):
    """Samples of a facility, in the order of their names."""

    facility: str
    samples: list[Sample]
