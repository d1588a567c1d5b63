"""Origins that lie in the laboratory: grades by their samples, holes, quality control, each with file, row and hash."""

from __future__ import annotations

from collections.abc import Iterable

from api.http.errors import NotFound
from api.studies.models import Sample
from tailings.laboratory import by_element

from . import dam, inputs
from .inputs import Steps
from .known import KnownOrigin
from .models import OriginNote, OriginStep, name, note, reference, value


def grade_of(known: KnownOrigin, of: str) -> Steps:
    """The mean grade of an element: how it was estimated, each assay, the files."""
    known.of_element(of)
    top = inputs.estimate(known, of).model_copy(update={"kind": "figure", "figure": None})
    rows = (one for one in known.known.samples if one.kind == "primary")
    return [top, *inputs.files(known), *_assays(known, rows, of)]


def curve(known: KnownOrigin, of: str) -> Steps:
    """Grade against tonnage: the panels, drawn together, of the element of the cut-off."""
    result = known.result
    element = result.cut_off_element
    cut = OriginStep(
        kind="assumption",
        name=name("cut_off", element=element),
        p50=result.cut_off_mg_per_kg,
        unit="mg/kg",
        author=known.inputs.author,
        dated=known.study.made_at.date(),
        ground="study_file",
        sha256=known.study.inputs_sha256,
    )
    notes = [note("curve", panels=len(result.panels.grade), seed=result.seed)]
    top = OriginStep(kind="figure", name=name("curve", element=element), notes=notes)
    return [top, cut, inputs.estimate(known, element), *inputs.mass(known), *inputs.files(known)]


def hole(known: KnownOrigin, of: str) -> Steps:
    """A hole of the strip logs: where it is, and each sample of it with all its results."""
    element = known.result.cut_off_element
    rows = [one for one in known.known.samples if one.hole == of and one.kind == "primary"]
    if not rows:
        raise NotFound(f"There is no hole {of!r} with samples.", "figure")
    first = rows[0]
    top = OriginStep(
        kind="figure",
        name=name("hole", name=of),
        value=value("samples", count=len(rows)),
        notes=[_place(first.chainage_m, first.offset_m, first.collar_m)],
        reference=reference("samples", of),
    )
    return [top, *_assays(known, sorted(rows, key=lambda one: one.top_m or 0.0), element), *inputs.files(known)]


def oxidised(known: KnownOrigin, of: str) -> Steps:
    """How deep the holes are oxidised: what each log says, the files, and the pH of the seepage now."""
    found = known.now.oxidised
    if found is None:
        raise NotFound("No log of the study says how deep its hole is oxidised.", "figure")
    notes = [note("oxidised")]
    top = OriginStep(kind="figure", name=name("oxidised"), p50=found.median_m, unit="m", notes=notes)
    logs = [
        OriginStep(
            kind="hole",
            name=name("named", name=one.hole),
            p50=one.oxidised_m,
            unit="m",
            figure=f"hole:{one.hole}",
        )
        for one in known.result.strips
        if one.oxidised_m is not None
    ]
    return [top, *logs, *dam.seepage(known), *inputs.files(known)]


def samples(known: KnownOrigin, of: str) -> Steps:
    """How many holes, samples and composites there are."""
    result = known.result
    counts = note("composites", samples=result.samples, holes=result.holes, composites=result.composites)
    top = OriginStep(
        kind="figure",
        name=name("study", version=known.study.version),
        value=value("quoted", quote=result.title),
        notes=[counts],
        author=known.inputs.author,
        dated=known.study.made_at.date(),
        ground="study_file",
    )
    holes = [
        OriginStep(
            kind="hole",
            name=name("named", name=one.hole),
            value=value("pieces", count=len(one.material)),
            figure=f"hole:{one.hole}",
        )
        for one in result.strips
    ]
    return [top, *inputs.files(known), *holes]


def control(known: KnownOrigin, of: str) -> Steps:
    """Quality control of an element: every blank, duplicate and standard that was counted."""
    known.of_element(of)
    rows = [one for one in known.known.samples if one.kind != "primary"]
    top = OriginStep(
        kind="figure",
        name=name("control", element=of),
        value=value("samples", count=len(rows)),
        notes=[note("control")],
    )
    certified = [
        OriginStep(
            kind="assumption",
            name=name("certified", material=one.material, element=of),
            value=value("certified", mg_per_kg=one.mg_per_kg, sd_mg_per_kg=one.sd_mg_per_kg),
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


def next_hole(known: KnownOrigin, of: str) -> Steps:
    """A hole that could be drilled: what it would remove, where it is, for how much, and who said so."""
    asked = next((one for one in known.inputs.next_hole if one.name == of), None)
    found = next((one for one in known.result.next_holes if one.name == of), None)
    if asked is None or found is None:
        raise NotFound(f"The study has no next hole {of!r}.", "figure")
    where = _place(asked.chainage_m, asked.offset_m, asked.collar_m)
    top = OriginStep(
        kind="figure",
        name=name("next_hole", name=of),
        p50=found.removed,
        unit="1",
        notes=[note("removes"), where, note("deep", depth_m=asked.depth_m)],
    )
    cost = OriginStep(
        kind="assumption",
        name=name("hole_cost"),
        p50=asked.cost,
        unit=known.currency,
        author=known.inputs.author,
        dated=known.study.made_at.date(),
        ground="study_file",
        sha256=known.study.inputs_sha256,
    )
    open_now = OriginStep(kind="share", name=name("reachable"), figure="reachable")
    return [top, cost, inputs.estimate(known, known.result.cut_off_element), open_now, *inputs.files(known)]


def _place(chainage_m: float | None, offset_m: float | None, collar_m: float | None) -> OriginNote:
    return note("place", chainage_m=chainage_m, offset_m=offset_m, collar_m=collar_m)


def _assays(known: KnownOrigin, rows: Iterable[Sample], element: str) -> Steps:
    files = {one.id: one.name for one in known.study.files}
    return [_assay(one, element, files.get(one.file, "")) for one in rows]


def _assay(one: Sample, element: str, file: str) -> OriginStep:
    """A sample with its result of an element; without a value where it has none."""
    first = next((assay for assay in one.assays if assay["element"] == element), None)
    found = by_element(one.assays).get(element, first)
    printed = None
    if found is not None:
        printed = value("result", **{key: found[key] for key in ("printed", "unit", "substance", "method")})
    return OriginStep(
        kind="assay",
        name=name("named", name=one.name),
        value=printed,
        p50=None if found is None else found["mg_per_kg"],
        unit="mg/kg",
        notes=[*_taken(one), note("row", file=file, row=one.file_row, revision=one.revision), *_withdrawn(one)],
        reference=reference("samples", one.hole) if one.hole else None,
    )


def _withdrawn(one: Sample) -> list[OriginNote]:
    """That a sample of the study was taken back since, when and why."""
    if one.withdrawn_at is None:
        return []
    return [note("withdrawn", withdrawn_at=one.withdrawn_at.isoformat(), reason=one.withdrawal_reason)]


def _taken(one: Sample) -> list[OriginNote]:
    """Where a sample is of, or as what it was sent for control."""
    if one.kind != "primary":
        return [note("sent_as", kind=one.kind, of=one.of_sample)]
    return [] if one.top_m is None else [note("interval", hole=one.hole, top_m=one.top_m, bottom_m=one.bottom_m)]
