"""Uplink: opens the link, holds or leaves it, and comes back after a loss with growing, jittered pauses."""

import time

from . import birth, mqtt
from .exchange import Exchange, topics
from .link import LinkDown, backoff_s, connect, jitter
from .loading import borrowed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .clock import Clock
    from .commands import Commands
    from .configuration import Configuration, Identity
    from .memory import Memory
    from .secure import Secure
    from .tracking import Tracking

_STEP_MS = 100
_LOST = (LinkDown, MemoryError)


class Uplink:
    """The node's one connection to its broker, open or not. No method raises LinkDown: a loss is noted and tried again.

    So is a heap without room for what is sent: the packs are on flash, and a link that closes gives its room back.
    `losses` counts them, `reason` is the last one.
    """

    def __init__(
        self,
        board: "Board",
        identity: "Identity",
        tracking: "Tracking",
        clock: "Clock",
        commands: "Commands",
        memory: "Memory",
    ) -> None:
        self.losses = 0
        self.reason = ""
        self._board = board
        self._identity = identity
        self._tracking = tracking
        self._clock = clock
        self._commands = commands
        self._memory = memory
        self._secure: Secure | None = borrowed("secure").Secure(identity.ca_file) if identity.ca_file else None
        self._exchange: Exchange | None = None
        self._failures = 0
        self._retry_ms = 0

    def hold(self, configuration: "Configuration", interval_s: float, until_ms: int) -> None:
        """Talks until `until_ms` and leaves the link open; a new configuration ends it early."""
        while self._board.uptime_ms() < until_ms and self._commands.accepted is None:
            left_ms = until_ms - self._board.uptime_ms()
            if self._exchange is None and self._board.uptime_ms() < self._retry_ms:
                time.sleep(min(left_ms, _STEP_MS) / 1000)
            elif self._exchange is not None or self._open(configuration, interval_s):
                self._turn(configuration, max(0, min(left_ms, _STEP_MS)))

    def visit(self, configuration: "Configuration", interval_s: float, until_ms: int, wake_ms: int) -> None:
        """Connects, says all there is to say, and leaves by `until_ms`; it tells `wake_ms` (both are uptime).

        A link that took all its time to open is used once, or nothing would ever be sent.
        """
        if self._board.uptime_ms() < self._retry_ms or not self._open(configuration, interval_s):
            return
        wait_ms = int(configuration.mark_wait_s * 1000)
        self._turn(configuration, 0)
        while self._exchange is not None and self._commands.accepted is None:
            left_ms = until_ms - self._board.uptime_ms()
            if left_ms <= 0 or self._exchange.is_done(wait_ms):
                break
            self._turn(configuration, min(left_ms, _STEP_MS))
        self.leave(wake_ms)

    def introduce(self, configuration: "Configuration", interval_s: float) -> None:
        """Publishes the birth again where the link is open; else the next connection does."""
        if self._exchange is None:
            return
        try:
            self._exchange.introduce(configuration, interval_s)
        except _LOST as error:
            self._lost(configuration, str(error))

    def leave(self, wake_ms: int | None) -> None:
        """Closes the link, if there is one, with a word of how long the node sleeps; keeps the cursors."""
        if self._exchange is not None:
            unix_ms = None if wake_ms is None else self._clock.now_ms(wake_ms)
            exchange, self._exchange = self._exchange, None
            try:
                exchange.leave(None if unix_ms is None else unix_ms // 1000)
            except LinkDown:  # the goodbye alone failed: the broker's will says offline, which is true as well
                exchange.link.close()
            self._tracking.outbox.save()
        self._board.network_down()

    def _open(self, configuration: "Configuration", interval_s: float) -> bool:
        identity = self._identity
        base = topics(identity)
        hello = mqtt.connect(
            identity.user, identity.user, identity.password, configuration.keep_alive_s, base + "state", birth.OFFLINE
        )
        try:
            self._network_up(configuration.link_timeout_s)
            link = connect(
                identity.host,
                identity.port,
                hello,
                self._board.uptime_ms,
                configuration.link_timeout_s,
                configuration.keep_alive_s,
                self._secure,
            )
            self._exchange = Exchange(
                self._board, identity, link, self._tracking, self._clock, self._commands, self._memory
            )
            self._exchange.open(configuration, interval_s)
        except _LOST as error:
            self._lost(configuration, str(error))
            return False
        if self._failures:
            print("link up after", self._failures, "failures")
        self._failures = 0
        return True

    def _network_up(self, limit_s: float) -> None:
        try:
            self._board.network_up(limit_s)
        except OSError as error:
            raise LinkDown("network: %r" % error)

    def _turn(self, configuration: "Configuration", wait_ms: int) -> None:
        if self._exchange is None:
            return
        try:
            self._exchange.turn(configuration, wait_ms)
        except _LOST as error:
            self._lost(configuration, str(error))

    def _lost(self, configuration: "Configuration", reason: str) -> None:
        if self._exchange is not None:
            self._exchange.link.close()
            self._exchange = None
        if reason != self.reason or not self._failures:
            print("link down:", reason)
        pause_s = backoff_s(self._failures, configuration.reconnect_least_s, configuration.reconnect_most_s, jitter())
        self._retry_ms = self._board.uptime_ms() + int(pause_s * 1000)
        self._failures += 1
        self.losses += 1
        self.reason = reason
