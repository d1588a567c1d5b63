"""The operator's study that Article 27(2) of Regulation (EU) 2024/1252 asks for, as data: figures and gaps.

Each figure stands with its origin. What is asked for and is not there is a gap: what, where the regulation asks for it,
and by a code what closes it (the table `value.document.gaps` of texts/en/value.toml has a sentence for each).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from api.http.models import Shape, Time
from api.http.structs import STRUCT
from api.studies import origins
from api.studies.models import AssayFile, Due, Rating
from api.studies.origins import KnownOrigin
from api.studies.origins.models import OriginStep, Plain
from tailings.study.materials import AnnexMaterial, unknown

PartCode = Literal["waste", "concentrations", "recoverability", "economics", "assumptions", "classes", "safety", "next"]
GapCode = Literal[
    "field",
    "materials_not_assayed",
    "material_partly",
    "person",
    "laboratory",
    "control",
    "price",
    "discounting",
    "samples",
    "withdrawn",
    "plan",
    "water",
]
PARAGRAPH: Final = "Art. 27(2)"
REFS: Final[Mapping[PartCode, str]] = {
    "waste": "Art. 27(2), 27(4)(a)",
    "concentrations": PARAGRAPH,
    "recoverability": PARAGRAPH,
    "economics": PARAGRAPH,
    "assumptions": PARAGRAPH,
    "classes": "Art. 27(8)",
    "safety": "",
    "next": "",
}
"""Where the regulation asks for a part; "": it does not."""


class DocumentFigure(Shape):
    """A figure with its origin: steps[0] is the figure."""

    figure: str = Field(examples=["contained:W"])
    steps: list[OriginStep]


class DocumentPart(Shape):
    """Figures that belong together."""

    code: PartCode
    ref: str = Field(description="Where the regulation asks for it; empty: it does not")
    figures: list[DocumentFigure]


class StudyGap(Shape):
    """What is asked for and is not there."""

    code: GapCode
    ref: str
    values: dict[str, Plain] = Field(default={}, description="By name", examples=[{"field": "original_deposit"}])


class StudyDocument(Shape):
    """The operator's study by Article 27(2): what the waste holds, what can be recovered, and what is not known."""

    facility: str
    name: str
    operator: str | None
    region: str | None
    now: Time
    study: int = Field(description="Version of the study")
    made_at: Time
    inputs_sha256: str
    samples_sha256: str
    files: list[AssayFile]
    signed: str | None = Field(description="Name, organisation and day of the competent person; null: a screening")
    synthetic: str = Field(description="Why no laboratory measured the assays; empty: laboratories did")
    parts: list[DocumentPart]
    materials: list[Annotated[AnnexMaterial, STRUCT]]
    gaps: list[StudyGap]
    dues: list[Due]
    method: list[str] = Field(description="The method statement that the program wrote, in English")


def of(known: KnownOrigin, ratings: Mapping[str, Sequence[Rating]]) -> StudyDocument:
    """Make the document; `ratings` are the classes of each commodity in each version of the study."""
    (state,), study, result = known.known.overview.facilities, known.study, known.result
    return StudyDocument(
        facility=study.facility,
        name=state.facility.name,
        operator=state.facility.operator,
        region=state.facility.region,
        now=known.known.overview.now,
        study=study.version,
        made_at=study.made_at,
        inputs_sha256=study.inputs_sha256,
        samples_sha256=study.samples_sha256,
        files=study.files,
        signed=result.signed.words if result.signed else None,
        synthetic=result.synthetic,
        parts=[
            DocumentPart(code=code, ref=REFS[code], figures=[_figure(known, name, ratings) for name in names])
            for code, names in _parts(known)
            if names
        ],
        materials=known.now.materials,
        gaps=list(_gaps(known)),
        dues=known.now.dues,
        method=result.method.splitlines(),
    )


def _parts(known: KnownOrigin) -> Iterator[tuple[PartCode, list[str]]]:
    """The names of the figures of each part, as `origins.trace` knows them."""
    result, now = known.result, known.now
    elements = [one.element for one in result.commodities]
    drawn = [name for name, spread in result.case.inputs().items() if not name.startswith("grade ")]
    yield "waste", ["tonnes", *(f"contained:{one}" for one in elements)]
    yield "concentrations", [f"grade:{one}" for one in elements]
    yield "recoverability", [f"recoverable:{one}" for one in elements]
    uses = [f"use:{one.name}" for one in result.case.bulk]
    yield "economics", ["paid", *(f"value:{one}" for one in elements), *uses, "net", *(["npv"] if result.npv else [])]
    yield "assumptions", [f"input:{name}" for name in drawn]
    yield "classes", [f"unfc:{one}" for one in elements]
    yield "safety", ["reachable"] if result.benches else []
    steps = now.advice.steps
    yield "next", [f"{'step' if one.kind == 'stated' else 'next'}:{one.name}" for one in steps]


def _figure(known: KnownOrigin, figure: str, ratings: Mapping[str, Sequence[Rating]]) -> DocumentFigure:
    rated = dataclasses.replace(known, ratings=ratings.get(figure.partition(":")[2], ()))
    return DocumentFigure(figure=figure, steps=origins.trace(rated, figure).steps)


def _gaps(known: KnownOrigin) -> Iterator[StudyGap]:
    result, now = known.result, known.now
    for one in now.record:
        if not one.is_there and one.name != "materials":
            yield StudyGap(code="field", ref=one.ref, values={"field": one.name})
    yield from _unknown_materials(now.materials)
    if result.signed is None:
        yield StudyGap(code="person", ref="Art. 27(8)")
    if result.synthetic:
        yield StudyGap(code="laboratory", ref=PARAGRAPH, values={"quote": result.synthetic})
    if known.study.changed_samples:
        yield StudyGap(code="samples", ref=PARAGRAPH, values={"samples": known.study.changed_samples})
    if known.study.withdrawn_samples:
        yield StudyGap(code="withdrawn", ref=PARAGRAPH, values={"samples": known.study.withdrawn_samples})
    if few := [check.element for check in now.control if not check.is_enough]:
        yield StudyGap(code="control", ref=PARAGRAPH, values={"elements": few})
    for price in now.prices:
        if price.is_stale:
            yield StudyGap(code="price", ref=PARAGRAPH, values={"element": price.element, "age_d": price.age_d})
    if now.outcomes.npv is None:
        missing = list(now.outcomes.missing_for_discounting)
        yield StudyGap(code="discounting", ref=PARAGRAPH, values={"missing": missing})
    if now.allowed.unguarded > 0:
        yield StudyGap(code="plan", ref="", values={"unguarded_share": now.allowed.unguarded})
    if dry := sum(one.share for one in now.allowed.unlevelled):
        yield StudyGap(code="water", ref="", values={"unlevelled_share": dry})


def _unknown_materials(of: Sequence[AnnexMaterial]) -> Iterator[StudyGap]:
    """Each material once, though both annexes may name it."""
    absent = list({one.name: one for one in unknown(of)}.values())
    for one in absent:
        if one.state == "partly":
            without = list(one.without)
            yield StudyGap(code="material_partly", ref=PARAGRAPH, values={"material": one.name, "without": without})
    if names := [one.name for one in absent if one.state == "not_assayed"]:
        yield StudyGap(code="materials_not_assayed", ref=PARAGRAPH, values={"materials": names})
