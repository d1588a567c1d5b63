"""What a facility file says, as frozen values: facility, agents, nodes, instruments, datastreams."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from itertools import pairwise
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tailings.disclosure import Disclosure
from tailings.facility.mappings import Mapping
from tailings.facility.permits import PermitLimit
from tailings.facility.places import NOT_IN_FILE, plugin, tables, unstated, words
from tailings.facility.plans import Plan
from tailings.facility.sections import SurveyedSection
from tailings.facility.uncertainties import UncertaintyBudget
from tailings.geometry import Crest, Dated, Text, Tip, in_force

Given = Annotated[str, NOT_IN_FILE]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Seconds = Annotated[float, Meta(gt=0, le=366 * 86400)]


class Location(Struct, frozen=True, forbid_unknown_fields=True):
    """A point in degrees, longitude first."""

    lon: Longitude
    """Longitude by the crs of the facility, east positive. [deg]"""
    lat: Latitude
    """Latitude, north positive. [deg]"""


class NodePosition(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a node stands: along the crest, away from it, and above the vertical datum, in metres."""

    chainage_m: float | None = None
    """How far along the crest it stands."""
    offset_m: float | None = None
    """How far from the crest it stands, downstream positive."""
    elevation_m: float | None = None
    """Its elevation above the vertical datum."""
    location: Location | None = None
    """Its point on the map."""


class StageStorage(Dated, frozen=True, kw_only=True):
    """The volume of water in the pond by its level, as surveyed; both lists rise strictly."""

    level_m: tuple[float, ...]
    """Levels of the pond above the vertical datum, rising."""
    volume_m3: tuple[float, ...]
    """The volume of water at each of these levels, rising."""

    def __post_init__(self) -> None:
        if len(self.level_m) != len(self.volume_m3) or len(self.level_m) < 2:
            raise ValueError("level_m and volume_m3 need the same number of points, two or more")
        for name, points in (("level_m", self.level_m), ("volume_m3", self.volume_m3)):
            if any(after <= before for before, after in pairwise(points)):
                raise ValueError(f"{name} must rise from each point to the next; sort the survey by level")

    def volume_at_m3(self, level_m: float) -> float | None:
        """The volume at a level [m3], by straight lines between the points; None outside of the survey."""
        if not self.level_m[0] <= level_m <= self.level_m[-1]:
            return None
        place = min(bisect_right(self.level_m, level_m), len(self.level_m) - 1)
        rise_m = self.level_m[place] - self.level_m[place - 1]
        surface_m2 = (self.volume_m3[place] - self.volume_m3[place - 1]) / rise_m
        return self.volume_m3[place - 1] + surface_m2 * (level_m - self.level_m[place - 1])

    def surface_m2(self, level_m: float) -> float | None:
        """The water surface at a level [m2]: how steeply the volume rises there; None outside of the survey."""
        if not self.level_m[0] <= level_m <= self.level_m[-1]:
            return None
        place = min(bisect_right(self.level_m, level_m), len(self.level_m) - 1)
        rise_m = self.level_m[place] - self.level_m[place - 1]
        return (self.volume_m3[place] - self.volume_m3[place - 1]) / rise_m


class Catchment(Dated, frozen=True, kw_only=True):
    """The ground that drains into the pond, the pond itself included, and the share of its rain that gets there.

    run_off_coefficient: that share for the ground outside of the pond, 0 to 1, over a month. Both are an assumption:
    `author` answers for it from `valid_from` on, on the ground that `source` names.
    """

    area_m2: Annotated[float, Meta(gt=0, le=1e10)]
    """The whole area that drains into the pond, the pond included."""
    run_off_coefficient: Annotated[float, Meta(ge=0, le=1)]
    """The share of the rain beside the pond that gets into it, over a month."""
    author: Text
    """Who answers for these figures."""
    source: Text
    """What they rest on: a design report, a study."""


class Agent(Struct, frozen=True, forbid_unknown_fields=True):
    """An edge agent and the nodes it serves."""

    id: Given
    nodes: tuple[str, ...]
    """The nodes that it serves; each node stands under one agent."""
    name: Text | None = None
    """What people call it."""
    runs: Literal["here", "elsewhere"] = "here"
    """Where: here is the centre's machine, on which `tailwatch up` starts it; elsewhere is a gateway of its own."""
    receivers: Annotated[tuple[dict[str, Any], ...], Meta(max_length=50)] = ()
    """What it reads beside its nodes (files, Modbus, SDI-12, other brokers); `kind` says what else each one has."""
    listens: Annotated[tuple[str, ...], Meta(max_length=50)] = ()
    """Topics at the site's broker that senders of other makers publish on, with + for a whole level."""


class NodeSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a node works; what is not named here, its firmware decides. The limits are those of the firmware."""

    interval_s: Annotated[float, Meta(ge=0.02, le=86400)] | None = None
    """How often the node measures; without it as often as expected_interval_s says."""
    resend_after_s: Annotated[float, Meta(ge=0.1, le=86400)] | None = None
    """After what time without an acknowledgement a pack is sent again."""
    hold_link_below_s: Annotated[float, Meta(ge=0, le=86400)] | None = None
    """Below which interval the link stays open between two packs."""
    link_limit_s: Annotated[float, Meta(ge=0.1, le=600)] | None = None
    """How long one contact may take."""
    link_timeout_s: Annotated[float, Meta(ge=0.1, le=60)] | None = None
    """How long the node waits for an answer of the link."""
    mark_wait_s: Annotated[float, Meta(ge=0, le=60)] | None = None
    """How long a contact waits for what the broker holds for it."""
    keep_alive_s: Annotated[int, Meta(ge=1, le=3600)] | None = None
    """The keep-alive of its MQTT session."""
    reconnect_least_s: Annotated[float, Meta(ge=0.01, le=3600)] | None = None
    """The shortest wait before it connects again."""
    reconnect_most_s: Annotated[float, Meta(ge=0.01, le=86400)] | None = None
    """The longest wait before it connects again."""
    ask_time_after_s: Annotated[float, Meta(ge=0.05, le=3600)] | None = None
    """After what time without a clock it asks for the time."""
    refresh_time_after_s: Annotated[float, Meta(ge=1, le=2592000)] | None = None
    """After what time it asks for the time again."""
    outbox_bytes: Annotated[int, Meta(ge=2048, le=1_000_000_000)] | None = None
    """How much its outbox may hold."""
    segment_bytes: Annotated[int, Meta(ge=512, le=65536)] | None = None
    """The size of one file of the outbox."""
    link_least_v: Annotated[float, Meta(ge=0, le=60)] | None = None
    """Below which battery voltage it measures and does not send."""


class Node(Struct, frozen=True, forbid_unknown_fields=True):
    """A field sensor node; `agent` is the id of the one agent that serves it.

    A pack is expected every `expected_interval_s`; the node measures as often, unless its settings say otherwise.
    """

    id: Given
    agent: Given
    expected_interval_s: Seconds
    """How often a pack is expected; three times as long without one, and it counts as silent."""
    settings: NodeSettings = NodeSettings()
    """How the node works, where its firmware is not to decide."""
    name: Text | None = None
    """What people call it."""
    position: NodePosition | None = None
    """Where it stands."""


class Instrument(Struct, frozen=True, forbid_unknown_fields=True):
    """One measuring device, named `n07:vw1`; settings and calibrations have the driver's own shape."""

    name: Given
    node: Given
    driver: Annotated[str, words("driver")]
    """The kind of the instrument: what reads it on a node, and which channels it has."""
    maker: Text | None = None
    """Who made it."""
    model: Text | None = None
    """The maker's model."""
    serial: Text | None = None
    """The serial number that is stamped on it."""
    installed: dt.date | None = None
    """The day on which it was installed."""
    pressure: Literal["vented", "absolute", "none"] | None = None
    """What its pressure is against: the air by a tube (vented), nothing (absolute: sealed), or it measures none."""
    replacement_cost: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    """What it costs to have it read again if it has failed, work included. [facility.currency]"""
    supply: Literal["node", "own"] = "node"
    """What an instrument that needs 12 V has it from: the node's terminals, on only while it is read, or its own."""
    warm_up_s: Annotated[float, Meta(ge=0, le=120)] | None = None
    """How long its supply is on before a node reads it; without it as long as its driver says."""
    settings: Annotated[Any, plugin("driver", "Settings")] = None
    """What its driver has to know; the keys are the driver's own."""
    geometry: tuple[Tip, ...] = ()
    """Where its tip is, by date."""
    calibrations: Annotated[tuple[Any, ...], plugin("driver", "CALIBRATION")] = ()
    """Its calibrations, by date, with the keys of its driver."""
    uncertainty: tuple[UncertaintyBudget, ...] = ()
    """How far its readings may err, by date."""
    title: Text | None = None
    """The name that is painted on it."""
    place: Text | None = None
    """Where people look for it."""

    def tip_m(self, at: dt.datetime) -> float | None:
        """The elevation of its tip at an instant; None when none was stated for then."""
        tip = in_force(self.geometry, at)
        return None if tip is None else tip.tip_elevation_m


