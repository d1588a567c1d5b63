"""Tilt meter: tilt in one or two axes, or the readings in digits, and temperature."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS = {
    "tilt": "tilt",
    "tilt-b": "tilt",
    "reading": "reading",
    "reading-b": "reading",
    "temperature": "temperature",
}
RAIL = "field12"
NODE_CHANNELS = ("tilt", "tilt-b", "temperature")
