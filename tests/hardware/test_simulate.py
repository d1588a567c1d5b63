"""The simulated circuits: all results are as their limits say, and a wrong resistor or a missing clamp is seen."""

import re
import tomllib

import pytest

from firmware.node.drivers import vw_piezometer
from hardware.tools import design, simulate, wire_reading

LIMITS = tomllib.loads((simulate.SIM / "limits.toml").read_text())
BOARDS = simulate.parts({letter: design.read(board) for letter, board in simulate.BOARDS.items()})
CONTROLS = (
    ("loop", {"i_r61": 1500.0}, "adc_volts"),
    ("sdi12", {"m_r20": 1e5}, "spacing"),
    ("sdi12", {"m_r19": 100.0}, "source_ohm"),
    ("sdi12", {"m_c25": 1e-12, "cable_pf": 500.0}, "slope"),
    ("sdi12", {"m_q3_ohm": 1e6}, "deaf"),
    ("sdi12_off", {"m_r22": 1e6}, "off_ohm"),
    ("sdi12_off", {"m_r22": 47e3}, "space_at"),
    ("sdi12_off", {"m_r38": 1e6}, "mark_at"),
    # the Schmitt gate that stood there: 2.44 and 0.67 V at worst behind 100 and 150 kOhm
    ("sdi12_off", {"m_u12_hysteresis": 1.77, "m_r40": 1e12, "m_r38": 168e3, "m_r22": 150e3}, "space_at"),
    ("rs485", {"m_r26": 1e4}, "driven"),
    ("rs485", {"m_r36": 1e9}, "idle"),
    ("rs485", {"m_r37": 120.0}, "bias_w"),
    ("supply", {"mlcc_left": 0.01}, "radio_least"),
    ("solar", {"m_r9": 5e5}, "float_volts"),
    ("surge", {"i_d11_vbr": 13.3, "i_d11_rd": 0.7}, "vdd_peak"),
    ("surge", {"i_d15_rs": 1e6}, "th_pin"),
    ("surge", {"i_r63": 2200.0}, "loop_ma"),
    ("surge", {"m_r19": 100.0}, "sdi_ma"),
    ("surge", {"m_r22": 1e6}, "sdi_heard"),
    ("surge", {"m_d10_rd": 0.5}, "field12_pin"),
    ("surge", {"m_d3_rd": 1.1}, "panel_pin"),
    ("wire-noise", {"i_u3_nv": 500.0}, "snr"),
    ("wire-noise", {"i_r8": 22e3, "coil_mh": 35.0, "cable_pf_m": 60.0}, "strong_6000"),
)
"""A wrong resistor, dried-out capacitors, a clamp that is missing or too small: and the result then refused."""


def of(circuit: str, measure: str, changed: dict[str, float]) -> simulate.Outcome:
    return next(one for one in simulate.simulate(circuit, changed, runs=0) if one.limit.measure == measure)


@pytest.mark.foreign
@pytest.mark.parametrize("circuit", LIMITS)
def test_each_result_is_as_its_limit_says(circuit: str) -> None:
    """Met by the worst run, or unmet where the limit says that it is open."""
    assert [one for one in simulate.simulate(circuit) if not one.is_as_stated] == []


@pytest.mark.foreign
@pytest.mark.parametrize(("circuit", "changed", "measure"), CONTROLS)
def test_a_wrong_part_is_seen(circuit: str, changed: dict[str, float], measure: str) -> None:
    """The control: the same limit that is met with the parts as designed."""
    assert of(circuit, measure, {}).is_met
    assert not of(circuit, measure, changed).is_met


@pytest.mark.foreign
def test_a_comparator_that_is_far_off_shifts_the_frequency() -> None:
    """The control of the tone: 300 mV on a long cable, which the third stage does not make small enough."""
    text = (simulate.SIM / "wire.cir").read_text()
    wrong = {"i_u4_offset": -0.3, "coil_mh": 40.0, "cable_pf_m": 150.0}
    values = {name: one.value for name, one in simulate.spreads(text, BOARDS, wrong).items()}

    assert wire_reading.tone(text, values, {6000: wire_reading.BANDS[6000]})["weak_6000"] > 0.1


