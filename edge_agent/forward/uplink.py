"""The uplink of one agent: its connection to the centre, the batches that go up, the acks and states between them."""

import time
from collections.abc import Callable
from typing import Final

from codec import batch_ack
from codec.hello import Hello
from edge_agent.buffer.buffer import CannotStore
from edge_agent.buffer.store import AgentStore
from edge_agent.clock.centre_time import CentreTime
from edge_agent.config import approvals
from edge_agent.config.settings import Settings
from edge_agent.forward.budget import Budget
from edge_agent.forward.contact import Contact
from edge_agent.forward.forward import Forwarder
from edge_agent.forward.held_batch import HeldBatch
from edge_agent.forward.hello import CentreHello
from edge_agent.forward.one_run import OneRun, Run
from edge_agent.receive.delivery_queue import FROM_BROKER
from runtime.link_state import LinkState
from runtime.log import Log
from runtime.mqtt import Link, Message, Terms, Will
from runtime.release import release
from wire import BadPack, topics
from wire.protocol import PROTOCOL

OFFLINE: Final = b'{"state":"offline"}'
STATE_EVERY_S: Final = 60.0
SIGNS_OF_LIFE: Final = 3
"""So often the centre is asked within the time after which it counts as silent."""
SOON_S: Final = 2.0
"""How far apart states are at least, however often something changes."""


