"""Publishing, retained, for each edge agent: the stored facility file, and the approvals of its plans given here.

Again after each connect, and to an agent whose hello shows that it works by another one.
"""

import hashlib
from collections.abc import Callable
from typing import Final

import msgspec

from ingest.values import Connection
from ingest.versions.approvals import given
from tailings import tarp
from wire import topics

STORED: Final = """
SELECT id, hash, ARRAY(SELECT jsonb_object_keys(document->'agents')) FROM facility ORDER BY id"""
HASH: Final = "SELECT hash FROM facility WHERE id = %s"
FILE: Final = "SELECT file FROM facility WHERE id = %s AND hash = %s"
MAX_APPROVALS: Final = 200
Send = Callable[[str, bytes], bool]
"""Publishes retained at QoS 1 and says whether the line stood."""


class Publisher:
    """Remembers what left in this session of the broker; a work of the job scheduler."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._sent: dict[tuple[str, str], str] = {}
        self._approved: dict[tuple[str, str], bytes] = {}

    def again(self) -> None:
        """The broker may have forgotten everything: publish all with the next look."""
        self._sent, self._approved = {}, {}

    def renew(
        self, connection: Connection, facility: str, agent: str, *, configuration: str, approvals: str
    ) -> tuple[str | None, str]:
        """Return the hash of the stored file and that of its approvals (None, "": there is no such facility).

        Where the agent has another one, it leaves with the next look.
        """
        row = connection.execute(HASH, (facility,)).fetchone()
        if row is None:
            return None, ""
        if row[0] != configuration:
            self._sent.pop((facility, agent), None)
        digest = hashlib.sha256(_approvals(connection, facility)).hexdigest()
        if digest != approvals:
            self._approved.pop((facility, agent), None)
        return row[0], digest

    def publish(self, connection: Connection) -> bool:
        """Publish what is stored and did not leave yet; there is never more to do at once."""
        for facility, stored_hash, agents in connection.execute(STORED).fetchall():
            waiting = [agent for agent in agents if self._sent.get((facility, agent)) != stored_hash]
            if waiting:
                self._publish(connection, facility, stored_hash, waiting)
            self._publish_approvals(connection, facility, agents)
        return False

    def _publish(self, connection: Connection, facility: str, stored_hash: str, agents: list[str]) -> None:
        row = connection.execute(FILE, (facility, stored_hash)).fetchone()
        if row is None:
            return  # another version came meanwhile; it leaves with the next look
        for agent in agents:
            if self._send(topics.agent_config(facility, agent), row[0].encode()):
                self._sent[facility, agent] = stored_hash

    def _publish_approvals(self, connection: Connection, facility: str, agents: list[str]) -> None:
        document = _approvals(connection, facility)
        for agent in agents:
            is_known = self._approved.get((facility, agent)) == document
            if not is_known and self._send(topics.agent_approvals(facility, agent), document):
                self._approved[facility, agent] = document


def _approvals(connection: Connection, facility: str) -> bytes:
    """The document that agents get."""
    known = given(connection, facility)
    newest = tarp.GivenApprovals(known.approvals[-MAX_APPROVALS:], known.withdrawals[-MAX_APPROVALS:])
    return msgspec.json.encode(newest)
