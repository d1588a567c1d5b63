"""The ESP32-S3 board asleep, on a chip whose clock and contact are moved by hand."""

import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

CLOSED_MS = 100  # of a reed contact while a bucket tips
EXT0_WAKE, TIMER_WAKE = 2, 4


class Chip:
    """What the port gives: asleep no edge is heard, and a contact that is set to wake it does so by its level."""

    def __init__(self, closes_at_ms: list[int]) -> None:
        self.now_ms, self.deep_ms, self.wakes_by_contact, self.woken_by = 0, list[int](), False, TIMER_WAKE
        self._closes_at_ms = closes_at_ms
        self._hear: Callable[[None], None] = lambda pin: None

    def is_closed(self) -> bool:
        return any(at <= self.now_ms < at + CLOSED_MS for at in self._closes_at_ms)

    def pass_awake(self, ms: int) -> None:
        """Each edge is heard."""
        edges = [at for at in self._closes_at_ms if self.now_ms < at <= self.now_ms + ms]
        for at in edges:
            self.now_ms, end_ms = at, self.now_ms + ms
            self._hear(None)
            ms = end_ms - at
        self.now_ms += ms

    def lightsleep(self, ms: int) -> None:
        assert not self.is_closed(), "it would wake at once"
        first = min([at for at in self._closes_at_ms if self.now_ms < at <= self.now_ms + ms], default=None)
        self.woken_by = EXT0_WAKE if first is not None and self.wakes_by_contact else TIMER_WAKE
        self.now_ms = first if first is not None and self.wakes_by_contact else self.now_ms + ms

    def modules(self) -> dict[str, ModuleType]:
        """`machine`, `esp32`, `network` and what of `time` the board asks."""
        chip = self

        class Pin:
            IN, OUT, PULL_UP, IRQ_FALLING, IRQ_RISING = 0, 1, 2, 4, 8

            def __init__(self, number: int, *mode: int) -> None:
                pass

            def value(self, *level: int) -> int:
                return int(not chip.is_closed())

            def irq(self, call: Callable[[None], None], trigger: int) -> None:
                chip._hear = call

        machine, esp32, network, clock = (ModuleType(name) for name in ("machine", "esp32", "network", "time"))
        vars(machine).update(
            dict.fromkeys(("ADC", "PWM", "SPI", "UART"), object),
            Pin=Pin,
            WDT=lambda timeout: SimpleNamespace(feed=lambda: None),
            deepsleep=chip.deep_ms.append,
            lightsleep=chip.lightsleep,
            wake_reason=lambda: chip.woken_by,
            EXT0_WAKE=EXT0_WAKE,
        )
        vars(esp32).update(WAKEUP_ALL_LOW=0, wake_on_ext0=lambda pin, level: setattr(chip, "wakes_by_contact", True))
        vars(network).update(WLAN=lambda kind: SimpleNamespace(active=lambda is_on: None), STA_IF=0)
        vars(clock).update(time_ns=lambda: chip.now_ms * 1_000_000, sleep_ms=chip.pass_awake)
        return {"machine": machine, "esp32": esp32, "network": network, "time": clock}


MakeBoard = Callable[[Chip], Any]


@pytest.fixture
def board_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeBoard]:
    """The board of the firmware on a chip; what was imported for it is forgotten."""
    before = {name: module for name, module in sys.modules.items() if name.startswith("firmware")}

    def forget() -> None:
        for name in [name for name in sys.modules if name.startswith("firmware")]:
            del sys.modules[name]

    def make(chip: Chip) -> Any:
        forget()
        for name, module in chip.modules().items():
            monkeypatch.setitem(sys.modules, name, module)
        return importlib.import_module("firmware.boards.esp32s3").Esp32S3Board("", "")

    yield make
    forget()
    sys.modules.update(before)


@pytest.mark.parametrize(
    "closes_at_ms", [[], [1000], [1000, 1500, 299_990], [70_000, 70_130, 70_260], list(range(500, 300_000, 777))]
)
def test_no_tip_is_lost_asleep(closes_at_ms: list[int], board_on: MakeBoard) -> None:
    """Each closing within five minutes of sleep is one tip, and the sleep takes its time: a deep one would begin the
    count at 0 with each cycle, so that rain were 0 mm however much falls."""
    chip = Chip(closes_at_ms)
    board = board_on(chip)
    bus = board.open("pulse", {})
    board.sleep_s(300)

    assert bus.total() == len(closes_at_ms)
    assert 300_000 <= chip.now_ms < 300_000 + CLOSED_MS
    assert chip.deep_ms == []


def test_without_a_counter_it_sleeps_deeply(board_on: MakeBoard) -> None:
    """For the whole time, in milliseconds."""
    chip = Chip([])
    board_on(chip).sleep_s(299.25)

    assert chip.deep_ms == [299_250]
