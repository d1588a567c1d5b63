"""A pond that is not the demo's: the delivered example, its plan approved."""

from pathlib import Path
from typing import Final

import tailwatch.examples
from tailings.facility import Facility, parse

FILE: Final = Path(tailwatch.examples.__file__).with_name("pond.toml")
DRIVERS: Final = ("battery", "current_loop", "rain_gauge")
PLANS: Final = ("overtopping", "minimum-freeboard")


def text() -> str:
    """The file, with the plan in force."""
    approved = 'failure_mode = "overtopping"\napproved_by = "Engineer of Record"\napproved_on = 2024-06-12'
    return FILE.read_text().replace('failure_mode = "overtopping"', approved)


def pond() -> Facility:
    """The facility of that file."""
    return parse(text())
