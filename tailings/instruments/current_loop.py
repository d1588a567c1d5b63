"""Two-wire 4-20 mA transmitter of any kind."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS = {"current": "current"}
RAIL = "field12"
