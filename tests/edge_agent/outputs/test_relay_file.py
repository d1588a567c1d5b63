"""A relay that is a file."""

from pathlib import Path

import pytest

from edge_agent.alarm.alarm import Alarm
from edge_agent.outputs import Condition, Source, relay_file
from tests.edge_agent.alarm.test_alarm import NODES, NOW_MS, VALE, pond
from tests.edge_agent.place import Log, no_link, place


def test_a_relay_that_cannot_be_switched_is_told_once_and_tried_again(tmp_path: Path) -> None:
    """The folder of the GPIO appears late."""
    log = Log()
    relay = relay_file.open(relay_file.Settings(tmp_path / "gpio" / "value"), place(log, no_link))
    relay.show(True)
    relay.show(True)
    (tmp_path / "gpio").mkdir()
    relay.show(True)

    assert log.said("ERROR output-fails") == 1
    assert (tmp_path / "gpio" / "value").read_text() == "1\n"


def test_a_relay_is_written_once_for_each_change(tmp_path: Path) -> None:
    """Whoever sets it by hand is not overruled ten times a second; closing leaves it as it is."""
    file = tmp_path / "value"
    relay = relay_file.open(relay_file.Settings(file, on="high", off="low"), place(Log(), no_link))
    relay.show(False)
    assert file.read_text() == "low\n"

    file.write_text("by hand")
    relay.show(False)
    relay.close()

    assert file.read_text() == "by hand"


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"switched_by": ()}, "at least one"),
        ({"switched_by": ("centre-silent",), "plans": ("pond",)}, "they switch nothing"),
    ],
)
def test_what_could_never_switch_is_refused(tmp_path: Path, keys: dict[str, tuple[str, ...]], named: str) -> None:
    """An output that nothing switches, or a plan that could not, is a mistake of the settings."""
    with pytest.raises(ValueError, match=named):
        relay_file.Settings(tmp_path / "value", **keys)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("switched_by", "conditions", "is_on"),
    [
        (("plans",), {"centre-silent", "clock-wrong"}, False),
        (("centre-silent",), {"centre-silent"}, True),
        (("centre-silent",), {"clock-wrong"}, False),
        (("plans", "clock-wrong"), {"clock-wrong"}, True),
        (("plans", "centre-silent"), set(), False),
    ],
)
def test_conditions_of_the_gateway_switch_what_names_them(
    tmp_path: Path, switched_by: tuple[Source, ...], conditions: set[Condition], is_on: bool
) -> None:
    """Beside the plans, or in their place; a usual output is left alone by them."""
    alarm = Alarm(VALE, NODES, [], Log())
    settings = relay_file.Settings(tmp_path / "value", switched_by=switched_by)

    assert alarm.is_on(settings, NOW_MS, frozenset(conditions)) is is_on


@pytest.mark.case("2", "At a gateway, an output that names `blind` is on while a plan cannot detect its worst level")
def test_a_blind_plan_switches_what_names_it(tmp_path: Path) -> None:
    """Before the first reading, not while readings come, and after three intervals of 60 s without one; not latched."""
    alarm = Alarm(VALE, NODES, [], Log())
    blind = relay_file.Settings(tmp_path / "value", switched_by=("blind",))
    other = relay_file.Settings(tmp_path / "value", switched_by=("blind",), plans=("seepage",))
    usual = relay_file.Settings(tmp_path / "value", from_level="yellow")
    before = alarm.is_on(blind, NOW_MS)
    alarm.follow(pond(336.0, 336.0), [], NOW_MS)

    seen = [alarm.is_on(blind, NOW_MS + after_s * 1000) for after_s in (61, 239, 241)]
    others = [alarm.is_on(one, NOW_MS + 241_000) for one in (other, usual)]
    alarm.follow(pond(336.0, from_ms=NOW_MS + 300_000), [], NOW_MS + 300_000)

    assert (before, seen, others) == (True, [False, False, True], [False, False])
    assert not alarm.is_on(blind, NOW_MS + 301_000)
