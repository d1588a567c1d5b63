"""Tipping-bucket rain gauge: running total of tips, or tips or depth since the last pack."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS = {"count": "tips", "rain": "rain", "tips": "tips"}
NODE_CHANNELS = ("count",)
READ_ELSEWHERE = "weather_station"
