"""Energy figures: each says where it comes from, and whether that was read."""

import tomllib

from hardware.tools.pins import ROOT

ENERGY = tomllib.loads((ROOT / "hardware" / "energy.toml").read_text())


def test_every_figure_has_a_source_and_says_whether_it_was_read() -> None:
    """Nothing is passed off as measured."""
    for name, state in ENERGY["states"].items():
        assert set(state) == {"part", "milliamperes", "volts", "source", "read"}, name
        assert state["milliamperes"] > 0 and len(state["source"]) > 20, name


def test_the_times_of_a_cycle_name_known_states() -> None:
    """Each `<state>_s` is a state with a current, and no state is longer than the interval."""
    cycle = ENERGY["cycle"]
    times = {key[:-2]: value for key, value in cycle.items() if key.endswith("_s") and key != "interval_s"}

    assert set(times) <= set(ENERGY["states"])
    assert all(0 < seconds < cycle["interval_s"] for seconds in times.values())
