"""Approvals and withdrawals of plans from the centre: kept on disk before they count, laid over the facility file.

The centre sends all that it knows; approvals of conditions that the plans no longer have say nothing here.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from codec import json_document
from edge_agent.config.retained_value import RetainedValue
from edge_agent.config.settings import Settings
from runtime.atomic_write import write_whole
from runtime.log import Log
from tailings import tarp
from tailings.facility import Facility
from wire import BadPack

KEPT_FILE: Final = "approvals.json"
MAX_BYTES: Final = 100_000


class Approvals(RetainedValue):
    """What the centre sends of approvals."""

    def __init__(self, settings: Settings, log: Log) -> None:
        super().__init__()
        self._file, self._log = kept_file(settings), log
        self._refused = b""

    def take(self) -> bool:
        """Check and keep what has come; True when it is another one, for the next agent."""
        payload = self._heard.pop()
        try:
            found = decode(payload)
            if found == self._known():
                return False
            write_whole(self._file, payload)
        except (BadPack, OSError) as error:
            if payload != self._refused:
                self._refused = payload
                self._log("ERROR", "approvals-refused", reason=error, instead="those before")
            return False
        self._log("INFO", "approvals-taken", count=len(found.approvals))
        return True

    def _known(self) -> tarp.GivenApprovals:
        """What is kept; none when there is nothing that can be read."""
        try:
            return decode(self._file.read_bytes())
        except (BadPack, OSError):
            return tarp.NOTHING


def kept_file(settings: Settings) -> Path:
    """Where what the centre sent last is kept."""
    return settings.state_dir / KEPT_FILE


def digest(settings: Settings) -> str:
    """The SHA-256 of that; empty where there is nothing."""
    try:
        return hashlib.sha256(kept_file(settings).read_bytes()).hexdigest()
    except OSError:
        return ""


def decode(payload: bytes) -> tarp.GivenApprovals:
    """What a document says; raises BadPack."""
    return json_document.decode(payload, tarp.GivenApprovals, MAX_BYTES)


def applied(facility: Facility, settings: Settings, log: Log) -> Facility:
    """The facility with the approvals and withdrawals that are kept; what cannot be read approves nothing."""
    file = kept_file(settings)
    if not file.exists():
        return facility
    try:
        found = decode(file.read_bytes())
    except (BadPack, OSError) as error:
        log("ERROR", "stored-approvals-unusable", reason=error, instead="the facility file alone")
        return facility
    return tarp.with_approvals(facility, found, datetime.now(UTC).date())
