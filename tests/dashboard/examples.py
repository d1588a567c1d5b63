"""Rows of an invented facility that the tests of sentences and figures share."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from api.events.models import FacilityEvents
from dashboard.view_models import DatastreamRow, FacilityRow, NodeRow
from tailings import quantities
from tailings.assess.model import Assessment, FailureMode
from tailings.assess.verdict import judge
from tailings.levels import LevelWord, SightState

NOW = datetime(2026, 11, 25, 13, 32, tzinfo=UTC)
GREEN = Assessment(
    "vale", NOW, NOW + timedelta(minutes=3), "green", "green", sight="full", reasons=(), failure_modes=()
)


def datastream(
    name: str, quantity: str, value: float | None, age_s: float | None = 12, quality: int = 1
) -> DatastreamRow:
    """A datastream that is expected every minute; `name` like 'n07:vw1.level'."""
    node, _, rest = name.partition(":")
    time = None if age_s is None else NOW - timedelta(seconds=age_s)
    return DatastreamRow(
        id=len(name),
        name=name,
        node=node,
        instrument=rest.partition(".")[0],
        quantity=quantity,
        unit=quantities.get(quantity).unit,
        formula="rain_from_total" if quantity == "rain" else "named",
        expected_interval_s=60,
        time=time,
        value=value,
        quality=quality,
        tests=None,
        count=100,
        first_time=NOW - timedelta(days=60),
        age_s=age_s,
    )


def node(name: str, age_s: float | None = 12, **changes: object) -> NodeRow:
    """A node that is expected every minute behind gateway gw1."""
    time = None if age_s is None else NOW - timedelta(seconds=age_s)
    row = NodeRow(
        "vale",
        name,
        f"Place of {name}",
        "gw1",
        60,
        last_pack=time,
        age_s=age_s,
        ledger={"sent": 100, "stored": 100, "lost": 0},
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def facility(datastreams: list[DatastreamRow], nodes: list[NodeRow]) -> FacilityRow:
    """A facility with crest 342.00 m and 1.50 m minimum freeboard, whose one plan sees all and is green."""
    return FacilityRow(
        "vale",
        "Vale do Sino",
        "Europe/Lisbon",
        "PTI14",
        "Example operator",
        consequence_class="high",
        licence="CC-BY-4.0",
        crest_m=342.0,
        minimum_freeboard_m=1.5,
        location=(-7.73, 40.16),
        datastreams=tuple(datastreams),
        nodes=tuple(nodes),
        assessment=GREEN,
    )


def mode(plan: str, title: str, level: LevelWord = "green", sight: SightState = "full") -> FailureMode:
    """A failure mode in force that stands at a level."""
    return FailureMode(plan, title, "plan", "in-force", level, signal=level, believed=level, sight=sight)


def standing(*modes: FailureMode) -> Assessment:
    """The assessment of these failure modes."""
    found = judge(modes)
    return Assessment("vale", NOW, NOW + timedelta(minutes=3), *found, failure_modes=modes)


NO_EVENTS: Final = FacilityEvents(facility="vale", start=NOW, end=NOW, storms_from=NOW, is_cut=False, events=[])
"""A window in which nothing happened."""
