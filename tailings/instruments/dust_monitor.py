"""Dust monitor: PM10 and PM2.5 in air."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS = {"pm10": "dust", "pm25": "dust"}
NODE_CHANNELS = ()
