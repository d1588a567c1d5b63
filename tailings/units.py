"""UCUM units that Tailwatch knows, each with its dimension and its linear way to that dimension's base unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from toml_file.nearest import near

if TYPE_CHECKING:
    from tailings.series import Values

Amount = TypeVar("Amount", float, "Values")


class UnknownUnit(ValueError):
    """A unit that is not in the table, or one that cannot be turned into the other."""


class Unit(NamedTuple):
    """One UCUM unit: base value = value * factor + offset; `senml` is its IANA SenML symbol where it has one."""

    symbol: str
    dimension: str
    factor: float
    offset: float = 0.0
    senml: str | None = None


# Factors are exact by definition (SI prefixes; 1 d = 86,400 s). m[H2O] is UCUM's metre of water column, 9.80665 kPa.
UNITS: tuple[Unit, ...] = (
    Unit("kPa", "pressure", 1.0),
    Unit("Pa", "pressure", 0.001, senml="Pa"),
    Unit("hPa", "pressure", 0.1),
    Unit("mbar", "pressure", 0.1),
    Unit("bar", "pressure", 100.0),
    Unit("MPa", "pressure", 1000.0),
    Unit("m[H2O]", "pressure", 9.80665),
    Unit("Cel", "temperature", 1.0, senml="Cel"),
    Unit("K", "temperature", 1.0, -273.15, senml="K"),
    Unit("m", "length", 1.0, senml="m"),
    Unit("cm", "length", 0.01),
    Unit("mm", "length", 0.001),
    Unit("um", "length", 1e-6),
    Unit("Hz", "frequency", 1.0, senml="Hz"),
    Unit("Ohm", "resistance", 1.0, senml="Ohm"),
    Unit("kOhm", "resistance", 1000.0),
    Unit("V", "voltage", 1.0, senml="V"),
    Unit("mV", "voltage", 0.001),
    Unit("A", "current", 1.0, senml="A"),
    Unit("mA", "current", 0.001),
    Unit("1", "ratio", 1.0, senml="/"),
    Unit("%", "ratio", 0.01),
    Unit("dB", "level", 1.0, senml="dB"),
    Unit("{dBm}", "power-level", 1.0),
    Unit("deg", "angle", 1.0),
    Unit("rad", "angle", 57.29577951308232, senml="rad"),
    Unit("mrad", "angle", 0.05729577951308232),
    Unit("m3/s", "flow", 1.0, senml="m3/s"),
    Unit("L/s", "flow", 0.001, senml="l/s"),
    Unit("m3/h", "flow", 1 / 3600),
    Unit("m3/d", "flow", 1 / 86400),
    Unit("m3", "volume", 1.0, senml="m3"),
    Unit("L", "volume", 0.001, senml="l"),
    Unit("m2", "area", 1.0, senml="m2"),
    Unit("mg", "mass", 1.0),
    Unit("g", "mass", 1000.0, senml="g"),
    Unit("kg", "mass", 1e6, senml="kg"),
    Unit("kg/d", "load", 1.0),
    Unit("g/s", "load", 86.4),
    Unit("[pH]", "ph", 1.0, senml="pH"),
    Unit("uS/cm", "conductivity", 1.0),
    Unit("mS/cm", "conductivity", 1000.0),
    Unit("S/m", "conductivity", 10000.0, senml="S/m"),
    Unit("{NTU}", "turbidity", 1.0),
    Unit("mg/L", "concentration", 1.0),
    Unit("ug/L", "concentration", 0.001),
    Unit("g/L", "concentration", 1000.0),
    Unit("ug/m3", "air-concentration", 1.0),
    Unit("mg/m3", "air-concentration", 1000.0),
    Unit("mg/(m2.d)", "deposition", 1.0),
    Unit("g/(m2.d)", "deposition", 1000.0),
    Unit("mm/h", "speed", 1.0),
    Unit("mm/d", "speed", 1 / 24),
    Unit("mm/s", "speed", 3600.0),
    Unit("m/s", "speed", 3.6e6, senml="m/s"),
    Unit("m/s2", "acceleration", 1.0, senml="m/s2"),
    Unit("W/m2", "irradiance", 1.0, senml="W/m2"),
    Unit("s", "time", 1.0, senml="s"),
    Unit("min", "time", 60.0),
    Unit("h", "time", 3600.0),
    Unit("d", "time", 86400.0),
    Unit("{count}", "count", 1.0, senml="count"),
    Unit("{digits}", "digits", 1.0),
    Unit("{level}", "tarp-level", 1.0),
)
# How other programs, makers and people spell a unit, in small letters: the UCUM unit of ours that is nearest.
_FOREIGN = {
    **dict.fromkeys(("degc", "deg c", "c", "celsius", "degree celsius", "degf", "f", "fahrenheit"), "Cel"),
    **dict.fromkeys(("kelvin",), "K"),
    **dict.fromkeys(("mmhg", "inhg", "torr", "psi", "psig", "psia", "atm", "kgf/cm2", "kg/cm2", "kilopascal"), "kPa"),
    **dict.fromkeys(("mh2o", "mwc", "mws", "m h2o", "mh2o@4c", "mmh2o", "cmh2o", "ftwc", "fth2o"), "m[H2O]"),
    **dict.fromkeys(("millibar", "mb"), "mbar"),
    **dict.fromkeys(("metre", "meter", "metres", "meters", "ft", "feet", "foot", "masl", "m asl", "mamsl"), "m"),
    **dict.fromkeys(("millimetre", "millimeter", "in", "inch", "inches"), "mm"),
    **dict.fromkeys(("hertz",), "Hz"),
    **dict.fromkeys(("ohms", "omega"), "Ohm"),
    **dict.fromkeys(("kohms",), "kOhm"),
    **dict.fromkeys(("volt", "volts", "vdc"), "V"),
    **dict.fromkeys(("milliamp", "milliampere", "ma"), "mA"),
    **dict.fromkeys(("-", "", "ratio", "none", "dimensionless"), "1"),
    **dict.fromkeys(("percent", "pct", "%rh"), "%"),
    **dict.fromkeys(("degree", "degrees", "deg"), "deg"),
    **dict.fromkeys(("cms", "cumecs", "m3/sec", "cfs", "ft3/s"), "m3/s"),
    **dict.fromkeys(("lps", "l/sec", "gpm", "lpm", "l/min"), "L/s"),
    **dict.fromkeys(("m3/hr",), "m3/h"),
    **dict.fromkeys(("m3/day",), "m3/d"),
    **dict.fromkeys(("cubic metres", "m^3", "cum"), "m3"),
    **dict.fromkeys(("ph", "ph units", "su"), "[pH]"),
    **dict.fromkeys(("us", "umho/cm", "us/cm@25c", "microsiemens/cm"), "uS/cm"),
    **dict.fromkeys(("ntu", "fnu", "fnmu"), "{NTU}"),
    **dict.fromkeys(("ppm",), "mg/L"),
    **dict.fromkeys(("ppb",), "ug/L"),
    **dict.fromkeys(("mm/hr",), "mm/h"),
    **dict.fromkeys(("mm/day",), "mm/d"),
    **dict.fromkeys(("m/sec", "mps", "km/h", "kph", "kn"), "m/s"),
    **dict.fromkeys(("w/m^2",), "W/m2"),
    **dict.fromkeys(("sec", "second", "seconds"), "s"),
    **dict.fromkeys(("hr", "hour", "hours"), "h"),
    **dict.fromkeys(("day", "days"), "d"),
    **dict.fromkeys(("tip", "tips", "count", "counts", "pulses"), "{count}"),
    **dict.fromkeys(("dbm",), "{dBm}"),
    **dict.fromkeys(("digit", "digits", "b", "b units"), "{digits}"),
}
_PLAIN = str.maketrans({"°": "deg", "µ": "u", "μ": "u", "²": "2", "³": "3", "Ω": "ohm", "ω": "ohm", "·": "."})
_BY_SYMBOL = {unit.symbol: unit for unit in UNITS}


def get(symbol: str) -> Unit:
    """The unit with this UCUM symbol; raises UnknownUnit."""
    try:
        return _BY_SYMBOL[symbol]
    except KeyError:
        raise UnknownUnit(f"unit {symbol!r} is not known") from None


def nearest(word: str, dimension: str | None = None) -> str:
    """An ending for an error sentence: the unit that is meant, among those of a dimension where that is known."""
    known = [one for one in UNITS if dimension in {None, one.dimension}]
    plain = word.strip().casefold().translate(_PLAIN)
    foreign = _FOREIGN.get(plain, "")
    same = [one.symbol for one in known if one.symbol == foreign or one.symbol.casefold() == plain]
    if same:
        return f"; did you mean {same[0]!r}?"
    if meant := near(plain, [one.symbol for one in known], cutoff=0.5):
        return f"; did you mean {meant!r}?"
    return f"; choose one of {', '.join(one.symbol for one in known)}"


def symbols() -> list[str]:
    """Every UCUM symbol that is known."""
    return list(_BY_SYMBOL)


def spellings(symbol: str) -> tuple[str, ...]:
    """How a node may spell this unit of the facility file: as UCUM has it, or by its SenML symbol."""
    senml = get(symbol).senml
    return (symbol,) if senml is None or senml == symbol else (symbol, senml)


def symbol_of(spelling: str) -> str | None:
    """The UCUM symbol of a unit as a node spells it, the other way round; None for one that is not known."""
    return next((unit.symbol for unit in UNITS if spelling in spellings(unit.symbol)), None)


def convert(value: Amount, from_unit: str, to_unit: str) -> Amount:
    """A value or an array in another unit of its dimension; raises UnknownUnit. The input is returned when equal."""
    if from_unit == to_unit:
        return value
    source, target = get(from_unit), get(to_unit)
    if source.dimension != target.dimension:
        raise UnknownUnit(f"{from_unit} is a {source.dimension}, {to_unit} a {target.dimension}")
    factor = source.factor / target.factor
    offset = (source.offset - target.offset) / target.factor
    return value * factor + offset if offset else value * factor


def difference(size: float, from_unit: str, to_unit: str) -> float:
    """The size of a difference in another unit, without the offset that scales of temperature have."""
    source, target = get(from_unit), get(to_unit)
    if source.dimension != target.dimension:
        raise UnknownUnit(f"{from_unit} is a {source.dimension}, {to_unit} a {target.dimension}")
    return size * abs(source.factor / target.factor)
