"""Rails, from the facility file to the pins: on for as long as an instrument needs, read, and off again. On the VM.

The simulated converter and line are dead without their rail, and an instrument answers only once it has had its 12 V
for as long as sim.json says: a value is the proof that the right rail was on in time. rails.log is written by the pins.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from edge_agent import node_configuration
from tailings import parse
from tests.firmware.conftest import identity
from tests.firmware.node_process import NodeProcess

FACILITY = """
[facility]
id = "vale"
name = "Vale"
commissioned = 2019-05-01
version = 1
timezone = "Europe/Lisbon"
crs = "EPSG:4326"
vertical_datum = "Cascais 1938"
location = { lon = -7.73, lat = 40.16 }

[agents.gw1]
nodes = ["n1"]

[nodes.n1]
expected_interval_s = 600
settings = { link_limit_s = 0.1, link_timeout_s = 0.1, mark_wait_s = 0 }

[instruments."n1:pond"]
driver = "current_loop"

[instruments."n1:sonde"]
driver = "water_quality"
warm_up_s = 0.7
"""
SEEN = {
    "pond.current": 12.5,
    "sonde.ph": 3.1,
    "sonde.conductivity": 2210.0,
    "sonde.temperature": 13.1,
}
NEEDED_S = 0.6  # what the simulated sonde needs of 12 V before it answers
UNREACHABLE_PORT = 1


class Cycle:
    """One wake cycle of a node on the VM: its values, and what its rails did: (ms, rail, level, pins left high)."""

    def __init__(self, built: Path, folder: Path, configuration: dict[str, Any], **world: Any) -> None:
        node = NodeProcess(built, folder, **{**identity(UNREACHABLE_PORT, cycles=1), "configuration": configuration})
        said = {"channels": SEEN, "warm_up_s": {"sonde": NEEDED_S}, "trace": True, **world}
        (folder / "sim.json").write_text(json.dumps(said))
        node.start()
        assert node.wait() == 0, node.said()
        self.values = {name: made.value for name, made in node.journal().values[0].items()}
        log = folder / "rails.log"
        lines = log.read_text().split("\n")[:-1] if log.exists() else []
        words = [line.split() for line in lines]
        self.rails = [(int(ms), rail, int(level), high) for ms, rail, level, *high in words]

    @property
    def switched(self) -> list[tuple[str, int]]:
        """Rail and level, in order of name where both were switched at once."""
        return sorted((rail, level) for _, rail, level, _ in self.rails)


def sent(text: str = FACILITY) -> dict[str, Any]:
    """What the edge agent sends to the node of a facility file."""
    return node_configuration(parse(text, "vale.toml"), "n1")


BOTH = [("field12", 0), ("field12", 1), ("instrument", 0), ("instrument", 1)]


def test_the_rails_of_all_instruments_are_on_while_they_are_read_and_off_after(built: Path, tmp_path: Path) -> None:
    """A loop and a sonde: each says what it sees; off comes after the sonde's own warm-up of the facility file."""
    cycle = Cycle(built, tmp_path, sent())

    assert cycle.switched == BOTH
    assert {name: float(cycle.values[name]) for name in SEEN} == pytest.approx(SEEN, abs=0.05)
    on_ms = cycle.rails[-1][0] - cycle.rails[0][0]
    assert 700 <= on_ms < 2000  # the driver's own warm-up is 2 s, the facility file's 0.7 s


def test_nothing_stays_high_on_a_rail_that_is_off(built: Path, tmp_path: Path) -> None:
    """A select or an address pin at 3.3 V would feed the dead chips through their inputs."""
    cycle = Cycle(built, tmp_path, sent())

    assert [high for _, _, level, high in cycle.rails if not level] == [[], []]


def test_a_failed_read_leaves_no_rail_on(built: Path, tmp_path: Path) -> None:
    """The sonde does not answer, the converter is dead: missing under their reasons, and both rails are off."""
    cycle = Cycle(built, tmp_path, sent(), faults={"sonde": "timeout", "pond": "adc-absent"})

    assert cycle.values["sonde.ph"] == "missing:timeout" and cycle.values["pond.current"] == "missing:adc-absent"
    assert cycle.switched == BOTH


def test_an_instrument_with_its_own_supply_has_no_rail_switched_for_it(built: Path, tmp_path: Path) -> None:
    """Of a loop with a supply of its own the converter's rail is on, and the 12 V are not."""
    text = FACILITY[: FACILITY.index('[instruments."n1:pond"]')]
    text += '[instruments."n1:pond"]\ndriver = "current_loop"\nsupply = "own"\n'

    cycle = Cycle(built, tmp_path, sent(text), own_supply={"pond": 1})

    assert cycle.switched == [("instrument", 0), ("instrument", 1)]
    assert float(cycle.values["pond.current"]) == pytest.approx(12.5, abs=0.001)


def test_control_without_the_rail_in_its_configuration_a_loop_has_no_current(built: Path, tmp_path: Path) -> None:
    """Broken on purpose: what the edge agent sent until `rail` was in it."""
    configuration = sent()
    loop = next(one for one in configuration["instruments"] if one["id"] == "pond")
    assert loop.pop("rail") == "field12"
    configuration["instruments"] = [loop]

    assert Cycle(built, tmp_path, configuration).values["pond.current"] == "missing:open-loop"


def test_control_an_instrument_that_is_read_too_early_does_not_answer(built: Path, tmp_path: Path) -> None:
    """Broken on purpose: a sonde that needs 5 s, where the facility file says 0.7 s."""
    cycle = Cycle(built, tmp_path, sent(), warm_up_s={"sonde": 5.0})

    assert cycle.values["sonde.ph"] == "missing:timeout"


def test_a_rail_that_the_board_has_not_is_named(built: Path, tmp_path: Path) -> None:
    """A configuration for another board: the reading is missing, and the node goes on."""
    loop = {"id": "pond", "driver": "current_loop", "rail": "field24"}

    cycle = Cycle(built, tmp_path, {"interval_s": 60, "link_limit_s": 0.1, "instruments": [loop]})

    assert cycle.values["pond.current"] == "missing:unknown-rail"
