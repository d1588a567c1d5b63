"""Weather station: temperature, humidity, wind, sun, rain, barometric pressure."""

from __future__ import annotations

from tailings.instruments import NoSettings

Settings = NoSettings
CALIBRATION = None
CHANNELS = {
    "temperature": "temperature",
    "humidity": "humidity",
    "wind-speed": "wind-speed",
    "wind-direction": "wind-direction",
    "irradiance": "irradiance",
    "rain": "rain",
    "tips": "tips",
    "pressure": "barometric-pressure",
}
NODE_CHANNELS = ()
