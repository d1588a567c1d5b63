"""Memory: the few facts that outlive a reset: boot number, first offset of each boot, answered commands, interval."""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .slots import Slots

MAX_ANSWERED = 6


class Memory:
    """Facts on flash in two slots, written only when one of them changes.

    `offsets` maps boot to its first clock offset in ms; `interval_s` overrides the configuration's, 0 when it does not;
    `answered` lists [command id, reply], newest last.
    """

    def __init__(self, slots: "Slots") -> None:
        self._slots = slots
        self.boot = 0
        self.offsets: dict[int, int] = {}
        self.interval_s = 0.0
        self.answered: list[list[str]] = []
        data = slots.load()
        if data is not None:
            kept = json.loads(data)
            self.boot = kept["boot"]
            self.offsets = dict(kept["offsets"])
            self.interval_s = kept["interval_s"]
            self.answered = kept["answered"]

    def save(self) -> bool:
        """Writes all facts to flash; False where it is full: then a reset forgets what is new."""
        kept = {
            "boot": self.boot,
            "offsets": [[boot, self.offsets[boot]] for boot in self.offsets],
            "interval_s": self.interval_s,
            "answered": self.answered,
        }
        return self._slots.has_saved(json.dumps(kept).encode())

    def reply_to(self, command_id: str) -> str | None:
        """What was answered to this command before, or None."""
        for known, reply in self.answered:
            if known == command_id:
                return reply
        return None

    def answer(self, command_id: str, reply: str) -> None:
        """Notes that a command was carried out, before anybody is told."""
        self.answered.append([command_id, reply])
        self.answered = self.answered[-MAX_ANSWERED:]
        self.save()
