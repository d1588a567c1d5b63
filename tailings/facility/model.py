"""What a facility file says, as frozen values: facility, agents, nodes, instruments, datastreams."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from itertools import pairwise
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tailings.facility.mappings import Mapping
from tailings.facility.permits import PermitLimit
from tailings.facility.plans import Plan
from tailings.facility.sections import SurveyedSection
from tailings.facility.uncertainties import UncertaintyBudget
from tailings.geometry import Crest, Dated, Text, Tip, in_force

Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Seconds = Annotated[float, Meta(gt=0, le=366 * 86400)]


class Location(Struct, frozen=True, forbid_unknown_fields=True):
    """A point in degrees, longitude first."""

    lon: Longitude
    lat: Latitude


class NodePosition(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a node stands: along the crest, away from it, and above the vertical datum, in metres."""

    chainage_m: float | None = None
    offset_m: float | None = None
    elevation_m: float | None = None
    location: Location | None = None


class StageStorage(Dated, frozen=True, kw_only=True):
    """The volume of water in the pond by its level, as surveyed; both lists rise strictly."""

    level_m: tuple[float, ...]
    volume_m3: tuple[float, ...]

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
    run_off_coefficient: Annotated[float, Meta(ge=0, le=1)]
    author: Text
    source: Text


class Agent(Struct, frozen=True, forbid_unknown_fields=True):
    """An edge agent and the nodes it serves.

    `runs`: at the centre's machine, where `tailwatch up` starts it, or elsewhere, on a gateway of its own. `receivers`:
    what it reads beside its nodes (files, Modbus, SDI-12, other brokers), each a table whose `kind` says what the
    others mean; the agent knows the kinds. `listens`: topics at the site's broker that senders of other makers publish
    on (a network server, a logger).
    """

    id: str
    nodes: tuple[str, ...]
    name: Text | None = None
    runs: Literal["here", "elsewhere"] = "here"
    receivers: Annotated[tuple[dict[str, Any], ...], Meta(max_length=50)] = ()
    listens: Annotated[tuple[str, ...], Meta(max_length=50)] = ()


class NodeSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a node works; what is not named here, its firmware decides. The limits are those of the firmware."""

    interval_s: Annotated[float, Meta(ge=0.02, le=86400)] | None = None
    resend_after_s: Annotated[float, Meta(ge=0.1, le=86400)] | None = None
    hold_link_below_s: Annotated[float, Meta(ge=0, le=86400)] | None = None
    link_limit_s: Annotated[float, Meta(ge=0.1, le=600)] | None = None
    link_timeout_s: Annotated[float, Meta(ge=0.1, le=60)] | None = None
    mark_wait_s: Annotated[float, Meta(ge=0, le=60)] | None = None
    keep_alive_s: Annotated[int, Meta(ge=1, le=3600)] | None = None
    reconnect_least_s: Annotated[float, Meta(ge=0.01, le=3600)] | None = None
    reconnect_most_s: Annotated[float, Meta(ge=0.01, le=86400)] | None = None
    ask_time_after_s: Annotated[float, Meta(ge=0.05, le=3600)] | None = None
    refresh_time_after_s: Annotated[float, Meta(ge=1, le=2592000)] | None = None
    outbox_bytes: Annotated[int, Meta(ge=2048, le=1_000_000_000)] | None = None
    segment_bytes: Annotated[int, Meta(ge=512, le=65536)] | None = None
    link_least_v: Annotated[float, Meta(ge=0, le=60)] | None = None


class Node(Struct, frozen=True, forbid_unknown_fields=True):
    """A field sensor node; `agent` is the id of the one agent that serves it.

    A pack is expected every `expected_interval_s`; the node measures as often, unless its settings say otherwise.
    """

    id: str
    agent: str
    expected_interval_s: Seconds
    settings: NodeSettings = NodeSettings()
    name: Text | None = None
    position: NodePosition | None = None


class Instrument(Struct, frozen=True, forbid_unknown_fields=True):
    """One measuring device, named `n07:vw1`; settings and calibrations have the driver's own shape.

    pressure: whether a gauge has the air's pressure in its reading ("absolute": sealed) or not ("vented"; "none": it
    measures no pressure). geometry: where its tip is, by date. uncertainty: its budgets, by date. title: the name
    that is painted on it; place: where people look for it. replacement_cost: to have it read again if it has failed,
    work included, in the facility's currency.
    """

    name: str
    node: str
    driver: str
    maker: Text | None = None
    model: Text | None = None
    serial: Text | None = None
    installed: dt.date | None = None
    pressure: Literal["vented", "absolute", "none"] | None = None
    replacement_cost: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    settings: Any = None
    geometry: tuple[Tip, ...] = ()
    calibrations: tuple[Any, ...] = ()
    uncertainty: tuple[UncertaintyBudget, ...] = ()
    title: Text | None = None
    place: Text | None = None

    def tip_m(self, at: dt.datetime) -> float | None:
        """The elevation of its tip at an instant; None when none was stated for then."""
        tip = in_force(self.geometry, at)
        return None if tip is None else tip.tip_elevation_m


class Datastream(Struct, frozen=True, forbid_unknown_fields=True):
    """One quantity of one instrument, named `n07:vw1.pressure`; derived by a formula, or raw without one.

    inputs: role of the formula -> name of a datastream. parameters: the formula's own Struct, None when raw.
    geometry: entries of the formula's own dated Struct: the zeros, ranges and elevations that it counts from.
    filters: name of a filter -> its own settings Struct, in the order of the file.
    """

    name: str
    node: str
    instrument: str
    quantity: str
    unit: str
    expected_interval_s: Seconds
    formula: str | None = None
    inputs: dict[str, str] = {}
    parameters: Any = None
    geometry: tuple[Any, ...] = ()
    filters: dict[str, Any] = {}
    title: Text | None = None

    @property
    def is_raw(self) -> bool:
        """Whether it is as measured, not derived."""
        return self.formula is None


class Facility(Struct, frozen=True, forbid_unknown_fields=True, eq=False, weakref=True):
    """A facility, checked: whatever it refers to exists, units fit, formulas do not run in circles."""

    id: str
    name: Text
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    timezone: str
    location: Location
    commissioned: dt.date
    version_hash: str
    crs: Text = "EPSG:4326"
    vertical_datum: Text | None = None
    region: Text | None = None
    operator: Text | None = None
    consequence_class: str | None = None
    public: bool = False
    licence: Text | None = None
    sample_data: Text | None = None
    """What of this facility is invented, in a sentence; its pages carry it on top. None: nothing is."""
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", examples=["EUR"])] | None = None
    minimum_freeboard_m: Annotated[float, Meta(ge=0)] | None = None
    geometry: tuple[Crest, ...] = ()
    stage_storage: tuple[StageStorage, ...] = ()
    catchment: tuple[Catchment, ...] = ()
    permit: tuple[PermitLimit, ...] = ()
    agents: dict[str, Agent] = {}
    nodes: dict[str, Node] = {}
    instruments: dict[str, Instrument] = {}
    datastreams: dict[str, Datastream] = {}
    tarp: dict[str, Plan] = {}
    sections: dict[str, SurveyedSection] = {}
    mappings: dict[str, Mapping] = {}
    derived_order: tuple[str, ...] = ()

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
