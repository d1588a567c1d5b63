"""Alarms of record: plans followed over what is stored, events that persons answer, and alarms of the equipment.

    Levels      follows the plans, a work of the job scheduler: what a commit touched is followed again from there
    equipment   looks at nodes, clocks, disk ... and raises alarms of the family maintenance
    Files       the stored facility files, parsed once for both
    plans       what the stored file says of a plan; its approval and its withdrawal
    replaying   what a plan would have done over a history
    acting      what a person may do to an event: acknowledge, note, shelve, close an action, lower
    hand_over   the note that one shift leaves to the next
    telling     a commit for what is written to alarms

The outcome depends on the values, not on their arrival: a late value is followed from its own time on, and what it
takes back or adds stands in the history of the event as a correction. Only persons acknowledge and lower.
"""

from ingest.alarms import change_signal, hand_over, operator_actions, plan_backtest, plans
from ingest.alarms.equipment import Equipment
from ingest.alarms.files import Files
from ingest.alarms.operator_actions import NotPossible
from ingest.alarms.plan_follower import Levels

__all__ = [
    "Equipment",
    "Files",
    "Levels",
    "NotPossible",
    "change_signal",
    "hand_over",
    "operator_actions",
    "plan_backtest",
    "plans",
]
