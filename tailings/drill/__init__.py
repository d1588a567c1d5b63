"""A drill of the response plans: what is played by whom and when, and how quickly who takes part answered it.

    scenario  the file of a drill: injects with what instruments say then, what the plans must say, who is called
    record    what happened, compared with what had to happen: reaction times, each with its limit and outcome
    readings  what simulated nodes read: calm, then what brings datastreams to the values of the scenario
    past      what lies before it, where plans look back
    moves     what brings a value, a rate or a difference past its level
    rehearsal the scenario carried through the real chain to the plans, without a clock
    draft     the scenario that is made from a plan

A drill is held on simulated readings in an installation of its own: the real one goes on watching, and hears nothing.
"""

from tailings.drill.record import DrillAlarm, DrillFacts, DrillRecord, make
from tailings.drill.scenario import BadScenario, DrillScenario, DrillScope, Inject, read_scenario

__all__ = [
    "BadScenario",
    "DrillAlarm",
    "DrillFacts",
    "DrillRecord",
    "DrillScenario",
    "DrillScope",
    "Inject",
    "make",
    "read_scenario",
]
