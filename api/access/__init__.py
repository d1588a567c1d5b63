"""Access: who asks, and what that one may do. Every address declares a permission of this room."""

from . import tokens
from .caller import Caller
from .identify import Known
from .permissions import (
    Anyone,
    OfAlarm,
    OfDatastream,
    OfDisclosed,
    OfEverything,
    OfEvidence,
    OfFacility,
    OfList,
    Permission,
    Seen,
    Signed,
    anyone,
    require,
    require_datastream,
    require_in,
)

__all__ = [
    "Anyone",
    "Caller",
    "Known",
    "OfAlarm",
    "OfDatastream",
    "OfDisclosed",
    "OfEverything",
    "OfEvidence",
    "OfFacility",
    "OfList",
    "Permission",
    "Seen",
    "Signed",
    "anyone",
    "require",
    "require_datastream",
    "require_in",
    "tokens",
]
