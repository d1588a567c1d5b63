"""The installation of a drill: simulated nodes alone are read, and notifications reach nobody outside."""

import pkgutil
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from firmware.node import drivers
from tailings import tarp
from tailings.drill import DrillScenario
from tailings.drill.readings import MEASURED_S
from tailings.facility import Facility
from tailwatch import toml
from tailwatch.demo.duty import Pager
from tailwatch.ports import LOOPBACK
from tailwatch.secrets import write_private
from tailwatch.site import Site, read_facilities
from tailwatch.state import StateFolder

FILE: Final = "drill.toml"
SAYS: Final = "A drill on simulated readings: {title}. Nothing has happened, and nobody outside is told."
READS_ELSEWHERE: Final = ("receivers", "listens", "runs")
"""Keys of an agent by which it would read instruments of the real dam, or not run here."""
DRIVERS: Final = frozenset(one.name for one in pkgutil.iter_modules(drivers.__path__))
"""What the firmware of a node can read."""


class DrillSite(Site):
    """Tells the pager and nobody else, with links by which who is told answers."""

    def __init__(
        self, state: StateFolder, facilities: Mapping[Path, Facility], pager: Pager, api_port: int | None = None
    ) -> None:
        super().__init__(state, facilities, api_port)
        self._pager = pager

    def _ingest_settings(self, client_id: str) -> dict[str, toml.Value]:
        own: dict[str, toml.Value] = {
            "notification_hosts": [LOOPBACK],
            "drill_pager": f"{LOOPBACK}:{self._pager.port}",
            "pages_url": self.api_url,
            "heartbeat_url": "",  # who watches the real dam from outside must not hear of this one
        }
        return super()._ingest_settings(client_id) | own


def plans_in_force(facility: Facility) -> tuple[str, ...]:
    """Return the plans on which a drill can be held: one that nobody approved calls nobody."""
    return tuple(name for name, plan in facility.tarp.items() if tarp.calls(plan, date.today()))


def facility_of(state: StateFolder, text: str, scenario: DrillScenario) -> Mapping[Path, Facility]:
    """Write the file of a drill from that of the dam, and read it.

    The words of the drill stand over every page, the nodes measure often, and nothing but them is read.
    """
    tables = tomllib.loads(text)
    tables["facility"]["sample_data"] = SAYS.format(title=scenario.title)
    for agent in tables.get("agents", {}).values():
        for key in READS_ELSEWHERE:
            agent.pop(key, None)
    for node in tables.get("nodes", {}).values():
        settings: dict[str, Any] = node.setdefault("settings", {})
        settings["interval_s"] = min(MEASURED_S, settings.get("interval_s", node["expected_interval_s"]))
    own = state.folder / FILE
    write_private(own, toml.encode(tables))
    return read_facilities([own])
