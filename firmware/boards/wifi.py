"""The radio of a field board, up within a time limit or not at all."""

import time

import network

_STEP_MS = 50


def up(name: str, password: str, limit_s: float) -> None:
    """Joins the network; OSError when that takes longer than `limit_s`."""
    radio = network.WLAN(network.STA_IF)
    radio.active(True)
    if radio.isconnected():
        return
    radio.connect(name, password)
    end_ms = time.ticks_add(time.ticks_ms(), int(limit_s * 1000))
    while not radio.isconnected():
        if time.ticks_diff(end_ms, time.ticks_ms()) < 0:
            raise OSError("no network")
        time.sleep_ms(_STEP_MS)


def down() -> None:
    """Switches the radio off."""
    network.WLAN(network.STA_IF).active(False)
