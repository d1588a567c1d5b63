"""Where a figure comes from, as the api shows it."""

from typing import Any, Literal

from pydantic import Field

from api.evidence.models import Evidence
from api.http.models import Shape, Time


class EquationNumber(Shape):
    """A number of an equation."""

    name: str = Field(description="Role of an input, key of a setting or dated entry, or a name of the formula's own")
    value: float | None = Field(description="null: the input has none")
    unit: str = Field(description="UCUM; empty: none")


class WorkedEquation(Shape):
    """How the result was worked out: a line of numbers, or what it is where it is no line."""

    line: str = Field(
        description="Right side, in the unit of the datastream: names, numbers, + - * / **, brackets, sqrt, exp, ln, "
        "and sin, tan of degrees; empty where the method is no line",
        examples=["crest_m - level"],
    )
    method: str = Field(description="What it is where it is no line (window-sum, table-end, ...), else empty")
    numbers: list[EquationNumber] = Field(description="Those that were used, of each name of the line")


class InputUsed(Shape):
    """The observation of an input that the result used, or the last there was and why it was not used."""

    role: str
    datastream: str
    quantity: str
    unit: str
    use: Literal["used", "missing", "stale", "rejected"]
    time: Time | None = Field(description="null: there was none")
    value: float | None
    quality: int = Field(description="QARTOD flag")


class DerivationStep(Shape):
    """One observation on the way, raw or derived, with all that made it."""

    datastream: str = Field(examples=["vale:n07:vw1.level"])
    id: int
    quantity: str
    unit: str
    time: Time
    result: float | None
    quality: int = Field(description="QARTOD flag")
    tests: str | None = Field(description="Names of all tests and causes that decided; null: nothing lowered it")
    filters: list[str] = Field(description="The tests that its readings go through")
    formula: str | None = Field(description="null: as measured")
    says: str = Field(description="What the formula does, in a sentence; empty for a raw one")
    source: str = Field(description="Where the formula comes from")
    parameters: dict[str, Any]
    calibration: dict[str, Any] | None = Field(description="The one in force at that time")
    geometry: list[dict[str, Any]] = Field(
        description="Crest, tip, survey, ranges and zeros that it counts from, those in force at that time"
    )
    inputs: dict[str, str] = Field(description="Role of the formula to full name of the datastream")
    as_of: Time = Field(description="The inputs are those that were known then: when the result was written")
    used: list[InputUsed] = Field(description="What the result used of each input")
    equation: WorkedEquation | None = Field(description="null: a raw one, a formula without, or an input has no value")
    recomputed: float | None = Field(description="The formula on these inputs, by this api; null: not possible")
    is_equal: bool | None = Field(description="Whether that is the stored result")


class Replaced(Shape):
    """What a revision replaced; a quality of null says that there was nothing before."""

    revision: int
    kind: str
    author: str
    reason: str = Field(description="What a person typed; of a program or agent a code: later-readings, older-version")
    version: int = Field(description="Of the facility file that the revision was made under")
    replaced_at: Time
    result: float | None
    quality: int | None


class Applied(Shape):
    """A version of the facility file, and the row of the hash-chained audit log that tells of it."""

    version: int
    hash: str = Field(description="SHA-256 of its text")
    applied_at: Time
    audit_number: int | None
    audit_digest: str | None = Field(description="Digest of that row, which holds the digest of the row before")


class Provenance(Shape):
    """A figure back to what was measured: steps[0] is the figure, the others are what it is made of."""

    datastream: str
    time: Time
    steps: list[DerivationStep]
    replaced: list[Replaced] = Field(description="Earlier values of the figure itself, the newest first")
    facility_version: Applied | None = Field(description="The file it was made under")
    functions: str = Field(description="Digest of the formulas and filters of this api")
    sheets: list[Evidence] = Field(
        default_factory=list, description="Of the calibrations that it was made with; for who has a right of the own"
    )