@pytest.mark.foreign
def test_a_cable_without_a_wire_gives_no_frequency() -> None:
    """The comparator passes on noise then, and the firmware refuses it by the scatter of its edges."""
    text = (simulate.SIM / "wire.cir").read_text()
    values = {name: one.value for name, one in simulate.spreads(text, BOARDS, {"coil_ohm": 1e6}).items()}
    noise_v = wire_reading.noise(text, values)["onoise_total"]

    silent = {**values, "fw": 6000.0, "emf_v": 0.0, "amp_noise_v": noise_v}
    edges = wire_reading.edges_us(*wire_reading.ring_down(text, silent, *wire_reading.BANDS[6000]))

    assert vw_piezometer.convert(edges, len(edges))[1] > 10 * vw_piezometer.MOST_SCATTER


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


def test_a_limit_that_is_open_is_said_until_it_is_met() -> None:
    """It is as stated while it is not met, and no longer once it is."""
    limit = simulate.Limit("high", "V", "own", high=1.0, open="another part")
    unmet, met = (simulate.Outcome("circuit", limit, 0.5, worst) for worst in (2.0, 0.9))

    assert unmet.is_as_stated and not met.is_as_stated
    assert [list(simulate.lines([one]))[1].partition("V  ")[2] for one in (unmet, met)] == [
        "NOT MET: another part",
        "MET, take `open` out: another part",
    ]


def test_what_a_part_does_stands_once() -> None:
    """By the name of an item of a board; no value of a resistor, and nothing of a part that is on none."""
    values = tomllib.loads((simulate.SIM / "values.toml").read_text())

    assert set(values) == {"models", "items"}
    assert set(values["items"]) <= {item.key for item in BOARDS.values()}


def test_a_circuit_has_the_part_that_is_on_the_board() -> None:
    """D10 changed to D13's item, R19 to R3's: the circuit gets what these do, as if they had stood there always."""
    changed = BOARDS | {"m_d10": BOARDS["m_d13"], "m_r19": BOARDS["m_r3"]}

    found = simulate.spreads("{m_d10_vbr} {m_r19}", changed, {})

    assert found["m_d10_vbr"] == simulate.spreads("{m_d13_vbr}", BOARDS, {})["m_d13_vbr"]
    assert found["m_r19"].value == 1000.0


@pytest.mark.parametrize(
    ("circuit", "said"), [("{m_r999}", "m_r999: no part"), ("{m_d10_colour}", "does not say the colour of smbj16")]
)
def test_a_part_that_is_not_known_is_named(circuit: str, said: str) -> None:
    """One that is on no board, and a trait that values.toml does not have."""
    with pytest.raises(simulate.CannotSimulate, match=said):
        simulate.spreads(circuit, BOARDS, {})


def test_the_corner_of_a_limit_is_found() -> None:
    """Of a difference: one value high and the other low, which neither both ends of all at once nor chance gives."""
    table = {"a": simulate.Spread(1, 0, 2), "b": simulate.Spread(1, 0, 2)}
    limits = [simulate.Limit("left", "V", "own", high=1.5)]

    found = list(simulate.corners(table, lambda values: {"left": values["a"] - values["b"]}, limits))

    assert found == [{"a": 2, "b": 0}]


def test_a_limit_follows_the_part() -> None:
    """What U1 bears at a pin is the limit there."""
    table = simulate.spreads("{i_u1_pin_v} {m_u9_bus_v} {m_u12_pin_v}", BOARDS, {})
    limits, _ = simulate.limits_of("surge", table)

    assert {one.measure: one.high for one in limits}["vw_pin"] == 4.6


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