class Datastream(Struct, frozen=True, forbid_unknown_fields=True):
    """One quantity of one instrument, named `n07:vw1.pressure`; derived by a formula, or raw without one.

    parameters, geometry and filters have the own Structs of the formula and the filters; parameters are None when raw.
    """

    name: Given
    node: Given
    instrument: Given
    quantity: Annotated[str, words("quantity")]
    """What is measured or derived, a word of the list of quantities."""
    unit: Annotated[str, words("unit")]
    """The UCUM unit of its values, one of its quantity; levels, flows, rain, displacement and Eh have one alone."""
    expected_interval_s: Annotated[Seconds, unstated("that of its node")]
    """How often a value is expected; without it as often as a pack of its node."""
    formula: Annotated[str | None, words("formula")] = None
    """The formula that derives it; without one it is raw."""
    inputs: dict[str, str] = {}
    """For each role of the formula the datastream that it takes."""
    parameters: Annotated[Any, plugin("formula", "Parameters")] = None
    """What the formula has to know; the keys are the formula's own."""
    geometry: Annotated[tuple[Any, ...], plugin("formula", "GEOMETRY")] = ()
    """The zeros, ranges and elevations that the formula counts from, by date; the keys are its own."""
    filters: Annotated[dict[str, Any], plugin("filter", "Settings")] = {}
    """The tests that each value passes, in this order; the keys are the filter's own."""
    title: Text | None = None
    """What pages call it instead of the name of its quantity."""

    @property
    def is_raw(self) -> bool:
        """Whether it is as measured, not derived."""
        return self.formula is None


class Facility(Struct, frozen=True, forbid_unknown_fields=True, eq=False, weakref=True):
    """A facility, checked: whatever it refers to exists, units fit, formulas do not run in circles."""

    id: str
    """The id of the facility in addresses and topics; it never changes."""
    name: Text
    """What people call the facility."""
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    """The number of this file's version: one more with each change."""
    timezone: str
    """Its time zone, an IANA name: days begin by it."""
    location: Location
    """The point that stands for it on the map."""
    commissioned: dt.date
    """The day on which it was commissioned; no reading is older."""
    version_hash: Given
    crs: Text = "EPSG:4326"
    """The reference system of all coordinates."""
    vertical_datum: Text | None = None
    """What all elevations are above."""
    region: Text | None = None
    """The region by which it is found, such as a NUTS code."""
    operator: Text | None = None
    """Who operates it."""
    consequence_class: Annotated[str | None, words("consequence class")] = None
    """What its failure would do: low, significant, high, very high or extreme."""
    public: bool = False
    """Whether strangers may read its pages and data."""
    disclosure: Disclosure | None = None
    """Its public page, where strangers may not read everything, and whom they call."""
    licence: Text | None = None
    """The licence of its data, an SPDX identifier."""
    sample_data: Text | None = None
    """What of this facility is invented, in a sentence; its pages carry it on top."""
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", examples=["EUR"])] | None = None
    """The currency of all costs, an ISO 4217 code."""
    minimum_freeboard_m: Annotated[float, Meta(ge=0)] | None = None
    """The least freeboard that permit or design allow; watched like a red level."""
    geometry: tuple[Crest, ...] = ()
    """The crest, by date."""
    stage_storage: tuple[StageStorage, ...] = ()
    """The pond's volume by its level, as surveyed, by date."""
    catchment: tuple[Catchment, ...] = ()
    """The ground that drains into the pond, by date."""
    permit: tuple[PermitLimit, ...] = ()
    """The limits of the permit for water."""
    agents: Annotated[dict[str, Agent], tables("gw1")] = {}
    nodes: Annotated[dict[str, Node], tables("n07")] = {}
    instruments: Annotated[dict[str, Instrument], tables("n07:vw1")] = {}
    datastreams: Annotated[dict[str, Datastream], tables("n07:vw1.pressure")] = {}
    tarp: Annotated[dict[str, Plan], tables("overtopping")] = {}
    sections: Annotated[dict[str, SurveyedSection], tables("a")] = {}
    mappings: Annotated[dict[str, Mapping], tables("logger")] = {}
    derived_order: Annotated[tuple[str, ...], NOT_IN_FILE] = ()

    @property
    def units(self) -> dict[str, str]:
        """The unit of each datastream (UCUM)."""
        return {name: datastream.unit for name, datastream in self.datastreams.items()}

    def crest_m(self, at: dt.datetime) -> float | None:
        """The crest at an instant, m above the datum; None when none was stated for then."""
        crest = in_force(self.geometry, at)
        return None if crest is None else crest.crest_m

    def document(self) -> dict[str, Any]:
        """The facility as plain dicts, lists, numbers and ISO dates, for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain
