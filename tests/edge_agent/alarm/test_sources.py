"""What the local alarm knows of the readings that a suspect one is made of, whatever order they come in.

A level of n07 is made with the air's pressure. A suspect pressure says nothing of its size, so neither does the level.
"""

import numpy as np
from msgspec.structs import replace

from edge_agent.alarm.sources import Sources
from edge_agent.process.derive import Derivation
from edge_agent.process.quality import judge
from tailings import Facility, parse
from tailings.filters import spike
from tailings.series import Series
from tests.tailings.facilities import VALE

T = 1_764_079_200_000
MINUTE_MS = 60_000
AIR, WIRE, THERMISTOR, LEVEL = "n01:baro.pressure", "n07:vw1.frequency", "n07:vw1.thermistor", "n07:vw1.level"
PLAN = """
[tarp.wall]
failure_mode = "water rises in the wall"
[[tarp.wall.levels]]
level = "red"
when = { datastream = "n07:vw1.level", test = "above", value = 330.0 }
"""


class Gateway:
    """A derivation and what its alarm keeps, fed a group at a time."""

    def __init__(self, facility: Facility) -> None:
        self._derivation, self._sources = Derivation(facility, judge, lambda name: []), Sources(facility)

    def take(self, minute: float, **readings: float) -> tuple[float, float, float] | None:
        """The newest level of a group with both ends of its interval; None: the group brings none."""
        names = {"air": AIR, "wire": WIRE, "thermistor": THERMISTOR}
        at_ms = T + round(minute * MINUTE_MS)
        found = self._derivation.run({names[name]: Series.of([at_ms], [value]) for name, value in readings.items()})
        level = self._sources.bounded(found.judged, found.verdicts).get(LEVEL)
        return None if level is None else (level.series.value[-1], level.low[-1], level.high[-1])


def facility_with(**filters: object) -> Facility:
    """The test facility with a plan on the level, and more filters on the air's pressure."""
    one = parse(VALE.read_text() + PLAN)
    air = one.datastreams[AIR]
    more = replace(air, filters={**air.filters, **filters})
    return replace(one, datastreams={**one.datastreams, AIR: more})


def test_a_late_good_reading_makes_no_doubted_one_better() -> None:
    """845 hPa is suspect by its range (850 to 1080 hPa); 961 hPa of five minutes before comes behind it: a level of
    the next minute is made of the 845 hPa still, and nobody knows how far it is off."""
    gateway = Gateway(facility_with())
    gateway.take(0, air=845.0)
    gateway.take(-5, air=961.0)
    found = gateway.take(1, wire=2831.4, thermistor=4821.0)

    assert found is not None
    assert found[1:] == (-np.inf, np.inf)


def test_a_reading_that_is_doubted_later_is_doubted_in_what_is_made_of_it() -> None:
    """40 hPa for a minute is a spike, which the next reading shows; a level of that minute comes late."""
    gateway = Gateway(facility_with(spike=spike.Settings(suspect=5.0)))
    for minute, hpa in enumerate((961.0, 1001.0, 961.0)):
        gateway.take(minute, air=hpa)
    found = gateway.take(1.5, wire=2831.4, thermistor=4821.0)

    assert found is not None
    assert found[1:] == (-np.inf, np.inf)
