"""Quality flags as the QARTOD manual (UNESCO/IOC 54, section 4) numbers them."""

from itertools import product

from wire import quality


def test_flags_are_those_of_qartod() -> None:
    """Pass 1, not evaluated 2, suspect 3, fail 4, missing 9."""
    assert [flag for flag, _ in quality.FLAGS] == [1, 2, 3, 4, 9]
    assert [flag for flag in range(-1, 12) if quality.is_flag(flag)] == [1, 2, 3, 4, 9]


def test_the_worst_flag_decides() -> None:
    """The order is 9, 4, 3, 2, 1, whichever comes first."""
    order = [9, 4, 3, 2, 1]

    for a, b in product(order, order):
        assert quality.worst(a, b) == order[min(order.index(a), order.index(b))]
