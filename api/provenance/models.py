"""Where a figure comes from, as the api shows it."""

from typing import Any

from pydantic import Field

from api.evidence.models import Evidence
from api.http.models import Shape, Time


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
