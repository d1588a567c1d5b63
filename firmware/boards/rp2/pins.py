"""Pins of the rp2 board, generated from hardware/pins/rp2.toml: change it there."""

REVISION = "none"
PINS = {  # name: GPIO; functions stay in the map, a node needs no heap for them
    "adc_cs": 13,
    "adc_miso": 12,
    "adc_mosi": 11,
    "adc_sck": 10,
    "battery_sense": 26,
    "button": 22,
    "i2c_scl": 5,
    "i2c_sda": 4,
    "led": 21,
    "pulse": 20,
    "rail_field12": 3,
    "rail_instrument": 2,
    "rs485_de": 19,
    "rs485_rx": 9,
    "rs485_tx": 8,
    "sdi12_de": 18,
    "sdi12_rx": 17,
    "sdi12_tx": 16,
    "vw_edge": 6,
    "vw_excite": 7,
    "vw_select_0": 14,
    "vw_select_1": 15,
    "vw_signal": 27,
}
CONSTANTS = {
    "adc_reference_v": 3.3,
    "battery_divider": 5.99,
    "loop_shunt_ohm": 75.0,
    "thermistor_series_ohm": 3000.0,
}
RAILS = {  # switched rail: the GPIOs of what hangs on it, a byte each
    "field12": b"\x10\x11\x12",
    "instrument": b"\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x13\x1b",
}
BUSES = {  # bus: the rail of its circuits
    "loop": "instrument",
    "pulse": "",
    "sdi12": "field12",
    "voltage": "",
    "vw": "instrument",
}
