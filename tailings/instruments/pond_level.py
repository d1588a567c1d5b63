"""Pond level gauge (radar, ultrasonic or submersible), set to give metres above the vertical datum."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
LEVELS = ("level",)
CHANNELS = {"level": "pond-level", "distance": "distance", "temperature": "temperature"}
NODE_CHANNELS = ()
