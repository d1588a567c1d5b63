"""Heap: the sum of the measured parts against the VM itself."""

from pathlib import Path

import pytest

from firmware import budgets, heap

PARTS, SMALL_BYTES = heap.measured()


@pytest.mark.parametrize(
    "kinds", [("vw_piezometer", "vw_piezometer", "battery"), ("rain_gauge", "barometer", "tilt_meter", "current_loop")]
)
def test_the_parts_add_up_to_what_the_vm_uses(built: Path, kinds: tuple[str, ...]) -> None:
    """Within 2 % after a cycle: several of a kind, and two on one bus."""
    found = budgets.heap(built, kinds)

    used_bytes = found["total_bytes"] - found["free_bytes"]
    assert PARTS.used_bytes([(kind, 1) for kind in kinds]) == pytest.approx(used_bytes, rel=0.02)


def test_what_is_known_to_fit_fits_and_what_failed_does_not() -> None:
    """21 channels of four wires run (test_main.py); a chain beside a wire ran out of memory on the demo dam."""
    wires = [*[("vw_piezometer", 5)] * 4, ("battery", 1)]
    chain = [("inclinometer_chain", 8), ("vw_piezometer", 5), ("battery", 1)]

    assert PARTS.needed_bytes(wires) <= SMALL_BYTES < PARTS.needed_bytes(chain)


def test_instruments_of_others_need_nothing() -> None:
    """A logger with two hundred channels is no node of ours."""
    assert PARTS.needed_bytes([("sample_point", 200)]) == PARTS.needed_bytes([])
