"""A voltage at one of the processor's own converters, behind a resistor divider."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from machine import ADC


class VoltageBus:
    """`reference_v` is full scale at the pin, `divider` the ratio (> 1) between field and pin."""

    def __init__(self, adc: "ADC", reference_v: float, divider: float) -> None:
        self._adc = adc
        self.reference_v = reference_v
        self.divider = divider

    def read_u16(self) -> int:
        """One conversion as a 16-bit code."""
        return int(self._adc.read_u16())
