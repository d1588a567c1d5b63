"""The installation of a drill: as that of the demo, and its notifications reach nobody outside."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tailings.drill import DrillScenario
from tailings.facility import Facility
from tailwatch import toml
from tailwatch.demo.duty import Pager
from tailwatch.demo.field import DamSite
from tailwatch.ports import LOOPBACK
from tailwatch.secrets import write_private
from tailwatch.site import read_facilities
from tailwatch.state import StateFolder

FILE: Final = "drill.toml"
SAMPLE: Final = re.compile(r"^sample_data = .*$", re.MULTILINE)
SAYS: Final = "A drill on a simulated dam: {title}. Nothing has happened, and nobody outside is told."


class DrillSite(DamSite):
    """Tells the pager and nobody else, with links by which who is told answers."""

    def __init__(
        self, state: StateFolder, facilities: Mapping[Path, Facility], pager: Pager, api_port: int | None = None
    ) -> None:
        super().__init__(state, facilities, api_port)
        self._pager = pager

    def _ingest_settings(self, client_id: str) -> dict[str, toml.Value]:
        own: dict[str, toml.Value] = {
            "drill_pager": f"{LOOPBACK}:{self._pager.port}",
            "pages_url": self.api_url,
            "heartbeat_url": "",  # who watches the real dam from outside must not hear of this one
        }
        return super()._ingest_settings(client_id) | own


def facility_of(state: StateFolder, file: Path, scenario: DrillScenario) -> Mapping[Path, Facility]:
    """Write the dam's file with the words of the drill over every page, and read it."""
    says = toml.encode({"sample_data": SAYS.format(title=scenario.title)}).strip()
    text, count = SAMPLE.subn(lambda _: says, file.read_text("utf-8"))
    assert count == 1, f"{file} must say in one line that its readings are invented"
    own = state.folder / FILE
    write_private(own, text)
    return read_facilities([own])
