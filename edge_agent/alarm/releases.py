"""Releases: how a person at the gateway lowers the local alarm, by a command or by a key switch that makes a file.

A file in `release/` of the state folder, named like a plan, is the request; the agent removes it when it is done. What
stands in it is the reason, told in the state document; a key switch gives none.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from edge_agent.config import site
from edge_agent.config.settings import Settings
from runtime.log import Log
from runtime.settings import BadSettings
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


class Releases:
    """The requests as the agent sees them. What it cannot read or remove is told once, with the fix, and left alone."""

    def __init__(self, state_dir: Path, log: Log) -> None:
        self._folder = state_dir / FOLDER
        self._log = log
        self._unreadable: set[str] = set()
        self._done: set[str] = set()
        """Carried out, but still there: not carried out again before somebody has taken it away."""

    def carry_out(self, release: Callable[[str, str], bool]) -> None:
        """Do what was asked; `release` is False while it cannot be stored, and then the request stays."""
        requests = sorted(self._folder.glob("*"))
        names = {request.name for request in requests}
        self._unreadable &= names
        self._done &= names
        for request in requests:
            if request.name in self._done:
                continue
            reason = self._read(request)
            if reason is not None and release(request.name, reason):
                self._remove(request)

    def _read(self, request: Path) -> str | None:
        try:
            with request.open(encoding="utf-8", errors="replace") as file:
                text = file.read(MAX_REASON)
        except OSError as error:
            if request.name not in self._unreadable:
                self._unreadable.add(request.name)
                fix = "it must be a file that the agent's user may read; delete it and ask again as that user"
                self._log("ERROR", "release-unreadable", file=request, error=error.strerror, fix=fix)
            return None
        self._unreadable.discard(request.name)
        return " ".join(text.split())

    def _remove(self, request: Path) -> None:
        try:
            request.unlink(missing_ok=True)
        except OSError as error:
            self._done.add(request.name)
            fix = f"it was carried out; delete it and let the agent's user write to {self._folder}"
            self._log("ERROR", "release-stays", file=request, error=error.strerror, fix=fix)