class Uplink:
    """Sends what the store holds, within `budget`. `describe` gives the agent's state document; an import has none.

    protocol: what it speaks, that of this release. run: which run of the agent this is; None for that of the process.
    """

    def __init__(
        self,
        settings: Settings,
        store: AgentStore,
        log: Log,
        budget: Budget,
        describe: Callable[[], bytes] | None = None,
        *,
        protocol: int = PROTOCOL,
        run: Run | None = None,
    ) -> None:
        facility = store.facility.id
        self._store, self._budget, self._describe, self._log = store, budget, describe, log
        buffer, now_s = store.buffer, time.monotonic()
        self.contact = Contact(
            settings.centre_silent_after_s, buffer.contact(), buffer.oldest_unacked > 0, store.gateway.now_ms, now_s
        )
        self._state_topic = topics.agent_state(facility, settings.agent)
        will = Will(self._state_topic, OFFLINE) if describe else None
        # A second program with the client id of the first would throw it off the broker.
        live, _, history = topics.client_ids_of_agent(facility, settings.agent)
        self._link = Link(
            "uplink",
            settings.uplink,
            live if describe else history,
            log,
            will,
            terms=Terms(FROM_BROKER),
            on_ready=lambda: self._one_run.say() if describe else None,
        )
        self._one_run = OneRun(facility, settings.agent, self._link, log, run)
        self._forwarder = Forwarder(
            facility,
            settings.agent,
            buffer,
            self._link.publish,
            log,
            resend_after_s=settings.resend_after_s,
            budget=budget,
            now_ms=store.gateway.now_ms,
            protocol=protocol,
            leave=self._link.leave,
        )
        self._link.subscribe(topics.agent_ack(facility, settings.agent), 1, self._hear_ack)
        every_s = settings.centre_silent_after_s / SIGNS_OF_LIFE
        self._time = CentreTime((facility, settings.agent), self._link.publish, store.gateway, every_s)
        self._link.subscribe(topics.agent_time_reply(facility, settings.agent), 0, self._hear_time, is_needed=False)
        self.hello = CentreHello(
            (facility, settings.agent),
            self._link.publish,
            lambda session: self._hello(settings, session, protocol),
            log,
            spoken=protocol,
            again_s=settings.resend_after_s,
        )
        self._link.subscribe(topics.agent_hello_reply(facility, settings.agent), 0, self._hear_hello, is_needed=False)
        self._session = 0
        self._next_state_s = self._soonest_s = 0.0

    def _hello(self, settings: Settings, session: int, protocol: int) -> Hello:
        return Hello(
            session=session,
            protocol=protocol,
            release=release(),
            epoch=self._store.buffer.epoch,
            configuration=self._store.facility.version_hash,
            approvals=approvals.digest(settings),
        )

    def subscribe(self, topic: str, hear: Callable[[bytes], None]) -> None:
        """Listen to another topic of the centre; `hear` runs in the network thread. Call before `start`."""

        def receive(message: Message) -> None:
            hear(message.payload)
            message.acknowledge()

        self._link.subscribe(topic, 1, receive)

    def _hear_ack(self, message: Message) -> None:
        if not message.is_retained:
            self._answered(message.payload, time.monotonic())
        self._forwarder.heard(message.payload, message.is_retained)
        message.acknowledge()

    def _answered(self, payload: bytes, now_s: float) -> None:
        """The centre lives; where it holds back what waits it has acknowledged nothing, and may count as silent."""
        try:
            is_held = batch_ack.decode(payload).held is not None
        except BadPack:
            is_held = False
        if is_held:
            self.contact.answered(now_s)
        else:
            self.contact.acknowledged(now_s)

    def _hear_time(self, message: Message) -> None:
        now_s = time.monotonic()
        if self._time.heard(message.payload, now_s):
            self.contact.answered(now_s)
        message.acknowledge()

    def _hear_hello(self, message: Message) -> None:
        self.hello.heard(message.payload)
        message.acknowledge()

    @property
    def held(self) -> HeldBatch | None:
        """What the centre holds back of what waits here."""
        return self._forwarder.held

    @property
    def gives_way(self) -> bool:
        """Whether another agent of this name began before this one, which must end."""
        return self._one_run.gives_way

    @property
    def standing(self) -> LinkState:
        """How the connection is."""
        return self._link.standing

    def tell_soon(self) -> None:
        """Something changed that the centre should not wait for: the state goes out with the next pump."""
        self._next_state_s = 0.0

    def tell_change(self) -> None:
        """Something changed that may change again and again: the state goes out, but not more often than SOON_S."""
        self._next_state_s = min(self._next_state_s, self._soonest_s)

    def send_again(self) -> None:
        """Send again, from now on, all that the centre has not acknowledged."""
        self._forwarder.send_again(time.monotonic())

    def start(self) -> None:
        """Connect in the background."""
        self._link.start()

    def free(self) -> None:
        """Drop what the centre has acknowledged; a disk that refuses even that is told by the store; tried again."""
        held = self._forwarder.held
        try:
            self._forwarder.free(time.monotonic())
        except CannotStore:
            return
        if self._forwarder.held != held:
            self.tell_change()

    def pump(self) -> None:
        """Drop what is acknowledged, see whether the centre still answers, send what may go, say how we are."""
        self._take_reply()
        self.free()
        self._one_run.look()
        self._look_after_centre()
        if not self._link.is_ready:
            return
        now_s, session = time.monotonic(), self._link.sessions
        if asked_bytes := self._time.ask(session, now_s):
            self._budget.spend(asked_bytes)
        if said_bytes := self.hello.say(session, now_s):
            self._budget.spend(said_bytes)
        self._forwarder.send(session, self._link.is_session_kept, now_s)
        if self._describe and (session != self._session or now_s >= self._next_state_s):
            self._session, document = session, self._describe()
            spacing_s = self._budget.spacing_s(len(document))
            self._next_state_s = now_s + max(STATE_EVERY_S, spacing_s)
            self._soonest_s = now_s + max(SOON_S, spacing_s)
            if self._link.publish(self._state_topic, document, 1, True):
                self._budget.spend(len(self._state_topic) + len(document))

    def _take_reply(self) -> None:
        """What the centre answered to the hello: it lives, what it has is free, what it now understands goes out."""
        now_s, was_understood = time.monotonic(), self.hello.is_understood
        reply = self.hello.take(now_s)
        if reply is None:
            return
        self.contact.answered(now_s)
        if reply.ack is not None:
            self._forwarder.heard(batch_ack.encode(reply.ack))
        if self.hello.is_understood != was_understood:
            self.tell_soon()
            if self.hello.is_understood:
                self._forwarder.send_again(now_s)

    def _look_after_centre(self) -> None:
        now_s, contact = time.monotonic(), self.contact
        if contact.look(now_s, waits=self._store.unacked > 0 and not self._budget.waits):
            if contact.is_silent:
                self._log("ERROR", "centre-silent", after_s=contact.after_s, next="the local alarm goes on without it")
            else:
                self._log("INFO", "centre-answers")
            self.tell_soon()
        kept = contact.to_keep(now_s)
        if self._store.keep_contact(kept) and kept is not None:
            contact.kept(kept, now_s)

    def close(self) -> None:
        """Say offline (the will speaks only for a connection that breaks) and disconnect."""
        if self._describe:
            self._link.publish(self._state_topic, OFFLINE, 1, True)
        self._link.close()
