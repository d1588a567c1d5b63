"""What the alarm remembers over a restart."""

from edge_agent.alarm.memory import Remembered, decode, encode
from tailings.facility import parse
from tailings.series import Series
from tailings.tarp import advance
from tests.edge_agent.alarm.test_alarm import NOW_MS, TEXT, VALE


def test_what_is_remembered_survives_as_json_and_belongs_to_its_conditions() -> None:
    """One of two readings in a row is counted over a restart; with other limits it says nothing."""
    plan = VALE.tarp["pond"]
    series = {"n01:pond.level": Series.of([NOW_MS], [339.2], [1])}
    known = Remembered(advance(plan, Remembered().memory, series, VALE, NOW_MS)[1], 1, {"n01:pond.level": NOW_MS})
    other = parse(TEXT.replace("value = 339.0", "value = 338.0")).tarp["pond"]

    assert decode(encode(known, plan), plan) == known
    assert decode(encode(known, plan), other) == Remembered()
