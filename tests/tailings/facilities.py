"""The shared test facility, and ways to change its text."""

from functools import cache
from pathlib import Path

from tailings import Facility, parse

VALE = Path(__file__).resolve().parents[1] / "data" / "vale.toml"


@cache
def vale() -> Facility:
    """The facility of tests/data/vale.toml."""
    return parse(VALE.read_text(), str(VALE.name))


def changed(old: str, new: str) -> str:
    """The text of the test facility with one place changed; the place must be there."""
    text = VALE.read_text()
    assert old in text
    return text.replace(old, new, 1)


def line_of(text: str, words: str) -> int:
    """The line, counted from 1, on which these words stand first."""
    return text[: text.index(words)].count("\n") + 1


def not_of_a_node(plan: str) -> str:
    """What is read at n01 and is no sign of its life: a dip by hand, and the level of its gateway's alarm by a plan."""
    return f'''
[instruments."n01:dip"]
driver = "sample_point"
[datastreams."n01:dip.level"]
quantity = "water-level"
unit = "m"
[instruments."n01:alarm"]
driver = "local_alarm"
[instruments."n01:alarm".settings]
plan = "{plan}"
[datastreams."n01:alarm.level"]
quantity = "alarm-level"
unit = "{{level}}"
'''
