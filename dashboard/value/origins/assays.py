"""Origins that lie in the laboratory: grades by their samples, holes, quality control, each with file, row and hash."""

from __future__ import annotations

from collections.abc import Iterable

from api.http.errors import NotFound
from api.studies.models import Sample
from api.studies.origin import OriginStep
from dashboard.value.amounts import figures, grade

from . import dam, inputs
from .inputs import Steps
from .known import KnownFacility


def grade_of(known: KnownFacility, of: str) -> Steps:
    """The mean grade of an element: how it was estimated, each assay, the files."""
    known.of_element(of)
    top = inputs.estimate(known, of).model_copy(update={"kind": "figure", "figure": None})
    rows = (one for one in known.samples if one.kind == "primary")
    return [top, *inputs.files(known), *_assays(known, rows, of)]


def curve(known: KnownFacility, of: str) -> Steps:
    """Grade against tonnage: the panels, drawn together, of the element of the cut-off."""
    result = known.result
    element = result.cut_off_element
    cut = OriginStep(
        kind="assumption",
        name=known.say("cut_off"),
        value=f"{grade(result.cut_off_mg_per_kg, 2)} % {element}",
        p50=result.cut_off_mg_per_kg,
        unit="mg/kg",
        author=known.inputs.author,
        dated=known.study.made_at.date(),
        source=known.say("study_file"),
        sha256=known.study.inputs_sha256,
    )
    says = [known.say("curve_says", panels=len(result.panels.grade), seed=result.seed)]
    top = OriginStep(kind="figure", name=known.say("curve", element=element), says=says)
    mass = [*inputs.named(known, "volume"), *inputs.named(known, "density")]
    return [top, cut, inputs.estimate(known, element), *mass, *inputs.files(known)]


def hole(known: KnownFacility, of: str) -> Steps:
    """A hole of the strip logs: where it is, and each sample of it with all its results."""
    element = known.result.cut_off_element
    rows = [one for one in known.samples if one.hole == of and one.kind == "primary"]
    if not rows:
        raise NotFound(f"There is no hole {of!r} with samples.", "figure")
    place = known.say(
        "place", chainage=f"{rows[0].chainage_m:g}", offset=f"{rows[0].offset_m:g}", collar=f"{rows[0].collar_m:g}"
    )
    top = OriginStep(
        kind="figure",
        name=known.say("hole", name=of),
        value=known.say("samples", n=len(rows)),
        says=[place],
        address=f"/api/v1/facilities/{known.valued.facility.id}/samples?hole={of}",
    )
    return [top, *_assays(known, sorted(rows, key=lambda one: one.top_m or 0.0), element), *inputs.files(known)]


def oxidised(known: KnownFacility, of: str) -> Steps:
    """How deep the holes are oxidised: what each log says, the files, and the pH of the seepage now."""
    found = known.valued.now.oxidised
    if found is None:
        raise NotFound("No log of the study says how deep its hole is oxidised.", "figure")
    top = OriginStep(
        kind="figure",
        name=known.say("oxidised"),
        value=known.say("oxidised_hole", depth=f"{found.median_m:.1f}"),
        p50=found.median_m,
        unit="m",
        says=[known.say("oxidised_says")],
    )
    logs = [
        OriginStep(
            kind="hole",
            name=one.hole,
            value=known.say("oxidised_hole", depth=f"{one.oxidised_m:.1f}"),
            p50=one.oxidised_m,
            unit="m",
            figure=f"hole:{one.hole}",
        )
        for one in known.result.strips
        if one.oxidised_m is not None
    ]
    return [top, *logs, *dam.seepage(known), *inputs.files(known)]


