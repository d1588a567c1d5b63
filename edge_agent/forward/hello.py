"""The hello to the centre: said at each connect, again while no answer comes, and while the centre is too old.

The answer says which protocols the centre understands and what it has of this agent, so that nothing rests on what a
broker retains. A centre of before hellos never answers; the wait then grows to ten minutes.
"""

import random
import threading
from collections.abc import Callable

from codec import hello
from codec.hello import HELLO_WAITS_S, Hello, Reply
from runtime.held_back import not_freed
from runtime.log import Log
from wire import BadPack, limits, protocol, topics

FIRST_WAIT_S, LONGEST_WAIT_S = map(float, HELLO_WAITS_S)

Publish = Callable[[str, bytes, int, bool], bool]


class CentreHello:
    """Says and hears. `heard` is called by the network thread, everything else by the worker.

    place: facility and agent. describe: the hello of a session. again_s: how often a centre that does not understand
    this agent is asked again.
    """

    def __init__(
        self,
        place: tuple[str, str],
        publish: Publish,
        describe: Callable[[int], Hello],
        log: Log,
        *,
        spoken: int,
        again_s: float,
    ) -> None:
        self._topic = topics.agent_hello(*place)
        self._publish, self._describe, self._log = publish, describe, log
        self._spoken, self._again_s = spoken, again_s
        self._lock = threading.Lock()
        self._heard: Reply | None = None
        self._nonce = -1
        self._session, self._due_s, self._wait_s = 0, 0.0, FIRST_WAIT_S
        self.reply: Reply | None = None

    @property
    def is_understood(self) -> bool:
        """Whether the centre reads what this agent sends; so it is as long as it has not said otherwise."""
        if self.reply is None:
            return True
        return protocol.treatment(self._spoken, self.reply.newest, self.reply.oldest) == protocol.UNDERSTOOD

    def say(self, session: int, now_s: float) -> int:
        """Say hello when it is time to; `session` counts connects. Return how many bytes went out."""
        if session != self._session:
            self._session, self._due_s, self._wait_s = session, now_s, FIRST_WAIT_S
        if now_s < self._due_s:
            return 0
        self._due_s, self._wait_s = now_s + self._wait_s, min(2 * self._wait_s, LONGEST_WAIT_S)
        with self._lock:
            self._nonce = random.randint(0, limits.MAX_SEQ)
        said = hello.encode(self._describe(self._nonce))
        return len(self._topic) + len(said) if self._publish(self._topic, said, 0, False) else 0

    def heard(self, payload: bytes) -> None:
        """Take an answer to the newest hello; any other is none."""
        try:
            reply = hello.decode_reply(payload)
        except BadPack:
            return
        with self._lock:
            if reply.session == self._nonce:
                self._nonce, self._heard = -1, reply

    def take(self, now_s: float) -> Reply | None:
        """The answer, once. Tells when the centre ceases or begins to understand this agent."""
        with self._lock:
            reply, self._heard = self._heard, None
        if reply is None:
            return None
        was_understood, self.reply, self._wait_s = self.is_understood, reply, FIRST_WAIT_S
        if self.is_understood:
            self._due_s = float("inf")  # until the next connect
            if not was_understood:
                self._log("INFO", "centre-understands", protocol=self._spoken)
        else:
            self._due_s = now_s + self._again_s
            if was_understood:
                why = not_freed(self._spoken, (reply.oldest, reply.newest))
                self._log("ERROR", "centre-does-not-understand", reason=why)
        return reply
