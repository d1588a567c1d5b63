"""Where two answers differ: what is told of the same thing asked twice, or written in two ways."""

from collections.abc import Callable, Collection, Iterator
from math import isclose
from typing import Any


def is_close(key: str, one: object, other: object, rel: float = 1e-9) -> bool:
    """Whether two numbers are the same but for the order in which they were reckoned."""
    return isinstance(one, float) and isinstance(other, float) and isclose(one, other, rel_tol=rel, abs_tol=1e-9)


def differences(
    one: Any,
    other: Any,
    left_out: Collection[str] = (),
    is_as_good_as: Callable[[str, object, object], bool] = is_close,
    key: str = "",
) -> Iterator[str]:
    """Give the values that differ, by the key under which they stand; those of keys `left_out` may."""
    if key in left_out:
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for each in one.keys() | other.keys():
            yield from differences(one.get(each), other.get(each), left_out, is_as_good_as, each)
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        for pair in zip(one, other, strict=True):
            yield from differences(*pair, left_out, is_as_good_as, key)
    elif one != other and not is_as_good_as(key, one, other):
        yield f"{key}: {one!r} {other!r}"
