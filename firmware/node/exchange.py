"""Exchange: the connected half of a cycle; acks, time and commands come in before packs go out."""

import json
import os
import struct

from . import birth, mqtt, pack
from .link import LinkDown
from .outbox import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .clock import Clock
    from .commands import Commands
    from .configuration import Configuration, Identity
    from .link import Link
    from .memory import Memory
    from .tracking import Tracking

MAX_SENT_A_TURN = 16
TOO_LONG = b'{"result":"refused","reason":"longer than 4096 bytes"}'


class Exchange:
    """One open link and what travels on it. Every method may raise LinkDown."""

    def __init__(
        self,
        board: "Board",
        identity: "Identity",
        link: "Link",
        tracking: "Tracking",
        clock: "Clock",
        commands: "Commands",
        memory: "Memory",
    ) -> None:
        self.link = link
        self._board = board
        self._base = "%s:%s:" % (identity.facility, identity.node)
        self._topics = topics(identity)
        self._tracking = tracking
        self._clock = clock
        self._commands = commands
        self._memory = memory
        self._is_fenced = False
        self._asked_ms = 0
        self._has_asked = False
        self._acknowledged_ms = board.uptime_ms()

    def open(self, configuration: "Configuration", interval_s: float) -> None:
        """Reads what is retained for this node, then says what it is.

        PINGRESP comes behind every retained message: after it there is an ack, or there is none. The ack is taken at
        QoS 0, else a sleeper wakes to hundreds of old ones.
        """
        self.link.subscribe([(self._topics + "ack", 0), (self._topics + "time/reply", 0), (self._topics + "cmd/+", 1)])
        self.link.ping()
        self._tracking.connected()
        self._ask_time(configuration)
        end_ms = self._board.uptime_ms() + int(configuration.link_timeout_s * 1000)
        while not self._is_fenced:
            if self._board.uptime_ms() > end_ms:
                raise LinkDown("no PINGRESP")
            self._receive(100)
        self.introduce(configuration, interval_s)

    def introduce(self, configuration: "Configuration", interval_s: float) -> None:
        """Publishes birth and state, retained."""
        document = birth.birth(self._board, configuration, interval_s, self._clock.boot, self._tracking.outbox)
        self.link.publish(self._topics + "birth", document, is_retained=True)
        self.link.publish(self._topics + "state", birth.online(self._clock), is_retained=True)

    def turn(self, configuration: "Configuration", wait_ms: int) -> None:
        """Asks the time where it is due, sends what the window allows, takes what has come within `wait_ms`."""
        self._ask_time(configuration)
        sent = 0
        while sent < MAX_SENT_A_TURN and self._send_next():
            sent += 1
        self._receive(0 if sent == MAX_SENT_A_TURN else wait_ms)

    def is_done(self, ack_wait_ms: int) -> bool:
        """Nothing is left to say: all is acknowledged, or all is PUBACKed and no ack has come for `ack_wait_ms`."""
        if self._tracking.in_flight or not self._clock.is_set:
            return False
        if self._tracking.is_drained:
            return True
        now_ms = self._board.uptime_ms()
        return self._tracking.due(now_ms) is None and now_ms - self._acknowledged_ms > ack_wait_ms

    def leave(self, until_s: int | None) -> None:
        """Says until when the node sleeps and closes the link without its will."""
        self.link.publish(self._topics + "state", birth.sleeping(until_s), is_retained=True)
        self.link.leave()

    def _ask_time(self, configuration: "Configuration") -> None:
        """A node without a time asks again and again; one with a time asks once a day."""
        now_ms = self._board.uptime_ms()
        if self._clock.is_set and now_ms - self._clock.set_at_ms < configuration.refresh_time_after_s * 1000:
            return
        if self._has_asked and now_ms - self._asked_ms < configuration.ask_time_after_s * 1000:
            return
        nonce = struct.unpack(">I", os.urandom(4))[0] >> 1
        self._clock.ask(nonce, now_ms)
        self._asked_ms, self._has_asked = now_ms, True
        self.link.publish(self._topics + "time", b'{"nonce":%d}' % nonce, qos=0)

    def _send_next(self) -> bool:
        """Publishes one pack; False where none is due, or the next one waits for the time."""
        seq = self._tracking.due(self._board.uptime_ms())
        if seq is None:
            return False
        box = self._tracking.outbox
        try:
            stored = box.read(seq)
        except Unreadable as error:
            self._board.journal.void(seq, str(error))
            payload = pack.void(str(error), self._base, seq, box)
        else:
            if pack.is_held(stored, self._clock):
                return False
            payload = pack.dress(stored, self._base, seq, box, self._clock)
            del stored  # the heap needs the room
        self._tracking.published(self.link.publish(self._topics + "obs", *payload), seq)
        return True

    def _receive(self, wait_ms: int) -> None:
        for event in self.link.poll(wait_ms):
            if isinstance(event, mqtt.Acknowledged):
                self._tracking.acknowledged(event.packet_id)
                self._acknowledged_ms = self._board.uptime_ms()
            elif isinstance(event, mqtt.Pong):
                self._is_fenced = True
            elif isinstance(event, mqtt.Message):
                self._take(event.topic[len(self._topics) :], event)
                self.link.acknowledge(event)

    def _take(self, leaf: str, message: mqtt.Message) -> None:
        if leaf == "ack":
            self._take_ack(message.payload)
        elif leaf == "time/reply":
            self._take_time(message.payload)
        elif leaf[:4] == "cmd/" and (message.payload or message.is_cut):
            reply = TOO_LONG if message.is_cut else self._commands.take(leaf[4:], message.payload)
            self.link.publish(self._topics + leaf + "/reply", reply)

    def _take_ack(self, payload: bytes) -> None:
        ack = _members(payload)
        epoch, through, at_s = ack.get("epoch"), ack.get("through"), ack.get("at")
        if isinstance(epoch, str) and isinstance(through, int):
            self._tracking.acked(epoch, through, self._board.uptime_ms(), at_s, self._clock)

    def _take_time(self, payload: bytes) -> None:
        reply = _members(payload)
        nonce, unix_ms = reply.get("nonce"), reply.get("ms")
        if not isinstance(nonce, int) or not isinstance(unix_ms, int):
            return
        was_known = self._clock.boot in self._clock.offsets
        if self._clock.answer(nonce, unix_ms, self._board.uptime_ms()) and not was_known:
            self._memory.save()  # before any pack of this boot goes out under this offset
            self._board.journal.timed(self._clock.boot, self._clock.offsets[self._clock.boot])


def _members(payload: bytes) -> "dict[str, object]":
    """The members of a small JSON object; none of anything else: it frees nothing and is sent again."""
    try:
        found = json.loads(payload)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def topics(identity: "Identity") -> str:
    """What every topic of a node begins with."""
    return "tw/1/%s/%s/" % (identity.facility, identity.node)
