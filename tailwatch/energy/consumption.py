"""Consumption of a node: what one wake cycle takes from the battery, state by state, and what that is a day.

The steps are those of the firmware (firmware/node/main.py): sleep, boot, rails and instruments in the order of their
warm-up, pack, link. Below `hold_link_below_s` the link stays open and the node never sleeps.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from tailings.facility import Facility
from tailwatch.energy.figures import Case, EnergyFigures, PartCurrent, WakeTimes

State = Literal["sleep", "wake", "excitation", "reading", "radio"]
STATES: Final[tuple[State, ...]] = ("sleep", "wake", "excitation", "reading", "radio")
HOLD_LINK_BELOW_S: Final = 30.0
"""The firmware's own value (firmware/node/settings.py), where the facility file states none."""
SWEEP_S: Final = 0.15
"""The driver's own value (firmware/node/drivers/vw_piezometer.py); a facility file has no other."""
DAY_S: Final = 86_400.0
FIELD_V: Final = 12.0
LINE: Final = "sdi12"
INSTRUMENT_RAIL: Final = "instrument"
PULSE: Final = "rain_gauge"
WIRE: Final = "vw_piezometer"


class PlannedInstrument(NamedTuple):
    """An instrument that the firmware reads: whether the node feeds it, and a warm-up other than its driver's."""

    driver: str
    is_fed: bool = True
    warm_up_s: float | None = None


class NodePlan(NamedTuple):
    """What a facility file says of a node, as far as it takes energy."""

    name: str
    interval_s: float
    instruments: tuple[PlannedInstrument, ...]
    holds_below_s: float = HOLD_LINK_BELOW_S
    not_counted: tuple[str, ...] = ()

    @property
    def drivers(self) -> tuple[str, ...]:
        """Of each instrument."""
        return tuple(one.driver for one in self.instruments)


class Cycle(NamedTuple):
    """One cycle: its length, how long of it the node is awake, and what each state takes from the battery [mAh]."""

    interval_s: float
    awake_s: float
    holds_link: bool
    charge_mah: dict[State, float]

    @property
    def total_mah(self) -> float:
        """Of all states."""
        return sum(self.charge_mah.values())

    @property
    def per_day_mah(self) -> dict[State, float]:
        """Each state's charge in a day."""
        return {state: charge * DAY_S / self.interval_s for state, charge in self.charge_mah.items()}


def plans(facility: Facility, times: WakeTimes) -> tuple[NodePlan, ...]:
    """The nodes of a facility; an instrument that our firmware does not read is named and not counted."""
    found = []
    for name, node in facility.nodes.items():
        mine = [one for one in facility.instruments.values() if one.node == name]
        read = [one for one in mine if one.driver in times.drivers]
        hold_s = node.settings.hold_link_below_s
        found.append(
            NodePlan(
                name,
                node.settings.interval_s or node.expected_interval_s,
                tuple(PlannedInstrument(one.driver, one.supply == "node", one.warm_up_s) for one in read),
                HOLD_LINK_BELOW_S if hold_s is None else hold_s,
                tuple(sorted({one.driver for one in mine if one.driver not in times.drivers})),
            )
        )
    return tuple(found)


def cycle(plan: NodePlan, figures: EnergyFigures, times: WakeTimes, case: Case) -> Cycle:
    """One cycle of a node. A node whose measuring takes longer than its interval begins the next one late."""
    rails_s = _measuring_s(plan, figures, times, case)
    boot_s = figures.times.boot.of(case) + times.boot_computed_s * figures.times.board_factor.of(case)
    counts = PULSE in plan.drivers
    boot_s *= not counts  # out of a light sleep the program goes on
    measuring_s = rails_s + times.pack_computed_s * figures.times.board_factor.of(case)
    holds = plan.interval_s < plan.holds_below_s
    link_s = figures.times.radio_join.of(case) + figures.times.radio_exchange.of(case)
    awake_s = measuring_s if holds else boot_s + measuring_s
    interval_s = max(plan.interval_s, awake_s if holds else awake_s + link_s)
    on_air_s = interval_s if holds else link_s
    asleep_s = 0.0 if holds else interval_s - awake_s - link_s
    now, rest = figures.currents, figures.currents.light_sleep if counts else figures.currents.deep_sleep
    listen, transmit = now.radio_listen, now.radio_transmit
    sending_s = min(figures.times.radio_transmit.of(case), on_air_s)
    parts: list[tuple[State, PartCurrent | float, float]] = [
        ("sleep", rest, asleep_s),
        ("sleep", now.board_always, interval_s),
        ("wake", now.awake, awake_s),
        ("excitation", now.pluck, SWEEP_S * plan.drivers.count(WIRE)),
        ("reading", now.instrument_rail, rails_s if INSTRUMENT_RAIL in _rails(plan, times) else 0.0),
        *(
            ("reading", figures.instruments[one.driver].of(case), rails_s)
            for one in plan.instruments
            if one.is_fed and one.driver in figures.instruments
        ),
        ("radio", listen, on_air_s - sending_s),
        ("radio", transmit, sending_s),
    ]
    charge = dict.fromkeys(STATES, 0.0)
    for state, current, seconds in parts:
        charge[state] += _battery_mah(current, seconds, figures, case)
    return Cycle(interval_s, interval_s if holds else awake_s + link_s, holds, charge)


def _rails(plan: NodePlan, times: WakeTimes) -> set[str]:
    """The rails that the buses of a node's instruments have switched on."""
    return {rail for name in plan.drivers for rail in times.drivers[name].rails}


def _measuring_s(plan: NodePlan, figures: EnergyFigures, times: WakeTimes, case: Case) -> float:
    """How long the rails are on: instruments are read one after the other, in the order of their warm-up."""
    factor, at_s = figures.times.board_factor.of(case), 0.0
    warm_ups = [
        (times.drivers[one.driver].warm_up_s if one.warm_up_s is None else one.warm_up_s, one.driver)
        for one in plan.instruments
    ]
    for warm_up_s, name in sorted(warm_ups, key=lambda one: one[0]):
        one = times.drivers[name]
        at_s = max(at_s, warm_up_s) + one.waited_s + one.computed_s * factor
        if name == WIRE:
            at_s += figures.times.wire_capture.of(case)
        if one.bus == LINE:
            at_s += figures.times.line.of(case)
        if name in figures.instruments:
            at_s += figures.instruments[name].measuring_s(case)
    return at_s


def _battery_mah(current: PartCurrent | float, seconds: float, figures: EnergyFigures, case: Case) -> float:
    """What the battery gives for a current: what does not hang on it directly goes through the converter."""
    milliamperes, volts = (current.of(case), current.volts) if isinstance(current, PartCurrent) else (current, FIELD_V)
    loss = 1.0 if volts == figures.battery.volts else figures.converter.efficiency(case)
    return milliamperes * volts / figures.battery.volts / loss * seconds / 3600
