"""What `tailwatch energy` says: lines for a person, values for a program."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from tailings.facility import Facility
from tailwatch import energy
from tailwatch.energy import CASES, EnergyFigures, NodeEnergy

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_DAYS: Final = 999
NOT_KNOWN: Final = frozenset({"assumed", "secondary"})


def lines(facility: Facility, found: Sequence[NodeEnergy], figures: EnergyFigures) -> Iterator[str]:
    """The nodes, the days without sun, and what all of it rests on."""
    battery, panel = figures.battery, figures.panel
    yield f"{facility.id}: {battery.volts:g} V {battery.ampere_hours:g} Ah, panel {panel.watts:g} W, typical - worst"
    yield "not measured on a board: data sheets' currents, and times of the firmware on the VM"
    for one in found:
        yield ""
        yield from _node_lines(one)
    if (node := _hungriest(found)) is None:
        return
    yield ""
    yield f"days without sun of {node.plan.name}, on the worst day of each month, worst-typical"
    yield "latitude " + "".join(f"{name:>10}" for name in MONTHS)
    for latitude, typical, worst in _rows(facility, node, figures):
        days = (f"{_days(low)}-{_days(high)}" for low, high in zip(worst, typical, strict=True))
        mark = "*" if latitude == facility.location.lat else " "
        yield f"{latitude:7.2f}{mark} " + "".join(f"{span:>10}" for span in days)
    yield "* of the facility; 0: the battery has switched the node off"
    yield ""
    yield "not known, and assumed: " + ", ".join(name for name, _ in assumed(figures))


def node(one: NodeEnergy) -> dict[str, Any]:
    """One node for a program: charges in mAh of its battery."""
    return {
        "node": one.plan.name,
        "interval_s": one.plan.interval_s,
        "instruments": one.plan.drivers,
        "not_counted": one.plan.not_counted,
        **{case: _case(one, case) for case in CASES},
    }


def by_latitude(facility: Facility, found: Sequence[NodeEnergy], figures: EnergyFigures) -> list[dict[str, Any]]:
    """Of the node that takes most, by latitude and month; its own latitude first."""
    chosen = _hungriest(found)
    if chosen is None:
        return []
    return [
        {"node": chosen.plan.name, "latitude_deg": latitude, "typical": typical, "worst": worst}
        for latitude, typical, worst in _rows(facility, chosen, figures)
    ]


def picture(facility: Facility, found: Sequence[NodeEnergy], figures: EnergyFigures) -> str:
    """The year of the node that takes most."""
    chosen = _hungriest(found)
    if chosen is None:
        raise OSError(f"{facility.id} has no node, so there is nothing to draw")
    battery, latitude = figures.battery, facility.location.lat
    beneath = (
        f"{abs(latitude):.1f}° {'N' if latitude >= 0 else 'S'}, every {chosen.plan.interval_s:g} s, battery "
        f"{battery.volts:g} V {battery.ampere_hours:g} Ah, panel {figures.panel.watts:g} W. Computed, not measured."
    )
    return energy.picture(f"{facility.name}: node {chosen.plan.name} over a year", beneath, chosen.years)


def assumed(figures: EnergyFigures) -> Iterator[tuple[str, str]]:
    """Each figure that no opened text stands behind, with what it says of itself."""
    groups = {"currents": figures.currents, "times": figures.times}
    for group, struct in groups.items():
        for name in struct.__struct_fields__:
            one = getattr(struct, name)
            if one.basis in NOT_KNOWN:
                yield f"{group}.{name}", one.source
    for name, draw in figures.instruments.items():
        if draw.basis in NOT_KNOWN:
            yield f"instruments.{name}", draw.source
    for name in ("converter", "battery", "panel", "climate"):
        one = getattr(figures, name)
        if one.basis in NOT_KNOWN:
            yield name, one.source


def _node_lines(one: NodeEnergy) -> Iterator[str]:
    plan, typical, worst = one.plan, one.cycles["typical"], one.cycles["worst"]
    held = ", the link is held open and it never sleeps" if typical.holds_link else ""
    yield f"{plan.name}: every {plan.interval_s:g} s{held}; {', '.join(plan.drivers) or 'no instruments'}"
    if plan.not_counted:
        yield f"  not counted, for the firmware has no driver: {', '.join(plan.not_counted)}"
    if worst.interval_s > plan.interval_s:
        yield f"  in the worst case a cycle takes {worst.interval_s:.1f} s, longer than its interval"
    yield f"  {'':12}{'mAh a cycle':>20}{'mAh a day':>20}"
    for state in energy.STATES:
        cycle = f"{typical.charge_mah[state]:.3g} - {worst.charge_mah[state]:.3g}"
        yield f"  {state:12}{cycle:>20}{f'{typical.per_day_mah[state]:.3g} - {worst.per_day_mah[state]:.3g}':>20}"
    day = f"{sum(typical.per_day_mah.values()):.3g} - {sum(worst.per_day_mah.values()):.3g}"
    yield f"  {'all':12}{f'{typical.total_mah:.3g} - {worst.total_mah:.3g}':>20}{day:>20}"
    least, off = (one.years[case].smallest_share for case in CASES), one.years["worst"].days_off
    yield "  least charge of the year {:.0%} - {:.0%}; days off {} - {}".format(
        *least, one.years["typical"].days_off, off
    )


def _case(one: NodeEnergy, case: energy.Case) -> dict[str, Any]:
    cycle, year = one.cycles[case], one.years[case]
    return {
        "cycle_s": cycle.interval_s,
        "awake_s": cycle.awake_s,
        "holds_link": cycle.holds_link,
        "cycle_mah": cycle.charge_mah,
        "day_mah": cycle.per_day_mah,
        "smallest_charge": year.smallest_share,
        "days_off": year.days_off,
        "charge_by_month": year.by_month(year.share),
        "days_without_sun_by_month": year.by_month(year.days_without_sun),
    }


def _rows(
    facility: Facility, node: NodeEnergy, figures: EnergyFigures
) -> Iterator[tuple[float, tuple[float, ...], tuple[float, ...]]]:
    site_deg = facility.location.lat
    for latitude in (site_deg, *energy.LATITUDES):
        typical, worst = (energy.days_without_sun(latitude, site_deg, node, figures, case) for case in CASES)
        yield latitude, typical, worst


def _hungriest(found: Sequence[NodeEnergy]) -> NodeEnergy | None:
    return max(found, key=lambda one: sum(one.cycles["worst"].per_day_mah.values()), default=None)


def _days(days: float) -> str:
    return f"{min(int(days), MOST_DAYS)}"
