"""What laboratory values say of the limits of water: exceeded, met, or not decided and why.

assess(samples, permit, now, zone)   the verdict on each limit in force, and on the whole
look_back(now)                       since when samples are asked for

The rules are rows of tailings/water/limits.toml, each with the article that states it.
"""

from tailings.assess.model import WaterOutcome
from tailings.assess.water.assessment import assess, look_back
from tailings.assess.water.values import LimitVerdict, Note, Reason, Unlimited, WaterVerdict

__all__ = ["LimitVerdict", "Note", "Reason", "Unlimited", "WaterOutcome", "WaterVerdict", "assess", "look_back"]
