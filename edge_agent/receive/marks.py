"""Node marks: telling each node through which pack everything is stored, always after the commit and never earlier."""

from collections.abc import Callable, Iterable

import msgspec

from wire import marks, topics


class Mark(msgspec.Struct, frozen=True):
    """Every pack of this epoch up to seq `through` is stored or accounted for."""

    node: str
    epoch: str
    through: int


Publish = Callable[[str, bytes, int, bool], bool]


class NodeMarks:
    """Publishes retained marks; while the link is down it says nothing, since a queued mark would arrive outdated."""

    def __init__(self, facility: str, publish: Publish, newest: Callable[[], Iterable[Mark]]) -> None:
        self._facility = facility
        self._publish = publish
        self._newest = newest
        self._session = 0

    def tell(self, due: Iterable[Mark]) -> None:
        """Publish marks that a commit has just made true (also repeats: the node may have missed the last one)."""
        for mark in due:
            payload = marks.encode(mark.epoch, mark.through)
            self._publish(topics.ack(self._facility, mark.node), payload, 1, True)

    def after_connect(self, session: int) -> None:
        """Once a session: publish the newest mark of every node again, for a killed broker forgets what it retained."""
        if session != self._session:
            self._session = session
            self.tell(self._newest())
