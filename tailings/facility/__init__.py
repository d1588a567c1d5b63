"""A facility as one file describes it: read, checked, frozen.

`parse` is the only way in; a Facility that exists is one whose parts fit together.
"""

from tailings.facility.bad import BadFacility, FileProblem
from tailings.facility.mapping_file import parse_mapping
from tailings.facility.mappings import Mapping
from tailings.facility.model import (
    Agent,
    Catchment,
    Datastream,
    Facility,
    Instrument,
    Location,
    Node,
    NodePosition,
    StageStorage,
)
from tailings.facility.parser import parse, version_hash
from tailings.facility.permits import PermitLimit
from tailings.facility.plans import Action, Condition, Level, Plan
from tailings.facility.sections import DesignLine, Material, Outline, SurveyedSection, height_m

__all__ = [
    "Action",
    "Agent",
    "BadFacility",
    "Catchment",
    "Condition",
    "Datastream",
    "DesignLine",
    "Facility",
    "FileProblem",
    "Instrument",
    "Level",
    "Location",
    "Mapping",
    "Material",
    "Node",
    "NodePosition",
    "Outline",
    "PermitLimit",
    "Plan",
    "StageStorage",
    "SurveyedSection",
    "height_m",
    "parse",
    "parse_mapping",
    "version_hash",
]
