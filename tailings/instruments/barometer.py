"""Barometer of a node or gateway: pressure as the instrument gives it, and its own temperature."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS = {"pressure": "barometric-pressure", "temperature": "temperature"}
