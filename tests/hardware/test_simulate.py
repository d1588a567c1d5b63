"""The simulated circuits: all results are as their limits say, and a wrong resistor or a missing clamp is seen."""

import re
import tomllib
from pathlib import Path

import pytest

from hardware.tools import simulate, wire_reading

LIMITS = tomllib.loads((simulate.SIM / "limits.toml").read_text())
WORSE = {
    "loop": ({"i_r61": 1500.0}, "adc_volts"),
    "sdi12": ({"m_r20": 1e5}, "spacing"),
    "sdi12_off": ({"m_r22": 1e6}, "off_ohm"),
    "rs485": ({"m_r25": 1000.0}, "driven"),
    "supply": ({"mlcc_left": 0.01}, "radio_least"),
    "solar": ({"m_r9": 5e5}, "float_volts"),
    "surge": ({"sm712_rd": 1e6}, "th_ma"),
    "wire-noise": ({"amp_nv": 500.0}, "snr"),
}
"""A wrong resistor, dried-out capacitors, a clamp that is not there: and the result that must then be refused."""
BETTER = (
    ("sdi12", {"m_r19": 1200.0}, ("source_ohm",)),
    ("sdi12", {"m_r19": 1200.0, "cable_pf": 3300.0}, ("slope",)),
    ("rs485", {"bias_ohm": 330.0}, ("idle",)),
    ("surge", {"m_r19": 1200.0, "i_r63": 2700.0, "i_r12": 220.0}, ("sdi_ma", "loop_ma", "vw_pin", "vdd_peak")),
    ("surge", {"smaj16_rd": 0.35, "smaj24_rd": 0.32}, ("field12_pin", "panel_pin")),
    ("wire-tone", {"i_r54": 1e7}, ("weak_1500", "weak_2800", "weak_4500", "weak_6000")),
)
"""What `open` says would help. A larger suppressor is one with less resistance: 26.0 V at 23 A, 38.9 V at 38 A."""


def of(circuit: str, measure: str, changed: dict[str, float]) -> simulate.Outcome:
    return next(one for one in simulate.simulate(circuit, changed, runs=0) if one.limit.measure == measure)


@pytest.mark.foreign
@pytest.mark.parametrize("circuit", LIMITS)
def test_each_result_is_as_its_limit_says(circuit: str) -> None:
    """Met by the worst run, or unmet where the limit says that it is open."""
    assert [one for one in simulate.simulate(circuit) if not one.is_as_stated] == []


@pytest.mark.foreign
@pytest.mark.parametrize("circuit", WORSE)
def test_a_wrong_part_is_seen(circuit: str) -> None:
    """The control: the same limit that is met with the parts as designed."""
    changed, measure = WORSE[circuit]

    assert of(circuit, measure, {}).is_met
    assert not of(circuit, measure, changed).is_met


@pytest.mark.foreign
@pytest.mark.parametrize(("circuit", "changed", "measures"), BETTER)
def test_what_would_help_helps(circuit: str, changed: dict[str, float], measures: tuple[str, ...]) -> None:
    """Limits that are open are met with the change that their sentences name."""
    found = {one.limit.measure: one for one in simulate.simulate(circuit, changed, runs=0)}

    assert [measure for measure in measures if not found[measure].is_met or not found[measure].limit.open] == []


@pytest.mark.foreign
def test_a_circuit_that_cannot_be_simulated_is_named() -> None:
    """By its title, with what ngspice said."""
    with pytest.raises(simulate.CannotSimulate, match="nothing"):
        simulate.ngspice("* nothing\nR1 a 0 {missing}\n.end\n", {})


def test_each_limit_has_its_source() -> None:
    """And each model value says where it lies and where it comes from."""
    models = tomllib.loads((simulate.SIM / "values.toml").read_text())["models"]

    assert all(len(limit["source"]) >= 8 for one in LIMITS.values() for limit in one["limits"])
    assert all(one["low"] <= one["value"] <= one["high"] and len(one["source"]) > 6 for one in models.values())


def test_the_parts_are_those_of_the_boards() -> None:
    """Where the boards are there, values.toml has the same; and each circuit names known parts only."""
    parts, differences = simulate.stated()
    text = "".join(file.read_text() for file in simulate.SIM.glob("*.cir")) + wire_reading.NEEDED

    assert differences == []
    assert {f"{letter}_{ref}" for letter, ref in simulate.REFERENCE.findall(text)} <= set(parts)


def test_a_board_that_differs_is_told(tmp_path: Path) -> None:
    """R12 of the instrument board changed: by its name, with both values, and the board's counts."""
    for letter, board in simulate.BOARDS.items():
        (tmp_path / board).mkdir()
        (tmp_path / board / "node.toml").write_text(f'[sheets.s.parts]\nR12 = {{ item = "{letter}" }}\n')
    (tmp_path / "lib").mkdir()
    own = simulate.stated()[0]
    (tmp_path / "lib" / "items.toml").write_text(f'[i]\nvalue = "47 Ohm 1%"\n[m]\nvalue = "{own["m_r12"]}"\n')

    parts, differences = simulate.stated(tmp_path)

    assert parts["i_r12"] == "47 Ohm 1%"
    assert differences == ["i_r12: values.toml has 22 Ohm 1%, instrument/node.toml 47 Ohm 1%"]


@pytest.mark.parametrize(
    ("text", "value", "low"),
    [("22 kOhm 1%", 22e3, 21.78e3), ("470 pF C0G 50 V", 470e-12, 446.5e-12), ("1.05 MOhm 1%", 1.05e6, 1.0395e6)],
)
def test_a_value_is_read_as_the_bill_of_materials_writes_it(text: str, value: float, low: float) -> None:
    """With its tolerance."""
    assert simulate.size(text)[:2] == pytest.approx((value, low))


def test_what_is_no_value_is_refused() -> None:
    """With a sentence that says how to write one."""
    with pytest.raises(simulate.CannotSimulate, match=re.escape("'22k' is no value")):
        simulate.size("22k")
