"""What can be measured or derived: each quantity with its UCUM unit and a public definition."""

from __future__ import annotations

from typing import Final, NamedTuple

from tailings import units

# QUDT quantity kinds, each looked up in qudt/qudt-public-repo, vocab VOCAB_QUDT-QUANTITY-KINDS-ALL.ttl.
_QUDT = "http://qudt.org/vocab/quantitykind/"


class UnknownQuantity(LookupError):
    """A quantity that is not in the table."""


class Quantity(NamedTuple):
    """One quantity: its name, usual UCUM unit, definition and the digits after the point that make sense to show."""

    name: str
    unit: str
    kind: str
    digits: int
    title: str

    @property
    def definition(self) -> str:
        """URI of the public definition (QUDT quantity kind)."""
        return _QUDT + self.kind

    @property
    def senml(self) -> str | None:
        """The unit's symbol in the IANA SenML registry, or None when it has none."""
        return units.get(self.unit).senml

    @property
    def dimension(self) -> str:
        """The dimension that every unit of this quantity must have."""
        return units.get(self.unit).dimension


QUANTITIES: tuple[Quantity, ...] = (
    Quantity("frequency", "Hz", "Frequency", 2, "Vibrating-wire frequency"),
    Quantity("resistance", "Ohm", "Resistance", 1, "Electrical resistance"),
    Quantity("temperature", "Cel", "Temperature", 2, "Temperature"),
    Quantity("pore-pressure", "kPa", "GaugePressure", 2, "Pore-water pressure"),
    Quantity("barometric-pressure", "kPa", "AtmosphericPressure", 3, "Barometric pressure"),
    Quantity("pressure", "kPa", "Pressure", 2, "Pressure"),
    Quantity("pressure-head", "m", "Height", 3, "Pressure head above the instrument's tip"),
    Quantity("water-level", "m", "Height", 3, "Water level above the vertical datum"),
    Quantity("level-residual", "m", "Height", 3, "Level less the level that its model expects"),
    Quantity("pond-level", "m", "Height", 3, "Pond level above the vertical datum"),
    Quantity("freeboard", "m", "Height", 3, "Crest minus pond level"),
    Quantity("days-to-minimum-freeboard", "d", "Time", 1, "Days until the minimum freeboard is reached"),
    Quantity("stored-volume", "m3", "Volume", 0, "Water volume stored in the pond"),
    Quantity("beach-length", "m", "Length", 1, "Beach length"),
    Quantity("distance", "m", "Distance", 3, "Distance to a surface"),
    Quantity("gauge-height", "m", "Height", 4, "Water height over a weir crest or flume floor"),
    Quantity("seepage-flow", "L/s", "VolumeFlowRate", 3, "Seepage flow"),
    Quantity("flow", "m3/s", "VolumeFlowRate", 4, "Flow"),
    Quantity("turbidity", "{NTU}", "Turbidity", 1, "Turbidity"),
    Quantity("pore-pressure-ratio", "1", "DimensionlessRatio", 3, "Pore pressure ratio ru"),
    Quantity("tilt", "deg", "Angle", 4, "Tilt"),
    Quantity("displacement", "mm", "Displacement", 3, "Displacement"),
    Quantity("displacement-band", "mm", "Displacement", 3, "Half width of the displacement's error band"),
    Quantity("rain", "mm", "Height", 2, "Rain depth"),
    Quantity("rain-intensity", "mm/h", "Speed", 2, "Rain intensity"),
    Quantity("evaporation", "mm/d", "Speed", 1, "Evaporation"),
    Quantity("tips", "{count}", "DimensionlessRatio", 0, "Tips of a tipping bucket"),
    Quantity("wind-speed", "m/s", "Speed", 1, "Wind speed"),
    Quantity("wind-direction", "deg", "Angle", 0, "Wind direction"),
    Quantity("humidity", "%", "RelativeHumidity", 1, "Relative humidity"),
    Quantity("irradiance", "W/m2", "Irradiance", 1, "Solar irradiance"),
    Quantity("vibration", "mm/s", "Velocity", 3, "Peak particle velocity"),
    Quantity("ph", "[pH]", "Acidity", 2, "pH"),
    Quantity("conductivity", "uS/cm", "ElectrolyticConductivity", 1, "Electrical conductivity as measured"),
    Quantity("conductivity-25", "uS/cm", "ElectrolyticConductivity", 1, "Electrical conductivity at 25 degC"),
    Quantity("redox-reading", "mV", "ElectricPotential", 1, "Redox potential against the probe's electrode"),
    Quantity("redox-potential", "mV", "ElectricPotential", 1, "Redox potential Eh (standard hydrogen electrode)"),
    Quantity("dissolved-oxygen", "mg/L", "MassConcentration", 2, "Dissolved oxygen"),
    Quantity("concentration", "mg/L", "MassConcentration", 4, "Concentration in water"),
    Quantity("acidity", "mg/L", "MassConcentration", 1, "Acidity as CaCO3"),
    Quantity("load", "kg/d", "MassFlowRate", 3, "Load"),
    Quantity("dust", "ug/m3", "MassConcentration", 1, "Dust in air"),
    Quantity("dust-deposition", "mg/(m2.d)", "MassPerAreaTime", 1, "Dust deposition"),
    Quantity("mass", "mg", "Mass", 2, "Mass"),
    Quantity("voltage", "V", "Voltage", 3, "Voltage"),
    Quantity("current", "mA", "ElectricCurrent", 3, "Current of a 4-20 mA loop"),
    Quantity("charge", "%", "DimensionlessRatio", 0, "State of charge"),
    Quantity("signal-strength", "{dBm}", "SignalStrength", 0, "Radio signal strength"),
    Quantity("signal-to-noise", "1", "DimensionlessRatio", 1, "Signal-to-noise ratio"),
    Quantity("decay-ratio", "1", "DimensionlessRatio", 3, "Decay ratio of a vibrating wire's signal"),
    Quantity("reading", "{digits}", "DimensionlessRatio", 1, "Reading of an instrument in its own digits"),
    Quantity("amplitude", "mV", "Voltage", 3, "Amplitude of a vibrating wire's signal"),
    Quantity("health", "1", "DimensionlessRatio", 2, "Health: 1 good, 0 bad"),
    Quantity("alarm-level", "{level}", "DimensionlessRatio", 0, "TARP level: 0 green, 1 yellow, 2 orange, 3 red"),
)
_BY_NAME = {quantity.name: quantity for quantity in QUANTITIES}

RECKONED: Final = frozenset(
    {
        "water-level",
        "pond-level",
        "freeboard",
        "days-to-minimum-freeboard",
        "stored-volume",
        "beach-length",
        "seepage-flow",
        "displacement",
        "displacement-band",
        "redox-potential",
        "rain",
        "rain-intensity",
        "evaporation",
    }
)
"""What answers reckon with as it is (freeboard, sections, movement, loads, balance), or what in another unit would be
written without the digits that tell (metres of displacement). A datastream of one of these has its usual unit."""


def get(name: str) -> Quantity:
    """The quantity of this name; raises UnknownQuantity."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownQuantity(f"quantity {name!r} is not known") from None


def names() -> list[str]:
    """The names of all quantities."""
    return list(_BY_NAME)
