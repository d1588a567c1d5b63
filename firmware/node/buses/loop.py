"""A 4-20 mA loop: the voltage over its shunt at one input of the instrument board's converter."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .ads1220 import Ads1220


class LoopBus:
    """One loop; `shunt_ohm` is the resistor it flows through."""

    def __init__(self, adc: "Ads1220", channel: int, shunt_ohm: float) -> None:
        self.shunt_ohm = shunt_ohm
        self._adc = adc
        self._channel = channel

    def shunt_v(self) -> float:
        """Volts over the shunt. Raises ReadFailed."""
        return self._adc.volts(self._channel)
