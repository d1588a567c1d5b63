"""Pins of the unix board, generated from hardware/pins/unix.toml: change it there."""

REVISION = "simulated"
PINS = {  # name: GPIO; functions stay in the map, a node needs no heap for them
    "adc_cs": 10,
    "adc_miso": 13,
    "adc_mosi": 11,
    "adc_sck": 12,
    "battery_sense": 1,
    "button": 42,
    "i2c_scl": 9,
    "i2c_sda": 8,
    "led": 41,
    "pulse": 21,
    "rail_field12": 5,
    "rail_instrument": 4,
    "rs485_de": 16,
    "rs485_rx": 18,
    "rs485_tx": 17,
    "sdi12_de": 40,
    "sdi12_rx": 39,
    "sdi12_tx": 38,
    "vw_edge": 6,
    "vw_excite": 7,
    "vw_select_0": 14,
    "vw_select_1": 15,
    "vw_signal": 2,
}
CONSTANTS = {
    "adc_reference_v": 3.1,
    "battery_divider": 5.99,
    "loop_shunt_ohm": 75.0,
    "thermistor_series_ohm": 3000.0,
}
RAILS = {  # switched rail: the GPIOs of what hangs on it, a byte each
    "field12": b"\x26\x27\x28",
    "instrument": b"\x02\x06\x07\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12",
}
BUSES = {  # bus: the rail of its circuits
    "loop": "instrument",
    "pulse": "",
    "sdi12": "field12",
    "voltage": "",
    "vw": "instrument",
}
