"""How numbers are written; expected strings from the design of the pages, section 4, and its pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import numbers
from tailings import quantities, units
from tailings.digits import decimals, digits
from texts import writing


@pytest.mark.parametrize(
    ("value", "quantity", "text"),
    [
        (398.6204, "water-level", "398.62"),
        (2.5651, "freeboard", "2.57"),
        (101.325, "barometric-pressure", "101.3"),
        (3.4312, "seepage-flow", "3.4"),
        (0.04321, "seepage-flow", "0.043"),
        (7.063, "ph", "7.1"),
        (1843.2, "conductivity-25", "1840"),
        (12.3456, "no-such-quantity", "12.35"),
    ],
)
def test_digits_follow_the_quantity(value: float, quantity: str, text: str) -> None:
    """Levels have centimetres, pressures 0.1 kPa, flows two and conductivity three significant figures."""
    assert numbers.number(value, quantity) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(96.1, "kPa", "96.1"), (0.0961, "MPa", "0.0961"), (0.961, "bar", "0.961"), (961.0, "hPa", "961.0")],
)
def test_a_larger_unit_has_more_decimals(value: float, unit: str, text: str) -> None:
    """A pore pressure of 96.1 kPa was written 0.1 MPa; in a smaller unit no figure is taken away."""
    assert numbers.with_unit(value, "pore-pressure", unit) == f"{text} {unit}"


def _measures() -> list[tuple[str, str, str]]:
    """Each quantity with a number of decimals, with its usual unit and each of the same dimension."""
    return [
        (one.name, one.unit, unit.symbol)
        for one in quantities.QUANTITIES
        for unit in units.UNITS
        if unit.dimension == one.dimension and digits(one.name).decimals is not None
    ]


@given(measure=st.sampled_from(_measures()), value=st.floats(0.001, 99_999), steps=st.integers(2, 50))
def test_what_differs_in_one_unit_differs_in_each(measure: tuple[str, str, str], value: float, steps: int) -> None:
    """Two values that are written apart, by two steps of the last digit or more, are apart in every other unit."""
    quantity, usual, unit = measure
    more = value + steps * 10.0 ** -decimals(value, digits(quantity, usual))
    pair = [units.convert(one, usual, unit) for one in (value, more)]

    assert numbers.number(pair[0], quantity, unit) != numbers.number(pair[1], quantity, unit)


def test_a_missing_value_is_nothing() -> None:
    """Neither 0 nor a dash stands for a missing value."""
    assert numbers.number(None, "ph") == ""
    assert numbers.number(float("nan"), "ph") == ""


def test_thin_spaces_begin_at_ten_thousand() -> None:
    """9999 is written together, 26 478 with a thin space (U+2009)."""
    assert numbers.count(9999) == "9999"
    assert numbers.count(26478) == "26\u2009478"
    assert numbers.number(1234567.0, "tips") == "1\u2009234\u2009567"
    assert numbers.number(362692.0, "stored-volume") == "363\u2009000"


def test_minus_is_a_true_minus_and_never_stands_before_zero() -> None:
    """-3.21 has U+2212; -0.001 kPa is 0.0 and not minus zero."""
    assert numbers.number(-3.21, "pore-pressure") == "\u22123.2"
    assert numbers.number(-0.001, "pore-pressure") == "0.0"


def test_a_change_has_its_sign_and_none_is_said_as_nothing() -> None:
    """+0.30 as in issue 18; what rounds to zero is no change, and neither plus nor minus."""
    assert [numbers.signed(value, "water-level", "m") for value in (0.3, -0.3, 0.004, -0.004, 0.0)] == [
        "+0.30",
        f"{writing.MINUS}0.30",
        "",
        "",
        "",
    ]
    assert numbers.signed(12345.6, "rain", "mm") == "+12\u2009345.6"
    assert numbers.signed(4.52, "conductivity-25", "uS/cm", value=1270.0) == "+5"
    assert numbers.signed(0.0058, "seepage-flow", "L/s", value=3.4) == ""


def test_units_are_printed_as_people_write_them() -> None:
    """UCUM's Cel and m3/s become °C and m³/s, kPa stays."""
    assert [numbers.unit_words(unit) for unit in ("Cel", "m3/s", "kPa", "[pH]")] == ["°C", "m³/s", "kPa", ""]
