"""The half of the agent that stores: deliveries in, one durable transaction a group; live and for imports."""

import os
import shutil
from collections.abc import Callable, Sequence
from typing import Final

from codec import batch
from edge_agent.alarm.alarm import Alarm
from edge_agent.buffer.batches import ENCODERS
from edge_agent.buffer.buffer import Buffer, CannotStore, GroupCommit, Kept
from edge_agent.buffer.delivery_tracking import DeliveryTracking
from edge_agent.buffer.intake import Intake
from edge_agent.buffer.refusal import Reason, Refusal
from edge_agent.clock.gateway_clock import GatewayClock
from edge_agent.config import site
from edge_agent.config.settings import Settings
from edge_agent.process.derive import Derivation
from edge_agent.process.quality import judge
from edge_agent.receive.acks import Ack
from edge_agent.receive.unpack import PackRules, unpack
from edge_agent.values import Delivery
from runtime.held_back import HeldBack
from runtime.log import Log
from wire.protocol import PROTOCOL

BUFFER_FILE: Final = "buffer.sqlite"
BYTES_PER_MB: Final = 1_000_000
MS_PER_DAY: Final = 86_400_000
SALVAGE: Final = "stop the agent, put back what is whole with `tailwatch gateway salvage`, and start it again"
MEANWHILE: Final = "nodes and broker keep what comes"


class Stopped(Exception):
    """The program ends before a group could be stored; nothing of it was acknowledged."""


