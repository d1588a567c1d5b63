"""Commands: what the agent may ask of a node, each carried out once however often it is asked."""

import json

from .loading import borrowed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .configuration import Configuration
    from .memory import Memory
    from .slots import Slots

MAX_ID = 64
NO_ROOM = b'{"hash":"","result":"refused","reason":"no room in the heap to read it while the link is open"}'
LEAST_INTERVAL_S, MOST_INTERVAL_S = 0.02, 86400


class Commands:
    """Takes commands and gives replies; what they change is left for `main` to apply between two cycles.

    `accepted` is a new configuration that is already on flash, `wants_identify` and `wants_selftest` are set by those
    commands; whoever acts on them clears them.
    """

    def __init__(self, memory: "Memory", slots: "Slots") -> None:
        self._memory = memory
        self._slots = slots
        self.accepted: Configuration | None = None
        self.in_force = ""
        self.wants_identify = False
        self.report: dict[str, object] = {}

    def take(self, name: str, payload: bytes) -> bytes:
        """Carries out command `name`, or repeats the reply to an id that was answered; returns the reply."""
        if name == "config":
            return self._configure(payload)
        try:
            given = json.loads(payload)
        except ValueError:
            return _reply("", "refused", "not JSON").encode()
        if not isinstance(given, dict) or not isinstance(given.get("id"), str) or not 0 < len(given["id"]) <= MAX_ID:
            return _reply("", "refused", "no id of 1 to 64 characters").encode()
        known = self._memory.reply_to(given["id"])
        if known is not None:
            return known.encode()
        reply = self._carry_out(name, given)
        self._memory.answer(given["id"], reply)
        return reply.encode()

    def _carry_out(self, name: str, given: dict[str, object]) -> str:
        command_id = str(given["id"])
        if name == "interval":
            return self._set_interval(command_id, given.get("interval_s"))
        if name == "identify":
            self.wants_identify = True
            return _reply(command_id, "done")
        if name == "selftest":
            return json.dumps({"id": command_id, "result": "done", "report": self.report})
        return _reply(command_id, "refused", "this node knows no such command")

    def _set_interval(self, command_id: str, interval_s: object) -> str:
        if isinstance(interval_s, bool) or not isinstance(interval_s, (int, float)):
            return _reply(command_id, "refused", "interval_s is not a number")
        if not LEAST_INTERVAL_S <= interval_s <= MOST_INTERVAL_S:
            return _reply(command_id, "refused", "interval_s is out of its limits")
        self._memory.interval_s = interval_s
        return _reply(command_id, "done")

    def _configure(self, payload: bytes) -> bytes:
        known = '{"hash":"' + self.in_force + '"'
        if payload[: len(known)] == known.encode():  # nothing is loaded: a link is open, and the heap is small
            return json.dumps({"hash": self.in_force, "result": "applied"}).encode()
        try:
            settings = borrowed("settings")
        except MemoryError:
            return NO_ROOM
        name = settings.hash_of(payload)
        try:
            accepted = settings.open_envelope(payload)
        except settings.BadSettings as error:
            return json.dumps({"hash": name, "result": "refused", "reason": str(error)[:200]}).encode()
        if not self._slots.has_saved(payload):
            return json.dumps({"hash": name, "result": "refused", "reason": "flash is full"}).encode()
        self._memory.interval_s = 0.0
        self._memory.save()
        self.accepted = accepted
        self.in_force = accepted.hash
        return json.dumps({"hash": name, "result": "applied"}).encode()


def _reply(command_id: str, result: str, reason: str = "") -> str:
    reply = {"id": command_id, "result": result}
    if reason:
        reply["reason"] = reason
    return json.dumps(reply)
