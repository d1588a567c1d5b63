"""What the centre has retained for this agent on a topic: the newest is kept until the worker looks at it."""

from collections import deque


class RetainedValue:
    """The mailbox of one topic. `heard` is called by the network thread, `take` by the worker."""

    def __init__(self) -> None:
        self._heard: deque[bytes] = deque(maxlen=1)  # each is the whole of it

    def heard(self, payload: bytes) -> None:
        """Take what the centre has retained; an empty one says that it has nothing."""
        if payload:
            self._heard.append(payload)

    @property
    def waits(self) -> bool:
        """Whether something has come that `take` should look at."""
        return bool(self._heard)

    def take(self) -> bool:
        """Check and keep what has come; True when it is another one, and so for the next agent."""
        raise NotImplementedError
