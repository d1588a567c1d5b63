"""Where a figure of a study comes from, as the api shows it."""

from datetime import date

from pydantic import Field

from api.http.models import Shape


class OriginStep(Shape):
    """One step on the way to a figure: an input with who answers for it, an estimate, a sample, a file, a level."""

    kind: str = Field(
        description="figure, formula, assumption, price, estimate, assay, sample, file, study, list, criterion, "
        "rating, hole, level, water, share or field"
    )
    name: str
    value: str = Field(default="", description="As the page writes it, with its unit")
    p90: float | None = Field(default=None, description="Nine in ten draws are above it")
    p50: float | None = None
    p10: float | None = None
    unit: str = ""
    says: list[str] = Field(default=[], description="What was done, or on what ground")
    author: str | None = None
    dated: date | None = None
    source: str | None = None
    licence: str | None = None
    sha256: str | None = Field(default=None, description="Of the file that it stands in")
    figure: str | None = Field(default=None, description="The figure of this study that goes on from here")
    address: str | None = Field(default=None, description="The page or the address of the api that shows it")


class Origin(Shape):
    """A figure of the value page back to assays, files, prices, assumptions, levels: steps[0] is the figure."""

    facility: str
    study: int = Field(description="Version of the study")
    figure: str = Field(examples=["contained:W"])
    steps: list[OriginStep]
