"""Sampling: each failure becomes a missing record and a fault, and spoils nothing beside it. (CPython and VM)"""

from firmware.node import sampling
from firmware.node.drivers import Instrument, ReadFailed
from tests.firmware.portable import refuses


class Driver:
    """A driver that gives `value` or raises it."""

    BUS = "none"

    def __init__(self, value: object, warm_up_s: float = 0.0) -> None:
        self.value = value
        self.WARM_UP_S = warm_up_s

    def channels(self, settings: object) -> tuple[tuple[str, str], ...]:
        return (("x", "V"), ("y", "1"))

    def read(self, bus: object, settings: object) -> tuple[tuple[str, object, str], ...]:
        if isinstance(self.value, Exception):
            raise self.value
        return (("x", self.value, "V"), ("y", 1, "1"))


class Board:
    """Notes the rails."""

    def __init__(self) -> None:
        self.switched: list[tuple[str, bool]] = []
        self.rails = ("field12",)
        self.order: list[str] = []

    def uptime_ms(self) -> int:
        return 10000 * len(self.switched)

    def rail(self, name: str, is_on: bool) -> None:
        self.switched.append((name, is_on))

    def rails_of(self, instrument: Instrument) -> tuple[str, str]:
        return "", instrument.rail

    def bus(self, instrument: Instrument) -> None:
        self.order.append(instrument.id)

    def feed(self) -> None:
        pass


def instrument(name: str, driver: Driver, rail: str = "") -> Instrument:
    return Instrument(name, "", rail, driver, settings={}, warm_up_s=driver.WARM_UP_S)


def sampled(board: Board, *instruments: Instrument) -> tuple[dict[str, str], list[tuple[str, str]]]:
    readings, faults = sampling.sample(board, list(instruments))  # type: ignore[arg-type]
    return {reading.name: reading.value_text() for reading in readings}, faults


def test_a_failed_instrument_is_missing_and_the_others_are_read() -> None:
    """All its channels, under the driver's reason; the detail is a fault."""
    found, faults = sampled(
        Board(), instrument("a", Driver(ReadFailed("timeout", "no answer"))), instrument("b", Driver(2.5))
    )

    assert found == {"a.x": "missing:timeout", "a.y": "missing:timeout", "b.x": "2.5", "b.y": "1"}
    assert faults == [("a", "no answer")]


def test_a_port_that_fails_is_a_failed_reading() -> None:
    """An OSError under a driver does not end the cycle."""
    found, faults = sampled(Board(), instrument("a", Driver(OSError(5))))

    assert found["a.x"] == "missing:bus-error"
    assert len(faults) == 1


def test_a_value_that_is_no_number_is_missing() -> None:
    """NaN from a driver."""
    assert sampled(Board(), instrument("a", Driver(float("nan"))))[0]["a.x"] == "missing:not-finite"


def test_rails_are_on_while_instruments_are_read() -> None:
    """Each once, and off again, also after a failure."""
    board = Board()

    sampled(board, instrument("a", Driver(1), "field12"), instrument("b", Driver(ReadFailed("crc")), "field12"))

    assert board.switched == [("field12", True), ("field12", False)]


def test_a_mistake_of_ours_leaves_no_rail_on() -> None:
    """What no driver may raise goes through, and the battery is not emptied by it."""
    board = Board()

    refuses(ValueError, sampled, board, instrument("a", Driver(ValueError("a mistake")), "field12"))

    assert board.switched == [("field12", True), ("field12", False)]


def test_the_shortest_warm_up_is_read_first() -> None:
    """So that the waits overlap."""
    board = Board()

    sampled(board, instrument("slow", Driver(1, 0.02)), instrument("quick", Driver(1, 0.0)))

    assert board.order == ["quick", "slow"]