def samples(known: KnownFacility, of: str) -> Steps:
    """How many holes, samples and composites there are."""
    result = known.result
    says = [known.say("composites", samples=result.samples, holes=result.holes, composites=result.composites)]
    top = OriginStep(
        kind="figure",
        name=known.say("study", version=known.study.version),
        value=result.title,
        says=says,
        author=known.inputs.author,
        dated=known.study.made_at.date(),
        source=known.say("study_file"),
    )
    holes = [
        OriginStep(
            kind="hole", name=one.hole, value=known.say("pieces", n=len(one.material)), figure=f"hole:{one.hole}"
        )
        for one in result.strips
    ]
    return [top, *inputs.files(known), *holes]


def control(known: KnownFacility, of: str) -> Steps:
    """Quality control of an element: every blank, duplicate and standard that was counted."""
    known.of_element(of)
    rows = [one for one in known.samples if one.kind != "primary"]
    top = OriginStep(
        kind="figure",
        name=known.say("control", element=of),
        value=known.say("samples", n=len(rows)),
        says=[known.texts["value"]["control"]["sub"]],
    )
    certified = [
        OriginStep(
            kind="assumption",
            name=known.say("certified", material=one.material, element=of),
            value=f"{figures(one.mg_per_kg, 3)} ± {figures(one.sd_mg_per_kg, 2)} mg/kg",
            p50=one.mg_per_kg,
            unit="mg/kg",
            author=one.author,
            dated=one.dated,
            source=one.source,
        )
        for one in known.result.standards
        if one.element == of
    ]
    return [top, *certified, *inputs.files(known), *_assays(known, rows, of)]


def _assays(known: KnownFacility, rows: Iterable[Sample], element: str) -> Steps:
    files = {one.id: one for one in known.study.files}
    return [_assay(known, one, element, files[one.file].name if one.file in files else "") for one in rows]


def _assay(known: KnownFacility, one: Sample, element: str, file: str) -> OriginStep:
    found = next((assay for assay in one.assays if assay["element"] == element), None)
    depth = (
        "" if one.top_m is None else known.say("depth", hole=one.hole, top=f"{one.top_m:g}", bottom=f"{one.bottom_m:g}")
    )
    stands = known.say("row", file=file, row=one.file_row, revision=one.revision)
    kind = f"{one.kind} {one.of_sample}".strip() if one.kind != "primary" else depth
    value = (
        "" if found is None else f"{found['printed']} {found['unit']} {found['substance']} {found['method']}".strip()
    )
    known_as = None if found is None else found["mg_per_kg"]
    return OriginStep(
        kind="assay",
        name=one.name,
        value=value,
        p50=known_as,
        unit="mg/kg",
        says=[f"{kind}; {stands}"],
        address=f"/api/v1/facilities/{known.valued.facility.id}/samples?hole={one.hole}" if one.hole else None,
    )


def next_hole(known: KnownFacility, of: str) -> Steps:
    """A hole that could be drilled: what it would remove, where it is, for how much, and who said so."""
    asked = next((one for one in known.inputs.next_hole if one.name == of), None)
    found = next((one for one in known.result.next_holes if one.name == of), None)
    if asked is None or found is None:
        raise NotFound(f"The study has no next hole {of!r}.", "figure")
    place = known.say(
        "place", chainage=f"{asked.chainage_m:g}", offset=f"{asked.offset_m:g}", collar=f"{asked.collar_m:g}"
    )
    top = OriginStep(
        kind="figure",
        name=known.say("next_hole", name=of),
        value=f"{100 * found.removed:.2g} %",
        p50=found.removed,
        says=[known.say("removes"), place, known.say("deep", depth=f"{asked.depth_m:g}")],
    )
    cost = OriginStep(
        kind="assumption",
        name=known.say("hole_cost"),
        value=f"{figures(asked.cost, 3)} {known.currency}",
        p50=asked.cost,
        unit=known.currency,
        author=known.inputs.author,
        dated=known.study.made_at.date(),
        source=known.say("study_file"),
        sha256=known.study.inputs_sha256,
    )
    open_now = [OriginStep(kind="share", name=known.say("reachable"), figure="reachable")]
    return [top, cost, inputs.estimate(known, known.result.cut_off_element), *open_now, *inputs.files(known)]
