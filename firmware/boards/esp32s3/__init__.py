"""The ESP32-S3 board: deep sleep with RTC memory, watchdog, Wi-Fi. Written from MicroPython's reference for the port;
not yet run on a board.

A node that counts pulses sleeps lightly, for a deep sleep begins the program anew, and the count with it. Asleep no
edge is heard (ESP-IDF, "Sleep Modes": the processor has no clock), so the contact itself wakes it, by its level.

The port's own clock counts from power-on through deep sleep and is never set by the node: it is the uptime. Its slow
oscillator is an RC circuit, so the time is asked again at each connection that is `refresh_time_after_s` later.
"""

import gc
import time

import esp32
import machine

from firmware.boards import wifi
from firmware.boards.esp32s3 import pins
from firmware.boards.pin_capture import PinCapture
from firmware.node.board import Board, Capture

WATCHDOG_MS = 120000
_NAP_MS = 60000
_CLOSED_MS = 20  # a contact that is closed would wake the node at once: it is waited for, awake


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
        if self._pulse is None:
            machine.deepsleep(int(seconds * 1000))
        else:
            self._sleep_lightly(self.uptime_ms() + int(seconds * 1000))

    def _sleep_lightly(self, until_ms: int) -> None:
        self.network_down()
        contact = machine.Pin(self.pin("pulse"))
        left_ms = until_ms - self.uptime_ms()
        while left_ms > 0:
            self.feed()
            if contact.value():
                esp32.wake_on_ext0(contact, esp32.WAKEUP_ALL_LOW)
                machine.lightsleep(min(left_ms, _NAP_MS))
                contact = machine.Pin(self.pin("pulse"), machine.Pin.IN, machine.Pin.PULL_UP)  # back from the RTC
                self._pulse.resume(contact, machine.wake_reason() == machine.EXT0_WAKE)
            else:
                time.sleep_ms(_CLOSED_MS)
            left_ms = until_ms - self.uptime_ms()

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
