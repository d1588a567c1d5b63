"""The page of charts: chosen series with their figures, the picture, and what else can be added."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from api.events.models import FacilityEvents
from api.series.models import Workspace, WorkspaceSeries
from dashboard import chart_events, numbers, pages
from dashboard.key_figures import Fact
from dashboard.period import Period, field
from dashboard.reads import Shown
from dashboard.verdict import VerdictBanner
from dashboard.view_models import FacilityRow, quantity_words
from texts import Texts, say, writing

from . import picture
from .choice import AXES, ChartChoice


@dataclass(frozen=True)
class ChosenSeries:
    """A chosen series in words: its number in the picture, its axis, its figures, and what can be done with it."""

    number: int
    name: str
    what: str
    axis: str
    unit: str
    low: str
    mean: str
    high: str
    last: str
    values: int
    is_drawn: bool
    remove: str
    move: str


@dataclass(frozen=True)
class OfferedSeries:
    """A series that can be added to either axis."""

    name: str
    what: str
    unit: str
    left: str
    right: str


def page(
    shown: Shown,
    choice: ChartChoice,
    shows: Period,
    found: Workspace,
    events: Sequence[FacilityEvents],
    *,
    api: str,
    texts: Texts,
) -> dict[str, Any]:
    """Give what the page shows; api: the address of the same question there."""
    said, zone = texts["workspace"], zone_of(shown, choice)
    by_name = {one.datastream: one for one in found.series}
    axes = {axis: _of_one_unit([by_name[name] for name in getattr(choice, axis) if name in by_name]) for axis in AXES}
    drawn = {one.datastream for series in axes.values() for one in series}
    look = {name: number for number, name in enumerate(choice.names, 1)}
    scatter = found.scatter
    units = tuple(one.unit for one in found.series[:2])
    marks = chart_events.of_some(events, shown.facilities, texts)
    return pages.shared(shown, texts, "workspace", zone) | {
        "heading": said["title"],
        "verdict": VerdictBanner("", _title(choice, found, texts), _says(choice, found, texts)),
        "facts": _facts(found, texts),
        "choice": choice,
        "views": [
            (said["over_time"], replace(choice, is_scatter=False).address, not choice.is_scatter),
            (said["scatter"], replace(choice, is_scatter=True).address, choice.is_scatter),
        ],
        "drawing": picture.of_scatter(scatter, (units[0], units[1]), zone, texts)
        if scatter
        else picture.over_time(axes, shows, zone, texts, look, marks=marks),
        **chart_events.listed(marks, any(one.is_cut for one in events)),
        "scatter_found": scatter,
        "chosen_series": [_chosen(one, choice, drawn, texts) for one in found.series],
        "left_out": [one.datastream for one in found.series if one.datastream not in drawn and not scatter],
        "offered": _offered(shown, choice, texts),
        "facilities_known": [(one.id, one.name) for one in shown.facilities],
        "from_local": field(shows.start, zone),
        "to_local": field(shows.end, zone),
        "api_address": api,
    }


def zone_of(shown: Shown, choice: ChartChoice) -> str:
    """Give the zone of the page: that of the facilities whose series are drawn."""
    drawn = {name.partition(":")[0] for name in choice.names}
    return pages.zone_of(replace(shown, facilities=tuple(one for one in shown.facilities if one.id in drawn)))


def _of_one_unit(series: Sequence[WorkspaceSeries]) -> list[WorkspaceSeries]:
    """Those of the unit of the first: an axis has one."""
    return [one for one in series if one.unit == series[0].unit]


def _title(choice: ChartChoice, found: Workspace, texts: Texts) -> str:
    said = texts["workspace"]
    if found.scatter:
        return say(said["over"], y=found.scatter.y, x=found.scatter.x)
    return say(said["count"], len(choice.names)) if choice.names else str(said["none"])


def _says(choice: ChartChoice, found: Workspace, texts: Texts) -> str:
    said, scatter = texts["workspace"], found.scatter
    if choice.is_scatter and scatter is None:
        return str(said["needs_two"])
    if scatter is None:
        return str(said["is_link"] if choice.names else said["none_says"])
    if scatter.r is None or scatter.slope is None or scatter.independent is None:
        return say(said["no_line"], scatter.pairs)
    return say(
        said["line"],
        scatter.pairs,
        r=writing.number(f"{scatter.r:.2f}"),
        slope=writing.short(scatter.slope, 4),
        independent=max(1, round(scatter.independent)),
    )


def _facts(found: Workspace, texts: Texts) -> list[Fact]:
    said, scatter = texts["workspace"]["facts"], found.scatter
    if scatter is None:
        return []
    known = [(said["pairs"], numbers.count(scatter.pairs))]
    if scatter.r is not None and scatter.slope is not None:
        known += [
            (said["r"], writing.number(f"{scatter.r:.3f}")),
            (said["slope"], writing.short(scatter.slope, 4)),
        ]
    return [Fact(name, value) for name, value in known]


def _chosen(one: WorkspaceSeries, choice: ChartChoice, drawn: set[str], texts: Texts) -> ChosenSeries:
    axis = "left" if one.datastream in choice.left else "right"
    other = "right" if axis == "left" else "left"
    counts = one.counts or [1] * len(one.means)
    known = [(value, count) for value, count in zip(one.means, counts, strict=False) if value is not None]
    lows, highs = ([value for value in column if value is not None] for column in (one.minimums, one.maximums))

    def figure(value: float | None) -> str:
        return numbers.number(value, one.quantity, one.unit)

    return ChosenSeries(
        number=choice.names.index(one.datastream) + 1,
        name=one.datastream,
        what=quantity_words(one.quantity, texts),
        axis=texts["workspace"][axis],
        unit=numbers.unit_words(one.unit),
        low=figure(min(lows, default=None)),
        mean=figure(sum(value * count for value, count in known) / sum(count for _, count in known) if known else None),
        high=figure(max(highs, default=None)),
        last=figure(one.newest),
        values=len(known),
        is_drawn=one.datastream in drawn,
        remove=choice.without(one.datastream).address,
        move=choice.with_series(one.datastream, other).address,
    )


def _offered(shown: Shown, choice: ChartChoice, texts: Texts) -> list[OfferedSeries]:
    wanted: FacilityRow | None = next((one for one in shown.facilities if one.id == choice.facility), None)
    if wanted is None:
        return []
    return [
        OfferedSeries(
            row.name,
            quantity_words(row.quantity, texts),
            row.unit_words,
            choice.with_series(f"{wanted.id}:{row.name}", "left").address,
            choice.with_series(f"{wanted.id}:{row.name}", "right").address,
        )
        for row in wanted.datastreams
        if row.count and f"{wanted.id}:{row.name}" not in choice.names
    ]
