"""Laboratory values of water and what they say against limits, as the api shows them."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.shapes import Shape, Time


class WaterAnalysis(Shape):
    """One result."""

    symbol: str = Field(examples=["Cd"])
    fraction: str = Field(description="dissolved (filtered at 0.45 um) or total")
    value: float = Field(description="In `unit`; with a sign the limit of quantification")
    sign: str = Field(description="<: below it; >: above it; empty: the value itself")
    unit: str
    method: str


class WaterSample(Shape):
    """One water sample of a laboratory."""

    name: str
    point: str
    medium: str
    taken_at: Time
    laboratory: str
    revision: int = Field(description="The newest one counts")
    file: str = Field(description="The laboratory's file that it came with")
    sha256: str = Field(description="Of that file; the audit log has it too")
    imported_at: Time
    analyses: list[WaterAnalysis]


class WaterLimit(Shape):
    """One limit against the laboratory values of a year at one point."""

    point: str
    symbol: str
    statistic: Literal["annual-mean", "maximum", "range"]
    medium: str = Field(description="The water that the limit is for")
    fraction: str
    hardness_class: int | None
    least: float | None
    most: float = Field(description="In `unit`")
    unit: str
    valid_from: date
    source: str
    address: str
    checked: Literal["read", "secondary"] = Field(description="secondary: the text itself was not read")
    value: float | None = Field(description="The statistic of the laboratory values, in the unit of the limit")
    samples: int
    below: int = Field(description="Of these below the limit of quantification, reckoned with half of it")
    is_over: bool
    claim: Literal["exceeded", "met", "indication", "no-samples"] = Field(
        description="exceeded or met only where water, fraction and hardness are those of the limit"
    )
    why: list[str] = Field(description="Why it is no more than an indication")


class Water(Shape):
    """The last year of laboratory values of a facility. Probes are not in it: they cannot show compliance."""

    facility: str
    limits: list[WaterLimit]
    samples: list[WaterSample]