class AgentStore:
    """The facility, the buffer and the way into it. `is_live`: the agent itself, which watches; not an import.

    newest_protocol: the last one that it reads of nodes, that of this release.

    Raises BadSettings, BadFacility, AlreadyRunning or NewerBuffer: a person must act.
    """

    def __init__(
        self,
        settings: Settings,
        gateway: GatewayClock,
        log: Log,
        is_live: bool = True,
        *,
        newest_protocol: int = PROTOCOL,
    ) -> None:
        self.facility = site.facility_in_force(settings, log)
        self.earliest_ms = site.earliest_ms(self.facility)
        self._lock = site.lock(settings.state_dir)
        self.buffer = Buffer(settings.state_dir / BUFFER_FILE, settings.max_buffer_mb * BYTES_PER_MB)
        if self.buffer.set_aside is not None:
            log("ERROR", "buffer-corrupt", set_aside=self.buffer.set_aside, epoch=self.buffer.epoch, next=SALVAGE)
        self._log, self.gateway, self._now_ms, self._agent = log, gateway, gateway.now_ms, settings.agent
        gateway.begin(self.earliest_ms, self.buffer.newest_ms())
        self._timed = self.buffer.timed_nodes()
        gateway.witnesses.exclude(self._timed)
        self._forgotten_files, self._has_told_forgotten = self.buffer.forgotten_files(), False
        self._folder, self._max_days = settings.state_dir, settings.max_buffer_days
        self.refusal: Refusal | None = None  # why nothing is taken in now
        self.held = HeldBack("gateway", log, gateway.now_ms, newest_protocol)
        rules = PackRules(self.facility, self.earliest_ms, gateway)
        nodes = self.facility.agents[settings.agent].nodes if is_live else ()
        self.alarm = Alarm(self.facility, nodes, self.buffer.alarms(), log)
        derivation = Derivation(self.facility, judge, self.buffer.recent)
        self._intake = Intake(
            self.facility,
            settings.agent,
            DeliveryTracking(self.buffer),
            lambda it: unpack(it, rules, self.held.holds),
            rules.check_times,
            derive=derivation.run,
            now_ms=gateway.now_ms,
            log=log,
            watch=self.alarm.follow,
            encode=ENCODERS[settings.batch_form],
        )

    def has_room(self) -> bool:
        """Whether a group may be taken in; says once when that changes."""
        reason = self._bound()
        self._tell(reason)
        return reason is None

    def _bound(self) -> Reason | None:
        """Which bound of the settings is reached."""
        if not self.buffer.has_room:
            return "buffer-full"
        oldest_ms = self.buffer.oldest_ms()
        is_old = oldest_ms is not None and self._now_ms() - oldest_ms > self._max_days * MS_PER_DAY
        return "buffer-too-old" if is_old else None

    @property
    def unacked(self) -> int:
        """Batches that the centre has not acknowledged."""
        return self.buffer.next_seq - self.buffer.oldest_unacked

    def introduce(self) -> bool:
        """Write an empty batch, unless one waits to go; False while the disk refuses.

        By its `oldest_unacked` a centre that was restored from a backup hears what this epoch had settled with the lost
        one.
        """
        buffer = self.buffer
        if self.unacked or buffer.oldest_unacked == 0:
            return True
        empty = batch.encode(
            batch.Batch(self.facility.id, self._agent, buffer.epoch, buffer.next_seq, buffer.oldest_unacked)
        )
        return self._commit(GroupCommit(at_ms=self._now_ms(), batches=(empty,)))

    def take_in(self, deliveries: Sequence[Delivery], pause: Callable[[], bool]) -> tuple[Ack, ...]:
        """Store a group, acknowledge it, and return the acks that are true now.

        While the disk refuses, `pause` is called (it makes room, waits, and says False to give up): Stopped.
        """
        change, acks = self._intake.change(deliveries)
        while not self._commit(change):
            if not pause():
                raise Stopped
        if change.positions:
            self._tell_forgotten()
        self.gateway.stored(max((row.time_ms for row in change.latest), default=0))
        for delivery in deliveries:
            delivery.acknowledge()
        return acks

    def _tell_forgotten(self) -> None:
        """Say, once a start, that files are forgotten before they were read to their end."""
        forgotten, known = self.buffer.forgotten_files(), self._forgotten_files
        self._forgotten_files = forgotten
        if forgotten > known and not self._has_told_forgotten:
            self._has_told_forgotten = True
            cause = "files in the drop folders are written anew while they are read"
            follow = "they are read again from the start"
            self._log("WARNING", "files-forgotten", files=forgotten, reason=cause, next=follow)

    def release(self, plan: str, reason: str) -> bool:
        """Lower a latched alarm as a person asked; False while the disk refuses."""
        row = self.alarm.release(plan, self._now_ms(), reason)
        return row is None or self._commit(GroupCommit(alarms=(row,)))

    def settle_late(self) -> None:
        """Raise what became known late and still stands; while the disk refuses it stands all the same."""
        if rows := self.alarm.settle_late(self._now_ms()):
            self._commit(GroupCommit(alarms=rows))

    def keep_contact(self, contact: Kept | None) -> bool:
        """Keep what is new of the centre's answers and of who was given the time; False while the disk refuses."""
        timed = self.gateway.given_to() - self._timed
        if contact is None and not timed:
            return True
        try:
            self.buffer.keep_contact(contact, timed)
        except CannotStore:
            return False
        self._timed |= timed
        return True

    def close(self) -> None:
        """Close the buffer and let another agent into the state folder."""
        self.buffer.close()
        os.close(self._lock)

    def _commit(self, change: GroupCommit) -> bool:
        try:
            self.buffer.commit(change)
        except CannotStore as error:
            reason: Reason = "disk-fails"
            if error.is_full:
                reason = "buffer-full" if self.buffer.is_file_full else "disk-full"
            self._tell(reason, str(error))
            return False
        self._tell(None)
        return True

    def _tell(self, reason: Reason | None, error: str = "") -> None:
        """Say it once, when the reason is another one."""
        known = self.refusal
        if reason == (known.reason if known else None):
            return
        if reason is None:
            self.refusal = None
            self._log("INFO", "stores-again")
            return
        self.refusal = refused = Refusal(
            reason,
            self._now_ms(),
            bytes=self.buffer.bytes,
            limit_bytes=self.buffer.limit_bytes,
            limit_days=self._max_days,
            oldest_ms=self.buffer.oldest_ms(),
            disk_free_bytes=shutil.disk_usage(self._folder).free,
            error=error,
        )
        self._log("ERROR", "cannot-store", reason=reason, detail=refused.detail, fix=refused.fix, meanwhile=MEANWHILE)
