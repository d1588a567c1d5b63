"""Units: conversions against values from standards."""

import csv

import numpy as np
import pytest

from tailings import units
from tests import pond


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1013.25, "hPa", "kPa", 101.325),  # standard atmosphere
        (1.0, "bar", "kPa", 100.0),
        (1.0, "m[H2O]", "kPa", 9.80665),  # UCUM m[H2O]
        (0.0, "Cel", "K", 273.15),
        (373.15, "K", "Cel", 100.0),
        (1.0, "L/s", "m3/h", 3.6),
        (180.0, "deg", "rad", np.pi),
        (1.0, "mS/cm", "uS/cm", 1000.0),
        (1.0, "S/m", "uS/cm", 10000.0),
        (1.0, "m/s", "mm/h", 3.6e6),
        (1.0, "g/s", "kg/d", 86.4),
    ],
)
def test_conversion(value: float, source: str, target: str, expected: float) -> None:
    """A value in one unit is the known value in the other."""
    assert units.convert(np.array([value]), source, target)[0] == pytest.approx(expected, rel=1e-12)


def test_another_dimension_is_refused() -> None:
    """Metres do not become kilopascals."""
    with pytest.raises(units.UnknownUnit, match="m is a length, kPa a pressure"):
        units.convert(np.array([1.0]), "m", "kPa")


@pytest.mark.parametrize(
    ("written", "dimension", "meant"),
    [
        ("degC", "temperature", "Cel"),  # UCUM 2.2, table 3: degree Celsius is Cel
        ("mmHg", "pressure", "kPa"),
        ("°C", "temperature", "Cel"),
        ("µS/cm", "conductivity", "uS/cm"),
        ("m³", "volume", "m3"),
        ("KPA", "pressure", "kPa"),
        ("mmm", "length", "mm"),
        ("degC", None, "Cel"),
    ],
)
def test_the_nearest_unit_is_of_the_same_quantity(written: str, dimension: str | None, meant: str) -> None:
    """By its usual spelling elsewhere, its letters or its capitals; never a unit of another quantity."""
    assert units.nearest(written, dimension).startswith(f"; did you mean {meant!r}?")


def test_a_unit_that_is_like_none_is_told_those_of_the_quantity() -> None:
    """No guess: all units of the quantity."""
    assert units.nearest("furlong/fortnight", "volume") == "; choose one of m3, L"


def test_a_real_barometer_in_two_units() -> None:
    """The pond data of 2020 give each pressure in m H2O and in mbar: our conversion of one is the other to 0.01 %.

    The logger's own factor is 98.068 mbar a metre, UCUM's 98.0665.
    """
    with pond.FILE.open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["BP_mbar"] and row["Barometric Pressure[mH20]"]]
    metres = np.array([float(row["Barometric Pressure[mH20]"]) for row in rows])
    mbar = np.array([float(row["BP_mbar"]) for row in rows])

    assert len(rows) > 26_000
    assert units.convert(metres, "m[H2O]", "mbar") == pytest.approx(mbar, rel=1e-4)
