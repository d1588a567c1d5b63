"""Nothing that can be touched: carries datastreams that are derived for the facility as a whole."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS: dict[str, str] = {}
