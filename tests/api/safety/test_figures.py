"""Which readings by hand belong to which tip of a hole."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from api.safety.models import Safety
from tailings.facility.model import Instrument
from tailings.geometry import Tip
from tests.dashboard.examples import NOW, datastream
from tests.dashboard.safety.examples import level, planned, watched

UPPER = datastream("n07:vw2.level", "water-level", 331.0)
LOWER = level("n07", 329.5)
DIP = replace(datastream("n07:dip.level", "water-level", 330.9), is_manual=True)


def tip(elevation_m: float) -> tuple[Tip, ...]:
    """A tip that has been there for a year."""
    return (Tip(valid_from=NOW - timedelta(days=365), tip_elevation_m=elevation_m),)


def dam(dip_m: float) -> Safety:
    """n07 with two tips, at 318 and 325 m, and a standpipe whose tip is at `dip_m`."""
    tips = {"n07:vw1": 318.0, "n07:vw2": 325.0}
    instruments = {
        name: Instrument(name, "n07", "vw_piezometer", geometry=tip(elevation_m)) for name, elevation_m in tips.items()
    } | {"n07:dip": Instrument("n07:dip", "n07", "sample_point", geometry=tip(dip_m))}
    file = msgspec.structs.replace(planned(), instruments=planned().instruments | instruments)
    return watched([LOWER, UPPER, DIP, level("n04", 330.0)], file=file).answer


@pytest.mark.parametrize(("dip_m", "upper", "lower"), [(324.0, [DIP.name], []), (319.5, [], [DIP.name])])
def test_a_dip_belongs_to_the_tip_nearest_in_height(dip_m: float, upper: list[str], lower: list[str]) -> None:
    """Two tips in one hole stand in different water: the standpipe tells of the one it reaches."""
    found = {one.datastream: one.dips for one in dam(dip_m).tips}

    assert (found[UPPER.name], found[LOWER.name]) == (upper, lower)


def test_readings_by_hand_are_no_piezometer() -> None:
    """They are neither counted nor judged among the instruments, and not drawn at another node."""
    found = dam(324.0)

    assert [one.datastream for one in found.tips] == ["n04:vw1.level", LOWER.name, UPPER.name]
    assert found.tips[0].dips == [] and found.piezometers and found.piezometers.total == 3
