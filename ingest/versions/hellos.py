"""Hellos: an agent says at each connect what it speaks and works by, and is told what the centre has for it.

With the answer nothing rests on what a broker retains: the ack stands in it, and a facility file or approvals other
than the agent's go out anew on their topics. No hello is stored; an agent without an answer repeats it.
"""

import threading
from collections.abc import Mapping
from typing import Final

from codec import hello
from codec.batch_ack import BatchAck
from codec.hello import Hello, Reply
from ingest.store import ack_of
from ingest.values import Connection
from ingest.versions.publication import Publisher
from runtime.log import log_of
from runtime.release import release
from wire import BadPack, topics

tell = log_of(__name__)

MAX_WAITING: Final = 10_000
Key = tuple[str, str]
"""Facility and agent."""


class Hellos:
    """The newest unanswered hello of each agent. `heard` is called by the network thread, all else by the worker.

    understood: the oldest and the newest protocol that this release understands.
    """

    def __init__(self, publisher: Publisher, understood: tuple[int, int]) -> None:
        self._publisher, self._understood = publisher, understood
        self._lock = threading.Lock()
        self._waiting: dict[Key, Hello] = {}
        self._told: dict[Key, tuple[int, str]] = {}

    def heard(self, topic: str, payload: bytes) -> None:
        """Take a hello; what is none is told and not answered."""
        try:
            parsed, said = topics.parse(topic), hello.decode_hello(payload)
        except BadPack as error:
            tell("WARNING", "hello-unreadable", topic=topic, error=error)
            return
        with self._lock:
            if parsed.agent is not None and len(self._waiting) < MAX_WAITING:
                self._waiting[parsed.facility, parsed.agent] = said

    def take(self) -> Mapping[Key, Hello]:
        """What was heard since; to each `answers` has one."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for key, said in waiting.items():
            if self._told.get(key) != (said.protocol, said.release):
                self._told[key] = said.protocol, said.release
                facility, agent = key
                tell(
                    "INFO", "agent-hello", facility=facility, agent=agent, protocol=said.protocol, release=said.release
                )
        return waiting

    def answers(self, connection: Connection, waiting: Mapping[Key, Hello]) -> list[tuple[str, bytes]]:
        """Topic and payload of each answer; what an agent works by wrongly leaves with the publisher's next look."""
        return [self._answer(connection, *key, said) for key, said in waiting.items()]

    def _answer(self, connection: Connection, facility: str, agent: str, said: Hello) -> tuple[str, bytes]:
        configuration, approvals = self._publisher.renew(
            connection, facility, agent, configuration=said.configuration, approvals=said.approvals
        )
        ack = ack_of(connection, facility, agent, said.epoch)
        reply = Reply(
            session=said.session,
            oldest=self._understood[0],
            newest=self._understood[1],
            release=release(),
            ack=None if ack is None else BatchAck(ack.epoch, ack.through, ack.chain),
            configuration=configuration,
            approvals=approvals,
        )
        return topics.agent_hello_reply(facility, agent), hello.encode(reply)
