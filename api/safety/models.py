"""What is known of the safety of a dam as the api shows it: codes and numbers, and no words but those of its file.

Datastreams are named as in the facility file ('n07:vw1.level'); their units stand in `datastreams` of the overview.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from api.http.models import Shape, Time
from api.overview.models import Overview
from api.revisions.models import Annotation
from api.sight.models import SightProof
from tailings.levels import LevelWord, SightState

Point = tuple[float, float]
"""Offset from the crest (downstream positive) and elevation above the vertical datum, m."""
Name = str


class FileVersion(Shape):
    """The facility file that an answer was made by."""

    version: int
    hash: str


class FittedLine(Shape):
    """A straight line through the hourly means of a window that ends at `now`.

    It holds what was so over the window; hours with a suspect reading are not in it.
    """

    per_d: float = Field(description="Slope, in the unit of the datastream per day")
    band_per_d: float | None = Field(
        description="Half of the interval that holds the true slope with `confidence`; null: nothing is known of it"
    )
    end_value: float = Field(description="Value of the line at the window's end")
    window_s: float
    points: int = Field(description="Hours that it is fitted to")
    independent: float = Field(description="How many independent readings these are worth")
    is_sure: bool = Field(description="The slope differs from level with `confidence`")


class Trend(FittedLine):
    """The line of one datastream."""

    datastream: Name = Field(examples=["n07:vw1.level"])


class LastHour(Shape):
    """By how much one datastream changed over the hour before `now`."""

    datastream: Name
    change: float = Field(description="Its newest good reading minus that of an hour before, in its unit")


class Meeting(Shape):
    """When a line meets a limit, in days from `now`, if what was so goes on; 95 % lie between earliest and latest."""

    days: float
    earliest_d: float
    latest_d: float | None = Field(description="null: the slower line does not meet it within two windows")


class Freeboard(Shape):
    """The room from the pond to the crest and to the minimum freeboard."""

    datastream: Name = Field(description="The level of the pond")
    time: Time
    quality: int
    pond_m: float | None = Field(description="m above the vertical datum; null: rejected or missing")
    crest_m: float | None = Field(description="m above the vertical datum; null: not stated for now")
    crest_since: date | None = Field(description="From when on the crest is stated at that height")
    freeboard_m: float | None = Field(description="Crest minus pond")
    minimum_freeboard_m: float | None
    minimum_level_m: float | None = Field(description="Crest minus the minimum freeboard")
    has_reached_minimum: bool = Field(description="No days are left, however the level goes")
    forecast: Meeting | None = Field(description="When the pond meets the minimum; null: none is due")


class Situation(Shape):
    """A facility at one instant, how its readings go, and its freeboard."""

    facility: str
    overview: Overview = Field(description="The facility alone, as under /facilities/{facility}/overview")
    file: FileVersion | None = Field(description="null: there is none that this program can read")
    confidence: float = Field(description="Of all intervals here; of a Student's t on independent readings")
    window_d: float = Field(description="Days that lines are fitted to")
    horizon_d: float = Field(description="Days that forecasts reach")
    trends: list[Trend] = Field(description="Of the datastreams whose hours carry a line")
    last_hour: list[LastHour] = Field(description="Of the datastreams with a good reading now and an hour ago")
    freeboard: Freeboard | None = Field(description="null: no instrument measures a pond level")


class TriggerLevel(Shape):
    """A level that a plan in force sets on one datastream; of two plans that set the same one the stricter."""

    level: LevelWord
    value: float
    plan: str


class TriggerMargin(Shape):
    """The room to the trigger levels that one datastream reaches alone.

    What it is measured by, bound and time as in the margins of the assessment in `overview`.
    """

    datastream: Name
    test: Literal["above", "below"] = Field(description="On which side of a level is danger")
    unit: str = Field(description="UCUM; with `rate_over_s` per hour")
    rate_over_s: float | None = Field(description="The levels are of its change per hour over so many seconds")
    time: Time | None = Field(description="Of the last usable reading")
    quality: int | None = Field(description="Of the newest reading, which may be a later one")
    value: float | None = Field(description="The middle between low and high; null: it decides nothing now")
    low: float | None = Field(description="The true value lies between low and high; null: endless on that side")
    high: float | None
    uncertainty: float | None = Field(
        description="Expanded (k = 2), of what is compared; null: not stated of all that it is made of"
    )
    is_lost: bool = Field(description="The last usable reading is too old to decide anything")
    levels: list[TriggerLevel] = Field(description="The mildest first")
    reached: LevelWord | None = Field(description="The worst level that the value is past; null: none, or not known")
    margin: float | None = Field(description="Room to the first level; beyond it minus the way past the worst reached")
    share: float | None = Field(
        description="Where the value is on a scale from 0 to 100 that all units share: yellow begins at 58, orange at"
        " 74, red at 90"
    )
    next: LevelWord | None = Field(description="The first level that it is not past")
    forecast: Meeting | None = Field(description="When its line meets `next`; null: none is due")


class Piezometers(Shape):
    """How many piezometers are past their first trigger level."""

    total: int
    limited: int = Field(description="Of these with a trigger level")
    above: int = Field(description="Of these certainly past one")
    evaluated: int = Field(description="Of those with a level: whose value decides something now")
    worst: Name | None = Field(description="The one that is furthest past")


class Seepage(Shape):
    """The flow that comes through, and the turbidity beside it."""

    datastream: Name
    flow: float | None = Field(description="In the unit of the datastream; null: rejected or missing")
    first_level: TriggerLevel | None
    turbidity: Name | None = Field(description="A turbidity that is fresh and usable")


class Movement(Shape):
    """The fastest movement of a week: of chains, or of tilt meters where there is no chain."""

    datastream: Name
    line: FittedLine | None = Field(description="null: no week of readings carries one")


class Rain(Shape):
    """What fell; hours with a suspect reading are not in it."""

    datastream: Name
    sum_72h_mm: float | None = Field(description="null: the gauge is silent")
    sum_24h_mm: float | None
    is_72h_whole: bool = Field(description="false: hours are missing in it, and at least so much fell")
    is_24h_whole: bool


class PlanAction(Shape):
    """What somebody has to do at the level that stands."""

    what: str
    who: str
    within_h: float | None
    due: Time | None = Field(description="null: it has no term, or the level is not in the record yet")


class PlanAlarm(Shape):
    """The alarm of record of a plan."""

    id: int
    title: str
    acknowledged_at: Time | None


class PlanStanding(Shape):
    """At which level a plan that counts stands; the worst first."""

    plan: str
    failure_mode: str = Field(description="In the words of the facility file")
    level: LevelWord
    sight: SightState
    since: Time | None
    noted_at: Time | None = Field(description="When the centre knew: from then on its actions run")
    approved_by: str | None
    approved_on: date | None
    alarm: PlanAlarm | None
    actions: list[PlanAction] = Field(description="Of the level that stands, while it is raised")
    raised_by: Name | None = Field(
        description="Its datastream that is furthest past a level that this plan sets on it alone; null: none is now"
    )
    past: TriggerLevel | None = Field(description="The worst level of this plan that `raised_by` is past")
    next: TriggerLevel | None = Field(description="The first level of this plan that `raised_by` is not past")
    forecast: Meeting | None = Field(description="When the line of `raised_by` meets `next`; null: none is due")


class PiezometerAnswer(Shape):
    """Where a piezometer is."""

    datastream: Name
    tip_m: float | None = Field(description="Elevation of its tip")
    dips: list[Name] = Field(description="Readings by hand in the same hole: no other tip is nearer in height")


class SectionMaterial(Shape):
    """A part of a section."""

    name: str
    is_lift: bool
    outline: list[Point]


class SectionOutline(Shape):
    """A section as it was surveyed."""

    valid_from: Time
    crest: Point
    ground: list[Point] = Field(description="The surface from the pond to downstream of the toe")
    foundation: list[Point] = Field(description="The old ground below")
    materials: list[SectionMaterial]


class SectionTip(Shape):
    """A piezometer in a section."""

    datastream: Name
    offset_m: float = Field(description="From the crest, downstream positive")
    tip_m: float
    ground_m: float
    level_m: float | None = Field(description="Its newest reading; null: rejected or missing")
    before_m: float | None = Field(description="What it read thirty days ago")
    soil: str | None = Field(description="The material that its tip lies in; null: none is stated there")
    design_m: float | None = Field(description="The phreatic line of the design at its offset; null: none is stated")
    over_design_m: float | None = Field(description="Its newest reading minus that line; null: one is not known")


class SectionDesign(Shape):
    """The phreatic line that the design takes the dam to have."""

    valid_from: Time
    source: str = Field(description="The report or drawing that says so")
    line: list[Point]


class SectionChain(Shape):
    """Where an inclinometer chain stands in a section; how it has moved is in `profiles`."""

    instrument: str
    offset_m: float
    base_m: float = Field(description="Elevation of its fixed end")


class Head(Shape):
    """A point of the piezometric line."""

    offset_m: float
    level_m: float
    is_stale: bool


class CrossSection(Shape):
    """A section with the water in it: where it stands now and stood thirty days ago."""

    id: str
    name: str
    instruments: list[str]
    outline: SectionOutline | None = Field(description="null: none is stated for now, and nothing is drawn")
    tips: list[SectionTip] = Field(description="From the pond downstream, of one hole the upper first")
    pond_before_m: float | None
    shore: Point | None = Field(description="Where the pond meets the ground; null: not known, or off the section")
    line: list[Head] = Field(description="The piezometric line from the shore downstream")
    line_before: list[Head]
    wet: list[Point] = Field(description="What lies under the line, down to the foundation; empty without a line")
    design: SectionDesign | None = Field(description="null: the facility file states none for now")
    chains: list[SectionChain] = Field(description="Inclinometers that stand in the section")


class BandPoint(Shape):
    """What the fitted line expects at one level of the pond, and half the width of the band for one new day [m]."""

    pond_m: float
    expected_m: float
    half_width_m: float


class ResponseFit(Shape):
    """A straight line from the pond to a piezometer, fitted to the first two thirds of the days."""

    delay_d: int = Field(description="Days by which the piezometer comes later; found by trying")
    intercept_m: float
    slope: float = Field(description="m of the piezometer a m of the pond")
    r2: float = Field(description="Share of the variance that the pond explains")
    points: int
    independent: float = Field(description="How many independent days these are worth")
    last_reference: Time = Field(description="The last day that it is fitted to")
    over_m: float | None = Field(description="The last day minus what the line expects of it; null: no such day")
    is_outside: bool = Field(description="The last day lies outside of the band: the pond does not explain it")
    band: list[BandPoint] = Field(description="Over the levels of the pond, 8 % wider on either side")


class Response(Shape):
    """Daily means of the pond and of one piezometer on the same days, as columns, and what the one explains."""

    pond: Name
    piezometer: Name
    days: list[Time] = Field(description="The beginning of each day, by the facility's standard time")
    pond_m: list[float | None] = Field(description="null: the day has no mean without a suspect reading")
    level_m: list[float | None]
    cause_m: list[float | None] = Field(description="The pond as late as the fit says")
    fit: ResponseFit | None = Field(description="null: too few days, or too much alike to carry a band")


class ProfilePoint(Shape):
    """The far end of a segment of an inclinometer chain."""

    datastream: Name
    height_m: float = Field(description="From the fixed end")
    depth_m: float = Field(description="From the top")
    segments: int = Field(description="Segments from the fixed end that it sums")
    band_mm: float | None = Field(description="Half the width of its error band; null: no error is stated")


class ProfileDate(Shape):
    """The displacements along a chain at one time, one for each point; null: not read."""

    time: Time
    displacement_mm: list[float | None]


class MovingZone(Shape):
    """Segments that leaned by more than their errors between the first and the last time."""

    top_m: float = Field(description="Depth of its top")
    bottom_m: float


class Profile(Shape):
    """An inclinometer chain now and one, two and three months ago."""

    instrument: str
    length_m: float
    points: list[ProfilePoint] = Field(description="From the fixed end up")
    times: list[ProfileDate] = Field(description="The oldest first; a time without any reading is left out")
    zones: list[MovingZone] = Field(description="The lowest first")


class LogEvent(Shape):
    """Something that happened. `reason` and `failure_mode` are a person's words or the file's."""

    code: Literal["level", "silent", "acknowledged", "revision", "annotation"]
    time: Time
    level: LevelWord | None = None
    plan: str | None = None
    failure_mode: str | None = None
    node: str | None = None
    kind: str | None = Field(default=None, description="Of a revision", examples=["rederive"])
    reason: str | None = Field(default=None, description="Of a revision by a program or an agent its code")
    author: str | None = Field(default=None, description="The program or agent; null: a person", examples=["agent:gw1"])
    version: int | None = Field(default=None, description="Of the facility file that a revision was made under")


class Safety(Situation):
    """Is it safe, what is due, how much margin: all that the safety page says, as codes and numbers.

    The verdict, the sight and their reasons are in the assessment of `overview`.
    """

    plans: list[PlanStanding]
    margins: list[TriggerMargin]
    piezometers: Piezometers | None = Field(description="null: there is none")
    tips: list[PiezometerAnswer]
    seepage: Seepage | None
    movement: Movement | None
    rain: Rain | None
    near: Name | None = Field(description="The piezometer asked for, else the one with the least margin")
    response: Response | None = Field(description="Of `near`; null: no days of it or of the pond")
    sections: list[CrossSection]
    profiles: list[Profile]
    events: list[LogEvent] = Field(description="The newest first")
    annotations: list[Annotation] = Field(description="The newest 20 that were not withdrawn")
    sight: list[SightProof] = Field(description="What would be seen of each failure mode, by the newest proof")


Kind = Literal["rate", "sum"]


class HourlyFigure(Shape):
    """A figure made of the hours of one datastream up to `now`: a rate of a week, or a sum of 72 h."""

    facility: str
    datastream: Name
    quantity: str
    unit: str = Field(description="UCUM")
    kind: Kind
    now: Time
    hours: int = Field(description="Hours that it is made of; one with a suspect reading is not among them")
    first: Time | None = Field(description="Beginning of the first hour; null: there is none")
    last: Time | None
    total: float | None = Field(description="Of a sum: all readings of the hours; null: there are no hours")
    line: FittedLine | None = Field(description="Of a rate; null: the hours do not carry one")


class Change(Shape):
    """Something that changed: a line of an alarm of the dam, an approval, a calibration."""

    kind: str = Field(
        description="Of an alarm the kind of its line (raised, escalated, returned, acknowledged, action-closed ...);"
        " plan-approved, plan-withdrawn, calibrated",
        examples=["raised"],
    )
    at: Time = Field(description="Time of the clock at which it became known")
    alarm: int | None
    plan: str | None
    title: str = Field(description="Of an alarm: the failure mode in the words of the facility file")
    instrument: str | None = Field(description="That was calibrated", examples=["n07:vw1"])
    level: int | None = Field(description="Of an alarm: 0 green, 1 yellow, 2 orange, 3 red; of returned the highest")


class Changes(Shape):
    """What changed in a facility between two times."""

    facility: str
    since: Time
    until: Time
    changes: list[Change] = Field(description="The newest first, at most 50")
    is_cut: bool = Field(description="There were more")
