"""Rounds: contenders take turns."""

from rich.console import Console

from bench.meter import Meter
from bench.rounds import interleave


def test_contenders_take_turns() -> None:
    """In each round every contender runs once, in the same order, after a rest, and its values stay its own."""
    calls: list[str] = []

    def measure(name: str, value: float) -> float:
        calls.append(name)
        return value

    with Meter(1, Console(quiet=True)) as meter:
        found = interleave(
            "x",
            {"a": lambda: measure("a", 1.0), "b": lambda: measure("b", 2.0)},
            3,
            meter,
            lambda: calls.append("rest"),
        )

    assert calls == ["rest", "a", "rest", "b"] * 3
    assert found["b"].values == (2.0, 2.0, 2.0)
