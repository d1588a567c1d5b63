"""A pond that is not the demo's: the delivered example, its plan approved."""

from pathlib import Path
from typing import Final

import tailwatch.examples
from tailings.facility import Facility, parse

FILE: Final = Path(tailwatch.examples.__file__).with_name("pond.toml")
DRIVERS: Final = ("battery", "current_loop", "rain_gauge")
PLANS: Final = ("overtopping", "minimum-freeboard")


def text() -> str:
    """The file, with the plan in force."""
    approved = 'failure_mode = "overtopping"\napproved_by = "Engineer of Record"\napproved_on = 2024-06-12'
    return FILE.read_text().replace('failure_mode = "overtopping"', approved)


def pond() -> Facility:
    """The facility of that file."""
    return parse(text())


def with_plan(name: str, *levels: str, more: str = "") -> Facility:
    """That facility with one more plan in force; levels: their conditions, from yellow on. more: what else it says."""
    return parse(text() + plan_text(name, *levels) + more)


def plan_text(name: str, *levels: str) -> str:
    """A plan in force as its lines."""
    said = f'\n[tarp.{name}]\nfailure_mode = "{name}"\napproved_by = "Engineer of Record"\napproved_on = 2024-06-12\n'
    for level, when in zip(("yellow", "orange", "red"), levels, strict=False):
        said += f'[[tarp.{name}.levels]]\nlevel = "{level}"\nwhen = {when}\n'
        said += 'actions = [{ who = "Shift lead", what = "Look at the pond", within_h = 1.0 }]\n'
    return said


def rate(value_m_per_h: float, over_h: float, more: str = "", gauge: str = "n01") -> str:
    """A condition: the pond rises so fast, over so many hours."""
    over_s = over_h * 3600
    return (
        f'{{ datastream = "{gauge}:pond.level", test = "above", value = {value_m_per_h}, rate_over_s = {over_s:g}, '
        f"for_n = 3{more} }}"
    )


def apart(value_m: float, test: str = "away", more: str = "") -> str:
    """A condition: the two gauges of the pond differ by so much."""
    to = f'{{ datastream = "n02:pond.level"{more} }}'
    return f'{{ datastream = "n01:pond.level", test = "{test}", value = {value_m}, for_n = 3, against = {to} }}'
