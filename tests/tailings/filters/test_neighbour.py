"""Neighbour: the median of those around decides, if enough of them speak."""

import msgspec
import numpy as np
import pytest

from tailings.filters import Around, neighbour
from tailings.filters.neighbour import Settings
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {
    "neighbours": ["n01:baro.pressure", "n01:rain.rain"],
    "suspect": 1.0,
    "stale_after_s": 300,
}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""


def constant(value: float) -> Series:
    """One value at time 0."""
    return Series.of([0], [value])


def test_one_bad_neighbour_has_no_say() -> None:
    """The median of 10, 10.2 and 99 is 10.2: 10.5 is good, 12 suspect, 20 a fail."""
    around = Around({"a": constant(10.0), "b": constant(10.2), "c": constant(99.0)})
    settings = Settings(("a", "b", "c"), suspect=1.0, fail=5.0)

    flags = [int(neighbour.flag_values(constant(value), settings, around)[0]) for value in (10.5, 12.0, 20.0)]

    assert flags == [1, 3, 4]


def test_a_distance_that_is_just_its_limit_is_not_past_it() -> None:
    """338.25 m among neighbours at 338.2 m, with a limit of 0.05 m; a centimetre more is."""
    around = Around({"a": constant(338.2), "b": constant(338.2)})
    settings = Settings(("a", "b"), suspect=0.05)

    assert [neighbour.flag_values(constant(value), settings, around)[0] for value in (338.25, 338.26)] == [1, 3]


def test_each_neighbour_has_its_usual_difference() -> None:
    """Neighbours that lie 5 lower and 3 higher than this one agree with it."""
    settings = Settings(("a", "b"), suspect=0.1, offsets=(5.0, -3.0))

    assert neighbour.flag_values(constant(10), settings, Around({"a": constant(5), "b": constant(13)})).tolist() == [1]


def test_too_few_neighbours_say_nothing() -> None:
    """One of two has a value: not evaluated."""
    flags = neighbour.flag_values(
        constant(10), Settings(("a", "b"), 1.0), Around({"a": constant(np.nan), "b": constant(1)})
    )

    assert flags.tolist() == [2]


def test_one_offset_a_neighbour() -> None:
    """Fewer offsets than neighbours are refused."""
    with pytest.raises(msgspec.ValidationError, match="one number for each"):
        msgspec.convert({"neighbours": ["a", "b"], "suspect": 1, "offsets": [1]}, Settings)


def test_bad_neighbours_take_no_part() -> None:
    """The healthy third one stays alone with 20 m against its 10 m: with two asked for, nothing is said of it."""
    around = Around({"a": Series.of([0], [10.0], [4]), "b": constant(20.0), "c": Series.of([0], [10.0], [3])})

    flags = [
        neighbour.flag_values(constant(10.0), Settings(("a", "b", "c"), 1.0, min_neighbours=few), around).tolist()
        for few in (1, 2)
    ]

    assert flags == [[3], [2]]
