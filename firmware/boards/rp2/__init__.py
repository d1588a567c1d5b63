"""The Pico W board: no deep sleep, so the program goes on after each sleep. Written from MicroPython's reference for
the port; not yet run on a board.
"""

import gc
import time

import machine

from firmware.boards import wifi
from firmware.boards.pin_capture import PinCapture
from firmware.boards.rp2 import pins
from firmware.node.board import Board, Capture

WATCHDOG_MS = 8388  # the most that the RP2040's counter holds
_NAP_S = 4.0


class Rp2Board(Board):
    """`network_name` and `network_password` are those of the site's Wi-Fi."""

    NAME = "rp2"

    def __init__(self, network_name: str, network_password: str) -> None:
        super().__init__(pins)
        self._network = (network_name, network_password)
        self._ticks_ms = time.ticks_ms()
        self._uptime_ms = 0
        self._watchdog = machine.WDT(timeout=WATCHDOG_MS)

    def uptime_ms(self) -> int:
        """The port's ticks wrap after 12.4 days; each call adds what went by since the last one."""
        now_ms = time.ticks_ms()
        self._uptime_ms += time.ticks_diff(now_ms, self._ticks_ms)
        self._ticks_ms = now_ms
        return self._uptime_ms

    def sleep_s(self, seconds: float) -> None:
        while seconds > 0:
            time.sleep(min(seconds, _NAP_S))
            seconds -= _NAP_S
            self.feed()

    def feed(self) -> None:
        self._watchdog.feed()

    def network_up(self, limit_s: float) -> None:
        wifi.up(self._network[0], self._network[1], limit_s)

    def network_down(self) -> None:
        wifi.down()

    def heap_free_bytes(self) -> int:
        gc.collect()
        return gc.mem_free()

    def serial(self) -> str:
        return machine.unique_id().hex()

    def capture(self) -> Capture:
        return PinCapture(self.pin("vw_edge"), self.pin("vw_signal"))
