"""Small facilities for the lint: a loop, a weir, a piezometer with its corrections, and whatever plan a test states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tailings import Facility, parse

HEAD = """
[facility]
id = "small"
name = "Small"
version = 1
timezone = "UTC"
location = { lon = 0.0, lat = 0.0 }
commissioned = 2019-05-01
[[facility.geometry]]
valid_from = 2019-05-01
crest_m = 342.0
[[facility.stage_storage]]
valid_from = 2019-05-01
level_m = [334.0, 338.0, 342.0]
volume_m3 = [0.0, 260000.0, 870000.0]
[agents.gw1]
nodes = ["n1", "n2"]
[nodes.n1]
expected_interval_s = 300
[nodes.n2]
expected_interval_s = 300
[instruments."n1:loop"]
driver = "current_loop"
pressure = "vented"
[instruments."n2:pond"]
driver = "pond_level"
pressure = "vented"
[instruments."n1:weir"]
driver = "weir_gauge"
pressure = "vented"
[instruments."n1:rain"]
driver = "rain_gauge"
[instruments."n1:baro"]
driver = "barometer"
settings = { has_temperature = 1 }
[instruments."n2:vw1"]
driver = "vw_piezometer"
pressure = "absolute"
[[instruments."n2:vw1".geometry]]
valid_from = 2019-05-01
tip_elevation_m = 318.4
[[instruments."n2:vw1".calibrations]]
valid_from = 2024-06-12
valid_to = 2025-06-12
convention = "geokon"
kind = "linear"
gauge_factor_kpa_per_digit = -0.1
zero_reading_digits = 9000.0
thermal_factor_kpa_per_degc = 0.05
zero_temperature_degc = 10.0
zero_barometer_kpa = 96.0
[[instruments."n2:vw1".calibrations]]
valid_from = 2025-06-12
valid_to = 2027-01-01
convention = "geokon"
kind = "linear"
gauge_factor_kpa_per_digit = -0.1795
zero_reading_digits = 9082.0
thermal_factor_kpa_per_degc = 0.05
zero_temperature_degc = 12.0
zero_barometer_kpa = 96.1
"""
Filters = Mapping[str, Mapping[str, Any]]


def stream(
    name: str,
    quantity: str,
    unit: str,
    filters: Filters | None = None,
    formula: str = "",
    parameters: str = "",
    *,
    geometry: str = "",
    **inputs: str,
) -> str:
    """A datastream as TOML; inputs by role; geometry: the only entry of its dated list."""
    lines = [f'[datastreams."{name}"]', f'quantity = "{quantity}"', f'unit = "{unit}"']
    if formula:
        given = ", ".join(f'{role} = "{source}"' for role, source in inputs.items())
        lines += [f'formula = "{formula}"', f"inputs = {{ {given} }}"]
    if parameters:
        lines.append(f"parameters = {{ {parameters} }}")
    if geometry:
        lines.append(f"geometry = [{{ valid_from = 2019-05-01, {geometry} }}]")
    for one, settings in (filters or {}).items():
        lines.append(f'[datastreams."{name}".filters.{one}]')
        lines += [f"{key} = {_written(value)}" for key, value in settings.items()]
    return "\n".join(lines) + "\n"


def _written(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_written(inner)}" for key, inner in value.items()) + " }"
    return "[" + ", ".join(_written(one) for one in value) + "]" if isinstance(value, list | tuple) else repr(value)


def loop(low_m: float = 335.0, high_m: float = 343.0, **filters: Mapping[str, Any]) -> str:
    """A level by a loop of 4 to 20 mA; the filters are of the level."""
    current = stream("n1:loop.current", "current", "mA")
    span = f"low_m = {low_m!r}, high_m = {high_m!r}"
    return current + stream(
        "n1:loop.level", "pond-level", "m", filters, "level_from_current", geometry=span, current="n1:loop.current"
    )


def pond(**filters: Mapping[str, Any]) -> str:
    """A level that comes as such, on another node."""
    return stream("n2:pond.level", "pond-level", "m", filters)


def weir(head: Filters | None = None, flow: Filters | None = None) -> str:
    """The flow over a 90 degree notch, with the coefficients of the worked example of its formula."""
    notch = "angle_deg = 90.0, coefficient = 0.578, head_correction_m = 0.00085"
    return stream("n1:weir.height", "gauge-height", "m", head) + stream(
        "n1:weir.flow", "seepage-flow", "L/s", flow, "v_notch_flow", geometry=notch, height="n1:weir.height"
    )


def piezometer(**filters: Mapping[str, Any]) -> str:
    """Frequency, thermistor and barometer to the level; the filters are of the pressure."""
    return (
        stream("n1:baro.pressure", "barometric-pressure", "hPa", {"gross_range": {"fail": [900.0, 1020.0]}})
        + stream("n2:vw1.frequency", "frequency", "Hz", {"gross_range": {"fail": [400.0, 6000.0]}})
        + stream("n2:vw1.thermistor", "resistance", "Ohm")
        + stream(
            "n2:vw1.temperature",
            "temperature",
            "Cel",
            None,
            "thermistor",
            parameters='set = "geokon-3k"',
            resistance="n2:vw1.thermistor",
        )
        + stream(
            "n2:vw1.pressure",
            "pore-pressure",
            "kPa",
            filters,
            "vw_pressure",
            frequency="n2:vw1.frequency",
            temperature="n2:vw1.temperature",
            barometer="n1:baro.pressure",
        )
        + stream("n2:vw1.level", "water-level", "m", None, "piezometric_level", pressure="n2:vw1.pressure")
    )


def leaf(datastream: str, test: str, value: float, more: str = "") -> str:
    """A test of a plan as TOML."""
    return f'{{ datastream = "{datastream}", test = "{test}", value = {value!r}{more} }}'


def plan(*levels: tuple[str, str], more: str = "") -> str:
    """A plan with these levels, each with its condition; more: what else stands in each level."""
    text = '[tarp.plan]\nfailure_mode = "any"\n'
    for level, when in levels:
        text += f'[[tarp.plan.levels]]\nlevel = "{level}"\nwhen = {when}\n{more}\n'
    return text


ACTION = 'actions = [{ who = "Shift", what = "Look", within_h = 4.0 }]'


def small(*parts: str) -> tuple[Facility, str]:
    """The facility, and its text."""
    text = HEAD + "".join(parts)
    return parse(text), text
