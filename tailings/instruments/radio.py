"""Radio of a node: strength and quality of its link."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS = {"signal": "signal-strength", "snr": "signal-to-noise"}
NODE_CHANNELS = ()
