"""Figures of a node's energy: currents, times, battery, panel and sky, as hardware/energy.toml states them."""

from __future__ import annotations

import json
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

from msgspec import Meta, Struct

from runtime import settings

Case = Literal["typical", "worst"]
CASES: Final[tuple[Case, ...]] = ("typical", "worst")
Basis = Literal["datasheet", "measured", "secondary", "computed", "assumed"]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(gt=0, le=1)]
MONTHS: Final = 12


class Sourced(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every figure says of itself."""

    basis: Basis
    source: Annotated[str, Meta(min_length=20)]


class CaseRange(Sourced, frozen=True, kw_only=True):
    """A figure with its typical and its worst value."""

    typical: NotNegative
    worst: NotNegative

    def __post_init__(self) -> None:
        if self.worst < self.typical:
            raise ValueError("worst is below typical; the worst case is the larger one")

    def of(self, case: Case) -> float:
        """The value of a case."""
        return self.typical if case == "typical" else self.worst


class PartCurrent(CaseRange, frozen=True, kw_only=True):
    """A current [mA] of a part at a voltage."""

    part: str
    volts: Positive


class Draw(CaseRange, frozen=True, kw_only=True):
    """What an instrument takes from the 12 V rail [mA], and how long it measures once it was asked [s]."""

    measuring_typical_s: NotNegative
    measuring_worst_s: NotNegative

    def measuring_s(self, case: Case) -> float:
        """How long it measures."""
        return self.measuring_typical_s if case == "typical" else self.measuring_worst_s


class Currents(Struct, frozen=True, forbid_unknown_fields=True):
    """The states of a node, each with its current."""

    deep_sleep: PartCurrent
    light_sleep: PartCurrent
    awake: PartCurrent
    radio_listen: PartCurrent
    radio_transmit: PartCurrent
    board_always: PartCurrent
    instrument_rail: PartCurrent
    pluck: PartCurrent


class BoardTimes(Struct, frozen=True, forbid_unknown_fields=True):
    """Times [s] that the VM cannot tell, and the factor from the VM's computing to a board's."""

    boot: CaseRange
    board_factor: CaseRange
    wire_capture: CaseRange
    line: CaseRange
    radio_join: CaseRange
    radio_exchange: CaseRange
    radio_transmit: CaseRange


class Converter(Sourced, frozen=True, kw_only=True):
    """The converter between battery and 3.3 V."""

    efficiency_typical: Share
    efficiency_worst: Share

    def efficiency(self, case: Case) -> float:
        """What of the battery's energy reaches the rail."""
        return self.efficiency_typical if case == "typical" else self.efficiency_worst


class NodeBattery(Sourced, frozen=True, kw_only=True):
    """The battery, and what age and cold take from it."""

    part: str
    volts: Positive
    ampere_hours: Positive
    share_kept_typical: Share
    share_kept_worst: Share
    lowest_share: Annotated[float, Meta(ge=0, lt=1)]
    self_discharge_per_month: Annotated[float, Meta(ge=0, lt=1)]
    charging_efficiency: Share
    no_charge_below_degc: float
    capacity_by_degc: Annotated[tuple[tuple[float, Share], ...], Meta(min_length=2)]

    def __post_init__(self) -> None:
        if any(after[0] <= before[0] or after[1] < before[1] for before, after in pairwise(self.capacity_by_degc)):
            raise ValueError("capacity_by_degc: degrees must rise from point to point, and the share must not fall")

    def share_kept(self, case: Case) -> float:
        """What age has left of its capacity."""
        return self.share_kept_typical if case == "typical" else self.share_kept_worst


class Panel(Sourced, frozen=True, kw_only=True):
    """The panel, and what dirt, age and the regulator take from it."""

    part: str
    watts: NotNegative
    share_typical: Share
    share_worst: Share
    per_degc: Annotated[float, Meta(le=0, gt=-0.02)]
    cell_above_air_degc: float

    def share(self, case: Case) -> float:
        """What of its rated power reaches the battery."""
        return self.share_typical if case == "typical" else self.share_worst


class Sky(Struct, frozen=True, forbid_unknown_fields=True):
    """Clearness and temperature of one latitude."""

    degrees: Annotated[float, Meta(ge=0, le=90)]
    clearness_winter: Share
    clearness_summer: Share
    poor_winter: Share
    poor_summer: Share
    coldest_degc: float
    warmest_degc: float


class Climate(Sourced, frozen=True, kw_only=True):
    """The sky by latitude, from 0 to 90 degrees; twelve months of the site itself count instead of it."""

    latitudes: tuple[Sky, ...]
    monthly_kwh_m2: tuple[NotNegative, ...] = ()
    monthly_poor_kwh_m2: tuple[NotNegative, ...] = ()

    def __post_init__(self) -> None:
        degrees = [one.degrees for one in self.latitudes]
        if len(degrees) < 2 or degrees != sorted(set(degrees)) or (degrees[0], degrees[-1]) != (0.0, 90.0):
            raise ValueError("latitudes: they must rise from 0 to 90 degrees")
        if {len(self.monthly_kwh_m2), len(self.monthly_poor_kwh_m2)} not in ({0}, {MONTHS}):
            raise ValueError("monthly_kwh_m2 and monthly_poor_kwh_m2: state twelve months in both, or none")

    def of_site(self, case: Case) -> tuple[float, ...]:
        """The site's own months; none where the table counts."""
        return self.monthly_kwh_m2 if case == "typical" else self.monthly_poor_kwh_m2


class EnergyFigures(Struct, frozen=True, forbid_unknown_fields=True):
    """All figures of one file."""

    currents: Currents
    instruments: dict[str, Draw]
    times: BoardTimes
    converter: Converter
    battery: NodeBattery
    panel: Panel
    climate: Climate


class DriverTimes(NamedTuple):
    """What a driver takes on the VM: what it waits for on purpose, what it computes, and the rails of its bus."""

    warm_up_s: float
    waited_s: float
    computed_s: float
    bus: str
    rails: tuple[str, ...]


class WakeTimes(NamedTuple):
    """The cycle as firmware/wake_times.py measured it on the VM."""

    vm: str
    boot_computed_s: float
    pack_computed_s: float
    drivers: dict[str, DriverTimes]


def read(file: Path | None = None) -> EnergyFigures:
    """The figures of a file, of the project's own one without it; raises BadSettings."""
    if file is not None:
        return settings.read(file, EnergyFigures)
    with resources.as_file(resources.files("hardware") / "energy.toml") as own:
        return settings.read(own, EnergyFigures)


def wake_times() -> WakeTimes:
    """What was measured on the VM last."""
    found: dict[str, Any] = json.loads((resources.files("firmware") / "wake_times.json").read_text())
    drivers = {name: DriverTimes(**{**one, "rails": tuple(one["rails"])}) for name, one in found["drivers"].items()}
    return WakeTimes(found["vm"], found["boot_computed_s"], found["pack_computed_s"], drivers)
