"""The rain gauge gives its running total. (CPython and VM)"""

from firmware.node.drivers import rain_gauge


class Counter:
    """A pulse bus at a total."""

    def total(self) -> int:
        return 17


def test_the_total_is_read_as_counted() -> None:
    """Tips, not millimetres."""
    assert rain_gauge.read(Counter(), {}) == (("count", 17, "{count}"),)  # type: ignore[arg-type]
    assert rain_gauge.channels({}) == (("count", "{count}"),)
