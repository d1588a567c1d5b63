"""Tests of the nodes' energy."""

import msgspec

from tailwatch.energy import EnergyFigures, NodePlan, read
from tailwatch.energy.consumption import PlannedInstrument
from tailwatch.energy.figures import CaseRange, DriverTimes, WakeTimes

NO_TIMES = WakeTimes("none", 0.0, 0.0, {"battery": DriverTimes(0.0, 0.0, 0.0, "voltage", ())})
"""A firmware that takes no time."""


def planned(interval_s: float, kinds: tuple[str, ...]) -> NodePlan:
    """A node with instruments of these drivers, each on the node's supply."""
    return NodePlan("n", interval_s, tuple(PlannedInstrument(kind) for kind in kinds))


def of_an_example(asleep_ma: float, awake_ma: float, awake_s: float) -> EnergyFigures:
    """EnergyFigures of a logger that only sleeps and wakes, on a battery without a converter."""
    own = read()
    nothing = {"typical": 0.0, "worst": 0.0}
    currents = {
        name: msgspec.structs.replace(getattr(own.currents, name), **nothing, volts=12.8)
        for name in own.currents.__struct_fields__
    }
    currents["deep_sleep"] = msgspec.structs.replace(
        own.currents.deep_sleep, typical=asleep_ma, worst=asleep_ma, volts=12.8
    )
    currents["awake"] = msgspec.structs.replace(own.currents.awake, typical=awake_ma, worst=awake_ma, volts=12.8)
    zero = CaseRange(typical=0.0, worst=0.0, basis="assumed", source="nothing, for an example")
    times = dict.fromkeys(own.times.__struct_fields__, zero)
    times["boot"] = CaseRange(typical=awake_s, worst=awake_s, basis="assumed", source="of the example in the manual")
    return msgspec.structs.replace(own, currents=type(own.currents)(**currents), times=type(own.times)(**times))
