"""Configuration from the centre: a facility file, checked before it is kept, and kept before it counts.

The centre is the authority; the agent's own file serves until the first one comes. A bad one changes nothing: the old
one stays in force, and the state document says why. A good one is on disk before the agent is built anew from it.
"""

import msgspec

from edge_agent.config import site
from edge_agent.config.retained_value import RetainedValue
from edge_agent.config.settings import Settings
from runtime.atomic_write import write_whole
from runtime.log import Log
from runtime.settings import BadSettings
from tailings.facility import BadFacility, Facility, version_hash

SENT = "facility file from the centre"


class RefusedFile(msgspec.Struct, frozen=True):
    """A facility file from the centre that was not taken: its hash, and why."""

    hash: str
    why: str


class FacilityInForce(RetainedValue):
    """The facility in force, and what the centre sends in its place."""

    def __init__(self, settings: Settings, facility: Facility, log: Log) -> None:
        super().__init__()
        self._settings, self._facility, self._log = settings, facility, log
        self._ignored = ""
        self.refused: RefusedFile | None = None

    def take(self) -> bool:
        """Check and keep what has come; True when another facility is in force for the next agent."""
        payload = self._heard.pop()
        text = payload.decode("utf-8", "replace")
        digest = version_hash(text)
        if digest == self._facility.version_hash:
            self.refused = None
            return False
        try:
            facility = site.check_facility(text, SENT, self._settings)
            self._fits(facility)
        except (BadFacility, BadSettings) as error:
            self._refuse(digest, str(error))
            return False
        if facility.version < self._facility.version:
            self._ignore(facility)
            return False
        return self._keep(payload, facility)

    def _fits(self, facility: Facility) -> None:
        if facility.id != self._facility.id:
            raise BadSettings(SENT, f"it describes {facility.id!r}, this agent serves {self._facility.id!r}")

    def _keep(self, payload: bytes, facility: Facility) -> bool:
        try:
            write_whole(site.kept_file(self._settings), payload)
        except OSError as error:
            self._refuse(facility.version_hash, f"it cannot be kept on disk: {error}")
            return False
        self._log("INFO", "configuration-taken", version=facility.version, hash=facility.version_hash)
        return True

    def _ignore(self, facility: Facility) -> None:
        """A broker may bring back what it had retained long ago."""
        if facility.version_hash != self._ignored:
            self._ignored = facility.version_hash
            version, own = facility.version, self._facility.version
            self._log("WARNING", "older-configuration-ignored", version=version, in_force=own)

    def _refuse(self, digest: str, why: str) -> None:
        refused = RefusedFile(digest, why)
        if refused != self.refused:
            self.refused = refused
            self._log("ERROR", "configuration-refused", hash=digest, reason=why, in_force=self._facility.version)
