"""The ESP32-S3 board: deep sleep with RTC memory, watchdog, Wi-Fi. Written from MicroPython's reference for the port;
not yet run on a board.

The port's own clock counts from power-on through deep sleep and is never set by the node: it is the uptime. Its slow
oscillator is an RC circuit, so the time is asked again at each connection that is `refresh_time_after_s` later.
"""

import gc
import time

import machine

from firmware.boards import wifi
from firmware.boards.esp32s3 import pins
from firmware.boards.pin_capture import PinCapture
from firmware.node.board import Board, Capture

WATCHDOG_MS = 120000


class Esp32S3Board(Board):
    """`network_name` and `network_password` are those of the site's Wi-Fi."""

    NAME = "esp32s3"

    def __init__(self, network_name: str, network_password: str) -> None:
        super().__init__(pins)
        self._network = (network_name, network_password)
        self._watchdog = machine.WDT(timeout=WATCHDOG_MS)

    def uptime_ms(self) -> int:
        return time.time_ns() // 1000000

    def sleep_s(self, seconds: float) -> None:
        machine.deepsleep(int(seconds * 1000))

    def recall(self) -> bytes | None:
        return machine.RTC().memory() or None

    def remember(self, data: bytes) -> None:
        machine.RTC().memory(data)

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
