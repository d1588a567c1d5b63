"""Node acks: telling each node through which pack everything is stored, always after the commit and never earlier."""

from collections.abc import Callable, Iterable

import msgspec

from wire import acks, topics


class Ack(msgspec.Struct, frozen=True):
    """Every pack of this epoch up to seq `through` is stored or accounted for; `at_s` is that one's time, if known."""

    node: str
    epoch: str
    through: int
    at_s: int | None = None

    def encoded(self) -> bytes:
        """The payload for its topic."""
        return acks.encode(self.epoch, self.through, self.at_s)


Publish = Callable[[str, bytes, int, bool], bool]


class NodeAcks:
    """Publishes retained acks; while the link is down it says nothing, since a queued ack would arrive outdated."""

    def __init__(self, facility: str, publish: Publish, newest: Callable[[], Iterable[Ack]]) -> None:
        self._facility = facility
        self._publish = publish
        self._newest = newest
        self._session = 0

    def tell(self, due: Iterable[Ack]) -> None:
        """Publish acks that a commit has just made true (also repeats: the node may have missed the last one)."""
        for ack in due:
            self._publish(topics.ack(self._facility, ack.node), ack.encoded(), 1, True)

    def after_connect(self, session: int) -> None:
        """Once a session: publish the newest ack of every node again, for a killed broker forgets what it retained."""
        if session != self._session:
            self._session = session
            self.tell(self._newest())
