"""How numbers are written; expected strings from the design of the pages, section 4, and its pictures."""

import pytest

from dashboard import numbers
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
    assert [numbers.signed(value, "water-level") for value in (0.3, -0.3, 0.004, -0.004, 0.0)] == [
        "+0.30",
        f"{writing.MINUS}0.30",
        "",
        "",
        "",
    ]
    assert numbers.signed(12345.6, "rain") == "+12\u2009345.6"
    assert [numbers.signed(4.52, "conductivity-25", 1270.0), numbers.signed(0.0058, "seepage-flow", 3.4)] == ["+5", ""]


def test_units_are_printed_as_people_write_them() -> None:
    """UCUM's Cel and m3/s become °C and m³/s, kPa stays."""
    assert [numbers.unit_words(unit) for unit in ("Cel", "m3/s", "kPa", "[pH]")] == ["°C", "m³/s", "kPa", ""]
