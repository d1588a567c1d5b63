"""The edge agent: takes packs and files over at the site, calibrates and judges them, and forwards them to the centre.

receive -> unpack -> derive -> judge -> buffer -> forward. `python -m edge_agent SETTINGS.toml` runs it.

- `load(file) -> Settings`, `load_mapping(file) -> Mapping`: raise BadSettings
- `Agent(settings, log)`: `run()` works until `stop()`
- `check(file) -> Checked`, `table(checked) -> str`: what an agent would do with its settings, and every error
- `check_receivers(facility, text, source)`: the receivers that a facility file has for its agents; raises BadFacility
- `reach(settings, facility, log)`: connect to the centre once; raises CannotReach
- `read_sheet(settings, now_ms, log) -> StatusReport`, `sheet_text(report) -> str`: how an agent stands, from its folder
- `ask_release(settings, plan, reason, log)`: lower the local alarm of a plan
- `import_history(settings, path, mapping, GatewayClock(), log)`: yields Progress until the centre has all of a file
- `mapping_of(settings, path, log)`: how its drop folder reads a file
- `node_configuration(facility, node)`: what a node is to do, as it is sent to it under its `configuration_hash`
- `ask(settings, RESEND or CLOCK_IS_RIGHT)`: have all sent again that the centre has not acknowledged; say that somebody
  compared the gateway's time of day
- `salvage_all(settings) -> list[Salvaged]`: put back what is whole of damaged buffers that were set aside
- `read_guarded(path, mapping, Bounds, Position)`: what a file holds and what of it is refused, without storing it;
  `in_units(chunk, mapping, units)` as it would be stored, `fix_of(reason)` what helps against a refusal
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from edge_agent.agent import EdgeAgent
from edge_agent.alarm.releases import ask_release
from edge_agent.buffer.sqlite_file import NewerBuffer
from edge_agent.clock.gateway_clock import GatewayClock
from edge_agent.config.node_config import configuration_hash, node_configuration
from edge_agent.config.requests import CLOCK_IS_RIGHT, RESEND, ask
from edge_agent.config.settings import Settings, load, load_mapping
from edge_agent.config.site import (
    KEPT_FILE,
    AlreadyRunning,
    check_mapping,
    check_receivers,
    earliest_ms,
    facility_in_force,
)
from edge_agent.forward.one_run import EXIT_ANOTHER_RUNS
from edge_agent.receive.csv_file import FileChunk, TimeBounds, in_units
from edge_agent.receive.csv_rows import BadCsvFile, fix_of
from edge_agent.values import FilePosition, Mapping
from runtime.log import Level, Log, log_of
from runtime.settings import BadSettings, Endpoint

if TYPE_CHECKING:
    from edge_agent.buffer.salvage import Salvaged, salvage_all
    from edge_agent.forward.reach import CannotReach, reach
    from edge_agent.history import Progress, import_history, mapping_of
    from edge_agent.receive.guarded_file import read_guarded
    from edge_agent.report.settings_check import CheckedSettings, check, table
    from edge_agent.report.status_report import StatusReport, read_sheet
    from edge_agent.report.status_report_text import sheet_text

log = log_of(__name__)

__all__ = [
    "CLOCK_IS_RIGHT",
    "EXIT_ANOTHER_RUNS",
    "KEPT_FILE",
    "RESEND",
    "AlreadyRunning",
    "BadCsvFile",
    "BadSettings",
    "CannotReach",
    "CheckedSettings",
    "EdgeAgent",
    "Endpoint",
    "FileChunk",
    "FilePosition",
    "GatewayClock",
    "Level",
    "Log",
    "Mapping",
    "NewerBuffer",
    "Progress",
    "Salvaged",
    "Settings",
    "StatusReport",
    "TimeBounds",
    "ask",
    "ask_release",
    "check",
    "check_mapping",
    "check_receivers",
    "configuration_hash",
    "earliest_ms",
    "facility_in_force",
    "fix_of",
    "import_history",
    "in_units",
    "load",
    "load_mapping",
    "log",
    "mapping_of",
    "node_configuration",
    "reach",
    "read_guarded",
    "read_sheet",
    "salvage_all",
    "sheet_text",
    "table",
]

LATER: Final = {
    "edge_agent.buffer.salvage": ("Salvaged", "salvage_all"),
    "edge_agent.forward.reach": ("CannotReach", "reach"),
    "edge_agent.history": ("Progress", "import_history", "mapping_of"),
    "edge_agent.receive.guarded_file": ("read_guarded",),
    "edge_agent.report.settings_check": ("CheckedSettings", "check", "table"),
    "edge_agent.report.status_report": ("StatusReport", "read_sheet"),
    "edge_agent.report.status_report_text": ("sheet_text",),
}
"""What is asked of an agent from outside, by module: the agent itself pays for none of it."""


def __getattr__(name: str) -> object:
    """Load a module when one of its names is asked for (PEP 562)."""
    for module, names in LATER.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
