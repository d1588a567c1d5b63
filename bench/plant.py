"""The facility that is measured: as a facility file, for any number of nodes with 50 vibrating wires each.

Besides, a few nodes whose piezometers have a calibration: from what they send, the edge agent derives temperature,
pressure and level.
"""

from collections.abc import Iterator, Sequence
from typing import Final

FACILITY: Final = "bench"
AGENT: Final = "gw1"
PER_NODE: Final = 50
NODES: Final = 40
CALIBRATED_NODES: Final = 8
PIEZOMETERS: Final = 10
"""On each calibrated node."""
HEAD: Final = """\
[facility]
id = "{facility}"
name = "Bench"
version = {version}
timezone = "UTC"
location = {{ lon = 0.0, lat = 0.0 }}
operator = "Nobody"
commissioned = 2019-05-01
public = true
licence = "CC-BY-4.0"
[[facility.geometry]]
valid_from = 2019-05-01
crest_m = 342.0
"""
NODES_OF: Final = """\
[agents.{agent}]
nodes = [{nodes}]
"""
NODE: Final = """\
[nodes.{node}]
expected_interval_s = 60
"""
WIRE: Final = """\
[instruments."{node}:vw{number:02d}"]
driver = "vw_piezometer"
[datastreams."{node}:vw{number:02d}.frequency"]
quantity = "frequency"
unit = "Hz"
"""
PIEZOMETER: Final = """\
[instruments."{at}"]
driver = "vw_piezometer"
pressure = "vented"
[[instruments."{at}".geometry]]
valid_from = 2019-05-01
tip_elevation_m = 318.4
[[instruments."{at}".calibrations]]
valid_from = 2019-05-01
convention = "geokon"
kind = "linear"
gauge_factor_kpa_per_digit = -0.1795
zero_reading_digits = 9082.0
thermal_factor_kpa_per_degc = 0.05
zero_temperature_degc = 12.0
[datastreams."{at}.frequency"]
quantity = "frequency"
unit = "Hz"
[datastreams."{at}.frequency".filters.gross_range]
fail = [400.0, 6000.0]
[datastreams."{at}.thermistor"]
quantity = "resistance"
unit = "Ohm"
[datastreams."{at}.temperature"]
quantity = "temperature"
unit = "Cel"
formula = "thermistor"
inputs = {{ resistance = "{at}.thermistor" }}
parameters = {{ set = "geokon-3k" }}
[datastreams."{at}.pressure"]
quantity = "pore-pressure"
unit = "kPa"
formula = "vw_pressure"
inputs = {{ frequency = "{at}.frequency", temperature = "{at}.temperature" }}
[datastreams."{at}.level"]
quantity = "water-level"
unit = "m"
formula = "piezometric_level"
inputs = {{ pressure = "{at}.pressure" }}
"""


def nodes() -> list[str]:
    """Names of the nodes that send plain readings."""
    return [f"n{number:03d}" for number in range(NODES)]


def calibrated_nodes() -> list[str]:
    """Names of the nodes whose readings are derived from."""
    return [f"p{number:03d}" for number in range(CALIBRATED_NODES)]


def channels() -> list[str]:
    """What a plain node sends, in the order of a pack."""
    return [f"vw{number:02d}.frequency" for number in range(PER_NODE)]


def calibrated_channels() -> list[str]:
    """What a calibrated node sends, in the order of a pack."""
    return [f"vw{number}.{name}" for number in range(PIEZOMETERS) for name in ("frequency", "thermistor")]


def text() -> str:
    """The facility file."""
    return "".join(_parts())


def head(facility: str, names: Sequence[str]) -> str:
    """The beginning of a facility file: one agent with these nodes."""
    listed = ", ".join(f'"{name}"' for name in names)
    return HEAD.format(facility=facility, version=1) + NODES_OF.format(agent=AGENT, nodes=listed)


def _parts() -> Iterator[str]:
    every = [*nodes(), *calibrated_nodes()]
    yield head(FACILITY, every)
    yield from (NODE.format(node=node) for node in every)
    yield from (WIRE.format(node=node, number=number) for node in nodes() for number in range(PER_NODE))
    for node in calibrated_nodes():
        yield from (PIEZOMETER.format(at=f"{node}:vw{number}") for number in range(PIEZOMETERS))
