"""Releases: how a person at the gateway lowers the local alarm, by a command or by a key switch that makes a file.

A file in `release/` of the state folder, named like a plan, is the request; the agent removes it when it is done. What
stands in it is the reason, told in the state document; a key switch gives none.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from edge_agent import site
from edge_agent.log import Log
from edge_agent.settings import BadSettings, Settings
from tailings import plugins

FOLDER: Final = "release"
MAX_REASON: Final = 500


def ask_release(settings: Settings, plan: str, reason: str, log: Log) -> None:
    """Leave a request for the agent. Raises BadSettings when there is no such plan or folder, or BadFacility."""
    facility = site.facility_in_force(settings, log)
    if plan not in facility.tarp:
        raise BadSettings(settings.facility_file, f"there is no plan {plan!r}{plugins.hint(plan, facility.tarp)}")
    if not settings.state_dir.is_dir():
        raise BadSettings(settings.state_dir, "no agent has worked here yet; is this its state_dir?")
    folder = settings.state_dir / FOLDER
    folder.mkdir(exist_ok=True)
    draft = settings.state_dir / f"{FOLDER}.new"
    draft.write_text(reason, "utf-8")
    draft.replace(folder / plan)


def carry_out(state_dir: Path, release: Callable[[str, str], bool]) -> None:
    """Do what was asked; `release` is False while it cannot be stored, and then the request stays."""
    for request in sorted((state_dir / FOLDER).glob("*")):
        with request.open(encoding="utf-8", errors="replace") as file:
            reason = " ".join(file.read(MAX_REASON).split())
        if release(request.name, reason):
            request.unlink()
