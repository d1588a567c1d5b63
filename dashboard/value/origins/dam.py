"""Origins that lie in the dam as it stands: the level or alarm that closes a bench, the water levels of the line."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from api.http.errors import NotFound
from api.studies.models import BenchState, WaterLevel
from api.studies.origin import OriginStep
from dashboard import ages, states
from dashboard.value.amounts import millions, percent
from dashboard.value.valued import because
from dashboard.view_models import DatastreamRow
from tailings.study.inputs import Bench

from . import inputs
from .inputs import Steps
from .known import KnownFacility


def reachable(known: KnownFacility, of: str) -> Steps:
    """Which share of the tonnes can be dug: every bench, and every plan that guards one."""
    can = known.can
    says = [known.say("reachable_says")]
    top = OriginStep(
        kind="figure", name=known.say("reachable"), value=f"{percent(can.reachable)} %", p50=can.reachable, says=says
    )
    benches = [_state(known, one) for one in can.benches]
    plans = sorted({plan for one in known.result.benches for plan in one.plans})
    return [top, *benches, *(_plan(known, plan) for plan in plans), inputs.study(known)]


def bench(known: KnownFacility, of: str) -> Steps:
    """One bench: whether it is closed and by what, with the levels of its plans."""
    state = next((one for one in known.can.benches if one.name == of), None)
    place = next((one for one in known.result.benches if one.name == of), None)
    if state is None or place is None:
        raise NotFound(f"The study has no bench {of!r}.", "figure")
    top = _state(known, state).model_copy(update={"kind": "figure", "figure": None})
    return [top, *(_plan(known, plan) for plan in place.plans), _where(known, place), *_mass(known)]


def flooded(known: KnownFacility, of: str) -> Steps:
    """The share below the water line, and each level that the line is drawn through."""
    share = known.can.flooded
    value = known.texts["value"]["facts"]["unknown"] if share is None else f"{percent(share)} %"
    top = OriginStep(kind="figure", name=known.say("flooded"), value=value, p50=share, says=[known.say("flooded_says")])
    return [top, *_waters(known), inputs.study(known)]


def flooded_then(known: KnownFacility, of: str) -> Steps:
    """The share below the water line of a year ago, and the mean level of that day at each piezometer."""
    found, share = known.valued.now.year_ago, known.valued.now.year_ago.flooded
    then = found.time.astimezone(ZoneInfo(known.valued.facility.timezone))
    value = known.texts["value"]["facts"]["unknown"] if share is None else f"{percent(share)} %"
    says = [known.say("then_says", day=f"{then:%-d %b %Y}")]
    top = OriginStep(kind="figure", name=known.say("flooded_then"), value=value, p50=share, says=says)
    levels = [
        _level(known, one, known.say("no_then" if one.level_m is None else "then_mean", day=f"{then:%-d %b %Y}"))
        for one in found.water
    ]
    return [top, *levels, inputs.study(known)]


def dry(known: KnownFacility, of: str) -> Steps:
    """What is neither closed nor below water."""
    share, tonnes = known.can.dry_and_reachable, known.can.dry_and_reachable_t
    value = "" if tonnes is None else f"{millions(tonnes)} Mt"
    top = OriginStep(kind="figure", name=known.say("dry"), value=value, p50=share, says=[known.say("dry_says")])
    return [top, *reachable(known, "")[1:-1], *_waters(known), *_mass(known), inputs.study(known)]


def unlevelled(known: KnownFacility, of: str) -> Steps:
    """The tonnes whose nearest level is stale."""
    found = next((one for one in known.can.unlevelled if one.datastream == of), None)
    if found is None:
        raise NotFound(f"The study has no water level {of!r} that is stale.", "figure")
    top = OriginStep(
        kind="figure",
        name=known.say("unlevelled"),
        value=f"{millions(found.tonnes)} Mt",
        p50=found.share,
        says=[known.say("unlevelled_says", name=of)],
    )
    return [top, *_waters(known), *_mass(known), inputs.study(known)]


def seepage(known: KnownFacility) -> Steps:
    """The pH of the seepage, where the study names a datastream of it."""
    name, row = known.result.seepage_ph, _row(known, known.result.seepage_ph)
    if not name:
        return []
    found = known.valued.now.oxidised
    ph = found.ph if found else None
    address = None if row is None else f"/f/{known.valued.facility.id}/why?ds={row.id}"
    return [
        OriginStep(
            kind="water",
            name=known.say("seepage"),
            value="" if ph is None else f"{ph:.1f}",
            p50=ph,
            says=_read(known, name, ph),
            source=known.say("seepage_source"),
            address=address,
        )
    ]


def _mass(known: KnownFacility) -> Steps:
    return [*inputs.named(known, "volume"), *inputs.named(known, "density")]


def _state(known: KnownFacility, one: BenchState) -> OriginStep:
    tonnes, why = millions(one.tonnes), because(one, known.texts)
    return OriginStep(
        kind="share",
        name=one.name,
        value=known.say("closed" if one.is_closed else "open", tonnes=tonnes),
        p50=one.share,
        says=[why] if why else [],
        figure=f"bench:{one.name}",
    )


def _where(known: KnownFacility, one: Bench) -> OriginStep:
    says = known.say(
        "bench_place",
        near=f"{one.offset_m[0]:g}",
        far=f"{one.offset_m[1]:g}",
        low=f"{one.elevation_m[0]:g}",
        high=f"{one.elevation_m[1]:g}",
        at=one.closes_at,
    )
    return inputs.study(known).model_copy(update={"says": [says]})


def _plan(known: KnownFacility, plan: str) -> OriginStep:
    """A plan with its level now: by its alarm where one stands, else by the values."""
    valued = known.valued
    standing = next((one for one in valued.now.plans if one.plan == plan), None)
    says, address = [], f"/f/{valued.facility.id}/safety"
    if standing is not None and standing.since is not None:
        zone = valued.facility.timezone
        says.append(known.say("since", time=ages.day_and_clock(standing.since, zone, valued.shown.now)))
    if standing is not None and standing.alarm is not None:
        says.append(known.say("alarm", number=standing.alarm))
        address = f"/alarms/{standing.alarm}"
    word = known.texts["states"][(standing.level if standing else None) or states.UNKNOWN]
    return OriginStep(
        kind="level",
        name=known.say("plan", name=plan),
        value=word,
        says=says,
        source=known.say("plan_source"),
        address=address,
    )


def _waters(known: KnownFacility) -> Steps:
    return [_level(known, one, *_read(known, one.datastream, one.level_m)) for one in known.valued.now.water]


def _read(known: KnownFacility, name: str, value: float | None) -> list[str]:
    """When a value of today was read, and whether it is left out."""
    valued, row, said = known.valued, _row(known, name), []
    if row is not None and row.time is not None:
        said.append(known.say("read", time=ages.day_and_clock(row.time, valued.facility.timezone, valued.shown.now)))
    return said if value is not None else [*said, known.say("left_out")]


def _level(known: KnownFacility, one: WaterLevel, *says: str) -> OriginStep:
    row = _row(known, one.datastream)
    address = None if row is None else f"/f/{known.valued.facility.id}/why?ds={row.id}"
    return OriginStep(
        kind="water",
        name=one.datastream,
        value="" if one.level_m is None else f"{one.level_m:.2f} m",
        p50=one.level_m,
        unit="m",
        says=list(says),
        source=known.say("water_source"),
        address=address,
    )


def _row(known: KnownFacility, name: str) -> DatastreamRow | None:
    return next((row for row in known.valued.facility.datastreams if row.name == name), None)
