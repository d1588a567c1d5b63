"""A watched dam for the tests of the safety page: the test facility with its plans, and rows that a test chooses."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import msgspec
import numpy as np

from api.alarms.models import Alarm
from api.assessments import models
from api.datastreams.models import Coverage, Datastream, Latest
from api.facilities.models import Facility, FacilityCounts, Position
from api.observations.trends import Means
from api.overview.models import FacilityState, Overview
from api.safety import answers, standings
from api.safety.history import History
from api.safety.models import Safety
from dashboard.safety.watched import WatchedFacility
from dashboard.view_models import DatastreamRow
from tailings import Facility as File
from tailings import Series, parse, tarp
from tailings.assess.assessment import AlarmRecord, AssessmentInputs, PlanInput, assess
from tailings.assess.model import Assessment, ModeState
from tailings.levels import LEVELS
from tests.dashboard.examples import NOW, datastream, facility
from tests.dashboard.safety.plans import PLANS
from tests.tailings.facilities import VALE

APPROVED = ("pore-pressure", "overtopping", "mild")
HOUR_MS = 3_600_000
NOW_MS = round(NOW.timestamp() * 1000)


@cache
def planned() -> File:
    """The test facility with its plans; without its minimum freeboard, which nothing there watches."""
    return parse(VALE.read_text().replace("minimum_freeboard_m = 1.5\n", "", 1) + PLANS)


def level(name: str, value: float | None, age_s: float | None = 12, quality: int = 1) -> DatastreamRow:
    """A piezometer's level ('n04')."""
    return datastream(f"{name}:vw1.level", "water-level", value, age_s, quality)


def pond(value: float | None = 339.25, age_s: float = 12) -> DatastreamRow:
    """The pond's level."""
    return datastream("n01:pond.level", "pond-level", value, age_s)


def rising(end: float, per_d: float, days: int = 7) -> Means:
    """Hourly means that rise in a straight line and end now at `end`."""
    start_ms = NOW_MS - (np.arange(days * 24)[::-1] + 1) * HOUR_MS
    middle_d = (start_ms + HOUR_MS / 2 - NOW_MS) / 86_400_000
    return Means(start_ms, end + per_d * middle_d, np.full(days * 24, 60.0))


def judged(rows: list[DatastreamRow], levels: Mapping[str, str], file: File) -> Assessment:
    """The assessment of these rows, each read three times a minute apart; `levels`: the plans in force with the level
    of record that each stands at (since five hours)."""
    readings = {row.name: _readings(row) for row in rows if row.time is not None}
    known = []
    for plan in file.tarp.values():
        own = {name: readings[name] for name in plan.datastreams() if name in readings}
        standing, _ = tarp.advance(plan, tarp.PlanMemory(), own, file, NOW_MS)
        rank = LEVELS.index(levels.get(plan.id, "green"))  # type: ignore[arg-type]
        record = AlarmRecord(rank, NOW - timedelta(hours=5, minutes=12)) if rank else AlarmRecord()
        state: ModeState = "in-force" if plan.id in levels else "simulated"
        known.append(PlanInput(plan, state, standing, record))
    return assess(AssessmentInputs(file, tuple(known)), NOW)


def _readings(row: DatastreamRow) -> Series:
    assert row.time is not None
    newest_ms = round(row.time.timestamp() * 1000)
    values = [np.nan if row.value is None else row.value] * 3
    return Series.of([newest_ms - 120_000, newest_ms - 60_000, newest_ms], values, [row.quality or 9] * 3)


def overview(rows: list[DatastreamRow], assessment: Assessment) -> Overview:
    """The overview of the invented facility with these rows."""
    dam = facility(rows, [])
    lon, lat = dam.location or (0.0, 0.0)
    judged = models.Assessment.model_validate(msgspec.to_builtins(assessment))
    known = Facility(
        id=dam.id,
        name=dam.name,
        timezone=dam.timezone,
        region=dam.region,
        operator=dam.operator,
        consequence_class=dam.consequence_class,
        licence=dam.licence,
        commissioned=None,
        crest_m=dam.crest_m,
        minimum_freeboard_m=dam.minimum_freeboard_m,
        location=Position(lon=lon, lat=lat),
        public=True,
        version=1,
        applied_at=NOW,
        last_time=None,
        age_s=None,
        counts=FacilityCounts(**dict.fromkeys(FacilityCounts.model_fields, 0)),
        assessment=models.Summary.model_validate(judged.model_dump(include=set(models.Summary.model_fields))),
    )
    streams = [stream(row) for row in rows]
    state = FacilityState(facility=known, datastreams=streams, nodes=[], agents=[], assessment=judged, instruments=[])
    return Overview(now=NOW, commit=1, facilities=[state])


def stream(row: DatastreamRow) -> Datastream:
    """A row as the api tells of it."""
    latest = None
    if row.time is not None:
        latest = Latest(
            time=row.time,
            result=row.value,
            quality=row.quality or 9,
            tests=row.tests,
            received_at=row.time,
            age_s=row.age_s or 0.0,
        )
    return Datastream(
        id=row.id,
        name=f"vale:{row.name}",
        facility="vale",
        node=row.node,
        instrument=row.instrument,
        quantity=row.quantity,
        unit=row.unit,
        formula=row.formula,
        origin="manual" if row.is_manual else "measured",
        expected_interval_s=row.expected_interval_s,
        retired_at=None,
        latest=latest,
        is_stale=False,
        coverage=Coverage(first=row.first_time, last=row.time, count=row.count),
    )


def history(
    rows: list[DatastreamRow],
    levels: Mapping[str, str] | None = None,
    has_file: bool = True,
    file: File | None = None,
    **means: Any,
) -> History:
    """What is known of a dam with these rows; `levels`: as in `judged`, without it both approved plans are in force and
    green. means: hours, days, before."""
    known = file or planned()
    in_force = dict.fromkeys(APPROVED, "green") if levels is None else levels
    assessment = judged(rows, in_force if has_file else {}, known)
    return History(overview(rows, assessment), known if has_file else None, **means)


def watched(
    rows: list[DatastreamRow],
    levels: Mapping[str, str] | None = None,
    has_file: bool = True,
    record: Sequence[Alarm] = (),
    near: str = "",
    **more: Any,
) -> WatchedFacility[Safety]:
    """A dam with these rows, by the answer of the api; record: its open alarms. Else as `history`."""
    known = history(rows, levels, has_file, **more)
    # Where a test has no file, its plans are told of all the same.
    stands = standings.of_assessment(known.assessment, record, known.file or planned())
    return WatchedFacility.of(answers.answer(known, answers.Said(stands), near))
