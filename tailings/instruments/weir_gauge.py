"""Level gauge at a V-notch weir or flume: height of the water over the crest or floor."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
LEVELS = ("height",)
CHANNELS = {"height": "gauge-height", "temperature": "temperature"}
NODE_CHANNELS = ()
