"""Origins that lie in the dam as it stands: the level or alarm that closes a bench, the water levels of the line."""

from __future__ import annotations

from api.http.errors import NotFound
from api.studies.models import BenchState
from tailings.study import WaterLevel
from tailings.study.inputs import Bench

from . import inputs
from .inputs import Steps
from .known import KnownOrigin
from .models import NameCode, OriginNote, OriginReference, OriginStep, name, note, reference, value


def reachable(known: KnownOrigin, of: str) -> Steps:
    """Which share of the tonnes can be dug: every bench, and every plan that guards one."""
    top = _share("reachable", known.can.reachable, [note("reachable")])
    benches = [_state(one) for one in known.can.benches]
    plans = sorted({plan for one in known.result.benches for plan in one.plans})
    return [top, *benches, *(_plan(known, plan) for plan in plans), inputs.study(known)]


def bench(known: KnownOrigin, of: str) -> Steps:
    """One bench: whether it is closed and by what, with the levels of its plans."""
    state = next((one for one in known.can.benches if one.name == of), None)
    place = next((one for one in known.result.benches if one.name == of), None)
    if state is None or place is None:
        raise NotFound(f"The study has no bench {of!r}.", "figure")
    top = _state(state).model_copy(update={"kind": "figure", "figure": None})
    return [top, *(_plan(known, plan) for plan in place.plans), _where(known, place), *inputs.mass(known)]


def flooded(known: KnownOrigin, of: str) -> Steps:
    """The share below the water line, and each level that the line is drawn through."""
    return [_share("flooded", known.can.flooded, [note("flooded")]), *_waters(known), inputs.study(known)]


def flooded_then(known: KnownOrigin, of: str) -> Steps:
    """The share below the water line of a year ago, and the mean level of that day at each piezometer."""
    then = known.now.year_ago
    day_at = then.time.isoformat()
    top = _share("flooded_then", then.flooded, [note("flooded_then", day_at=day_at)])
    levels = [
        _level(known, one, [note("no_then" if one.level_m is None else "then_mean", day_at=day_at)])
        for one in then.water
    ]
    return [top, *levels, inputs.study(known)]


def dry(known: KnownOrigin, of: str) -> Steps:
    """What is neither closed nor below water."""
    can = known.can
    notes = [note("dry", dry_share=can.dry_and_reachable)]
    top = OriginStep(kind="figure", name=name("dry"), p50=can.dry_and_reachable_t, unit="t", notes=notes)
    rest = [*_waters(known), *inputs.mass(known), inputs.study(known)]
    return [top, *reachable(known, "")[1:-1], *rest]


def unlevelled(known: KnownOrigin, of: str) -> Steps:
    """The tonnes whose nearest level is stale."""
    found = next((one for one in known.can.unlevelled if one.datastream == of), None)
    if found is None:
        raise NotFound(f"The study has no water level {of!r} that is stale.", "figure")
    notes = [note("unlevelled", name=of, nearest_share=found.share)]
    top = OriginStep(kind="figure", name=name("unlevelled"), p50=found.tonnes, unit="t", notes=notes)
    return [top, *_waters(known), *inputs.mass(known), inputs.study(known)]


def seepage(known: KnownOrigin) -> Steps:
    """The pH of the seepage, where the study names a datastream of it."""
    of, found = known.result.seepage_ph, known.now.oxidised
    if not of:
        return []
    ph = found.ph if found else None
    return [
        OriginStep(
            kind="water",
            name=name("seepage"),
            p50=ph,
            unit="[pH]",
            notes=_read(known, of, ph),
            ground="probe",
            reference=_datastream(known, of),
        )
    ]


def _share(code: NameCode, share: float | None, notes: list[OriginNote]) -> OriginStep:
    """A share of the tonnes as the figure; where it is not known it says so."""
    unknown = value("unknown") if share is None else None
    return OriginStep(kind="figure", name=name(code), value=unknown, p50=share, unit="1", notes=notes)


def _state(one: BenchState) -> OriginStep:
    return OriginStep(
        kind="share",
        name=name("named", name=one.name),
        value=value("bench", is_guarded=one.is_guarded, is_closed=one.is_closed, tonnes=one.tonnes),
        p50=one.share,
        unit="1",
        notes=[] if one.plan is None else [note("closed_by", plan=one.plan, level=one.level)],
        figure=f"bench:{one.name}",
    )


def _where(known: KnownOrigin, one: Bench) -> OriginStep:
    (near_m, far_m), (low_m, high_m) = one.offset_m, one.elevation_m
    place = note("bench_place", near_m=near_m, far_m=far_m, low_m=low_m, high_m=high_m, level=one.closes_at)
    return inputs.study(known).model_copy(update={"notes": [place]})


def _plan(known: KnownOrigin, plan: str) -> OriginStep:
    """A plan with its level now: by its alarm where one stands, else by the values."""
    standing = next((one for one in known.now.plans if one.plan == plan), None)
    notes, shown = [], reference("plans", "")
    if standing is not None and standing.since is not None:
        notes.append(note("since", since_at=standing.since.isoformat()))
    if standing is not None and standing.alarm is not None:
        notes.append(note("alarm", number=standing.alarm))
        shown = reference("alarm", standing.alarm)
    return OriginStep(
        kind="level",
        name=name("plan", name=plan),
        value=value("level", level=standing.level if standing else None),
        notes=notes,
        ground="approved_plan",
        reference=shown,
    )


def _waters(known: KnownOrigin) -> Steps:
    return [_level(known, one, _read(known, one.datastream, one.level_m)) for one in known.now.water]


def _read(known: KnownOrigin, of: str, trusted: float | None) -> list[OriginNote]:
    """When a value of today was read, and whether it is left out."""
    row = known.datastream(of)
    notes = [note("read", read_at=row.latest.time.isoformat())] if row is not None and row.latest else []
    return notes if trusted is not None else [*notes, note("left_out")]


def _level(known: KnownOrigin, one: WaterLevel, notes: list[OriginNote]) -> OriginStep:
    return OriginStep(
        kind="water",
        name=name("named", name=one.datastream),
        p50=one.level_m,
        unit="m",
        notes=notes,
        ground="piezometer",
        reference=_datastream(known, one.datastream),
    )


def _datastream(known: KnownOrigin, of: str) -> OriginReference | None:
    row = known.datastream(of)
    return None if row is None else reference("datastream", row.id)
