"""Tipping-bucket rain gauge: running total of tips, or tips or depth since the last pack."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS = {"count": "tips", "rain": "rain", "tips": "tips"}
NODE_CHANNELS = ("count",)
READ_ELSEWHERE = "weather_station"
LIMITS = {"count": (0.0, 1e12), "rain": (0.0, 2000.0), "tips": (0.0, 1e6)}
"""A bucket does not tip back, and no place of the earth had 2 m of rain in a day."""
