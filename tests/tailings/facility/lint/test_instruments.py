"""What instruments say of themselves: serial numbers, signs, channels that nobody sends."""

import pytest

from tailings.facility import lint
from tests.tailings.facilities import changed
from tests.tailings.facility.lint import small
from tests.tailings.facility.lint.small import piezometer, stream

RAIN = stream("n1:rain.rain", "rain", "mm")
COUNT = stream("n1:rain.count", "tips", "{count}")


def found(code: str, text: str) -> list[lint.Finding]:
    """What one rule finds in a text."""
    return [one for one in lint.find(small.parse(text), text) if one.code == code]


def test_a_channel_that_a_node_never_sends_is_an_error_with_those_that_it_sends() -> None:
    """The firmware's rain gauge sends its running total alone (test_drivers holds that to the firmware)."""
    (one,) = found("channel-never-sent", small.HEAD + RAIN)

    assert (one.severity, one.path, one.values["sent"]) == ("error", ("datastreams", "n1:rain.rain"), ["count"])
    assert found("channel-never-sent", small.HEAD + COUNT) == []


@pytest.mark.parametrize(
    "shown",
    [
        stream("n1:weir.height", "gauge-height", "m"),  # a kind that no node has a driver for
        '[mappings.shed]\ntime_column = "T"\ntime_zone = "UTC"\ncolumns = { r = "n1:rain.rain" }\n',
        '[[agents.gw1.receivers]]\nkind = "modbus"\nregisters = [{ address = 1, datastream = "n1:rain.rain" }]\n',
    ],
)
def test_where_another_program_reads_the_node_its_channels_are_free(shown: str) -> None:
    """A logger sends depth or tips since the last row; the file shows that one is there, or that the agent reads it."""
    assert found("channel-never-sent", small.HEAD + RAIN + shown) == []


def test_a_listening_agent_frees_them_too() -> None:
    """What publishes on a foreign topic is no node of ours."""
    text = small.HEAD.replace("[agents.gw1]", '[agents.gw1]\nlistens = ["logger/+/data"]') + RAIN

    assert found("channel-never-sent", text) == []


@pytest.mark.parametrize(
    ("convention", "factor", "is_told"),
    [  # Geokon 4500 manual, page 26: p = G (R1 - R0), G = -0.1795; itmsoil knowledge base 134: E = G (R0 - R1)
        ("geokon", -0.1795, False),
        ("geokon", 0.1795, True),
        ("itmsoil", -0.1795, True),
        ("itmsoil", 0.1795, False),
    ],
)
def test_a_sign_by_which_pressure_raises_the_digits_is_told(convention: str, factor: float, *, is_told: bool) -> None:
    """Digits of a vibrating wire fall under pressure; a sheet entered with the other sign turns every level round."""
    text = changed("gauge_factor_kpa_per_digit = -0.1795", f"gauge_factor_kpa_per_digit = {factor}")
    text = text.replace('convention = "geokon"', f'convention = "{convention}"', 1)
    told = [one for one in found("sign-against-zero", text) if one.values["instrument"] == "n02:vw1"]

    assert [one.path[-1] for one in told] == ["gauge_factor_kpa_per_digit"] * is_told


def test_a_serial_number_stands_once() -> None:
    """The second instrument of a number is told, with the first; numbers of other makers are others."""
    text = changed('serial = "1912330"', 'serial = "1912320"')
    (one,) = found("serial-twice", text)

    assert (one.values["instrument"], one.values["other"]) == ("n03:vw1", "n02:vw1")
    assert found("serial-twice", text.replace('maker = "Geokon"', 'maker = "RST"', 1)) == []


def test_the_test_facility_has_a_serial_number_each() -> None:
    """Nothing is told of a file without these mistakes."""
    assert found("serial-twice", small.HEAD + piezometer()) == []
