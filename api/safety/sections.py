"""Where the water stands in each cross-section, now and thirty days ago, as points to draw."""

from __future__ import annotations

from api.safety.history import History, usable
from api.safety.models import (
    CrossSection,
    Head,
    SectionChain,
    SectionDesign,
    SectionMaterial,
    SectionOutline,
    SectionTip,
)
from tailings import inclinometer
from tailings.facility import DesignLine, Outline, SurveyedSection
from tailings.geometry import in_force
from tailings.piezometric_line import shore, waterline, wet


def of_facility(history: History) -> list[CrossSection]:
    """Return the sections of the facility file."""
    return [_section(one, history) for one in history.file.sections.values()] if history.file else []


def _section(section: SurveyedSection, history: History) -> CrossSection:
    outline = in_force(section.geometry, history.now)
    pond = history.pond
    then = history.before.get(history.name(pond)) if pond else None
    before_m = then.result if then else None
    if outline is None:
        return CrossSection(
            id=section.id,
            name=section.name,
            instruments=list(section.instruments),
            outline=None,
            tips=[],
            pond_before_m=before_m,
            shore=None,
            line=[],
            line_before=[],
            wet=[],
            design=None,
            chains=[],
        )
    design = in_force(section.design_line, history.now)
    tips = sorted(_tips(section, outline, design, history), key=lambda tip: (tip.offset_m, -tip.tip_m))
    pond_m = usable(pond)
    stale = {history.name(one) for one in history.of_quantity("water-level") if not history.is_fresh(one)}
    heads = waterline(outline, pond_m, [(tip.offset_m, tip.level_m, tip.datastream in stale) for tip in tips])
    past = waterline(outline, before_m, [(tip.offset_m, tip.before_m, False) for tip in tips])
    return CrossSection(
        id=section.id,
        name=section.name,
        instruments=list(section.instruments),
        outline=_outline(outline),
        tips=tips,
        pond_before_m=before_m,
        shore=shore(outline, pond_m) if pond_m is not None else None,
        line=[_head(one) for one in heads],
        line_before=[_head(one) for one in past],
        wet=wet(outline, [point[:2] for point in heads]) if len(heads) > 1 else [],
        design=_design(design) if design else None,
        chains=_chains(section, history),
    )


def _head(point: tuple[float, float, bool]) -> Head:
    return Head(offset_m=point[0], level_m=point[1], is_stale=point[2])


def _outline(one: Outline) -> SectionOutline:
    materials = [
        SectionMaterial(name=part.name, is_lift=part.is_lift, outline=list(part.outline)) for part in one.materials
    ]
    return SectionOutline(
        valid_from=one.valid_from,
        crest=one.crest,
        ground=list(one.ground),
        foundation=list(one.foundation),
        materials=materials,
    )


def _design(one: DesignLine) -> SectionDesign:
    return SectionDesign(valid_from=one.valid_from, source=one.source, line=list(one.line))


def _chains(section: SurveyedSection, history: History) -> list[SectionChain]:
    """The inclinometer chains of a section that have a place in it: an offset of their node, and a fixed end."""
    if history.file is None:
        return []
    chains = {one.instrument for one in inclinometer.chains(history.file, history.now)}
    found = []
    for name in section.instruments:
        instrument = history.file.instruments[name]
        position, base_m = history.file.nodes[instrument.node].position, instrument.tip_m(history.now)
        if name in chains and base_m is not None and position is not None and position.offset_m is not None:
            found.append(SectionChain(instrument=name, offset_m=position.offset_m, base_m=base_m))
    return found


def _tips(section: SurveyedSection, outline: Outline, design: DesignLine | None, history: History) -> list[SectionTip]:
    """The piezometers of a section that have a place in it: an offset of their node, and a tip."""
    file, levels = history.file, history.of_quantity("water-level")
    found = []
    for instrument in section.instruments if file else ():
        stream = next((one for one in levels if f"{one.node}:{one.instrument}" == instrument), None)
        position = file.nodes[file.instruments[instrument].node].position if file else None
        tip_m = history.tip_m(stream) if stream else None
        if stream is None or tip_m is None or position is None or position.offset_m is None:
            continue
        then, level_m = history.before.get(history.name(stream)), usable(stream)
        soil = outline.material_at((position.offset_m, tip_m))
        design_m = design.level_m(position.offset_m) if design else None
        found.append(
            SectionTip(
                datastream=history.name(stream),
                offset_m=position.offset_m,
                tip_m=tip_m,
                ground_m=outline.ground_m(position.offset_m),
                level_m=level_m,
                before_m=then.result if then else None,
                soil=soil.name if soil else None,
                design_m=design_m,
                over_design_m=None if level_m is None or design_m is None else level_m - design_m,
            )
        )
    return found
