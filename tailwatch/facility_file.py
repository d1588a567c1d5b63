"""A facility file as a person hands it over: read and checked whole, the receivers of its agents too."""

from pathlib import Path

import edge_agent
from tailings.facility import Facility, decoded, parse


def read(file: Path) -> tuple[Facility, str]:
    """The facility of a file, and its text; raises OSError, or BadFacility with each fault, its line and the fix."""
    text = decoded(file.read_bytes(), str(file))
    facility = parse(text, str(file))
    edge_agent.check_receivers(facility, text, str(file))
    return facility, text
