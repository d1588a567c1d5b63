"""Laboratory values of water and what they say against limits, as the api shows them."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.http.models import Shape, Time
from tailings.assess.water import Note, Outcome, Reason


class WaterAnalysis(Shape):
    """One result."""

    symbol: str = Field(examples=["Cd"])
    fraction: str = Field(description="dissolved (filtered at 0.45 um), total, or bioavailable (by a model)")
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
    """One limit against the laboratory values of a year at one point: what it is, what was found, what follows."""

    point: str
    symbol: str
    statistic: Literal["annual-mean", "maximum", "range"]
    medium: str = Field(description="The water that the limit is for; samples of another one change nothing")
    fraction: str
    hardness_class: int | None
    least: float | None
    most: float = Field(description="In `unit`")
    unit: str
    valid_from: date
    valid_to: date | None = Field(description="Its last day; null where none is known")
    source: str = Field(description="The law, or the words of the site's permit")
    address: str
    note: str
    checked: Literal["read", "secondary", "entered"] = Field(
        description="secondary: the text itself was not read; entered: the operator states it from the site's permit"
    )
    outcome: Outcome = Field(description="not-decided: neither met nor exceeded can be said; `reason` says why")
    reason: Reason
    notes: list[Note] = Field(
        description="incomplete: exceeded whatever the missing samples bring; class-unknown: so in every class;"
        " loq-share: a limit of quantification is above 30 % of the limit"
    )
    value: float | None = Field(description="The statistic of the laboratory values, in the unit of the limit")
    sign: str = Field(description="<: less than the value, a limit of quantification; >: more than it")
    value_fraction: str = Field(description="What the value is of; another one than the limit's decides nothing")
    samples: int = Field(description="Results of the year")
    below: int = Field(description="Of these below their limit of quantification; a mean counts half of it")
    ignored: int = Field(description="Results that decide nothing: their limit of quantification is above the limit")
    counted: int = Field(description="Of the samples that the source asks for, how many there are")
    required: int = Field(description="How many samples the source asks for in the year; 0: it states no number")
    missing: list[str] = Field(description="Months without a sample (2026-03), or intervals (2026-01/2026-03)")
    year_from: date
    year_to: date
    newest: Time | None


class WithoutLimit(Shape):
    """A point for whose water there is no limit: nothing is said of its samples."""

    point: str
    medium: str
    samples: int


class Water(Shape):
    """The last year of laboratory values of a facility. Probes are not in it: they cannot show compliance."""

    facility: str
    outcome: Outcome = Field(description="exceeded when one limit is; met only when all are, and there is one")
    limits: list[WaterLimit]
    without_limit: list[WithoutLimit]
    samples: list[WaterSample]
