"""Battery of a node: its voltage, and the voltage of the solar panel where there is one."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS = {"voltage": "voltage", "solar": "voltage", "charge": "charge", "temperature": "temperature"}
NODE_CHANNELS = ("voltage",)
