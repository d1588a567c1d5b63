"""Delivery tracking: which packs of which epoch the agent has, so that a repeat is stored once and an ack is true.

Every answer comes from the sequence states in the buffer (a bounded part of them is held in memory); what a group
changed is handed out by `settle` and stored in the same transaction as the group's data.
"""

import json
from typing import Final

import msgspec

from edge_agent.buffer.buffer import Buffer, PackCrc, SequenceStateRow
from edge_agent.receive.acks import Ack
from edge_agent.receive.unpack import Unpacked
from wire import BadPack, sequence

MAX_CACHED: Final = 1024
CRC_PACKS: Final = 256  # of a sequence state: repeats come out of a window of 64 packs that may be sent a few times

Key = tuple[str, str]
Content = tuple[int, int | None]
"""The checksum of a pack's readings, and its time [Unix s] if it has one."""


class Settled(msgspec.Struct, frozen=True):
    """What one group changed in the sequence states, the running totals of repeats, and the acks that are true then."""

    sequence_states: tuple[SequenceStateRow, ...]
    crcs: tuple[PackCrc, ...]
    repeats: dict[str, int]
    acks: tuple[Ack, ...]


class DeliveryTracking:
    """The sequence states of all nodes, as this agent knows them."""

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self._sequence_states: dict[Key, sequence.SequenceState] = {}
        self._touched: dict[Key, sequence.SequenceState] = {}
        self._contents: dict[tuple[str, str, int], Content] = {}
        self._repeats: dict[str, int] = {}

    def enter(self, pack: Unpacked) -> bool:
        """Account for a pack that has a head; True when it must be stored, False for a repeat.

        Raises BadPack when it cannot be accounted for (nothing is changed), or when a repeat says something else
        than the pack that is stored ("content-differs": the first stays, the repeat is counted).
        """
        head, node = pack.head, pack.delivery.node
        if head is None:
            raise ValueError("a pack without a head has no place in a sequence")
        key = (node, head.epoch)
        found = self._find(key)
        if found is None:
            found = sequence.SequenceState.begin(head.seq, head.oldest_unacked, pack.is_void, pack.dropped)
            answer = sequence.NEW
        else:
            answer = found.receive(head.seq, head.oldest_unacked, pack.is_void, pack.dropped)
        self._touched[key] = self._sequence_states[key] = found
        if answer != sequence.DUPLICATE:
            if pack.crc is not None:
                self._contents[(*key, head.seq)] = pack.crc, pack.time_s
            return True
        self._repeats[node] = self._repeats.get(node, self._buffer.repeats(node)) + 1
        self._compare((*key, head.seq), pack)
        return False

    def settle(self) -> Settled:
        """Hand out what changed since the last time; the caller stores it before anything else is entered."""
        sequence_states, acks = [], []
        for (node, epoch), found in self._touched.items():
            sequence_states.append(SequenceStateRow(node, epoch, json.dumps(found.state(), separators=(",", ":"))))
            content = self._content((node, epoch, found.through))
            acks.append(Ack(node, epoch, found.through, content[1] if content else None))
        crcs = tuple(
            PackCrc(node, epoch, seq, crc, at_s, forget_below=self._touched[node, epoch].high - CRC_PACKS)
            for (node, epoch, seq), (crc, at_s) in self._contents.items()
        )
        settled = Settled(tuple(sequence_states), crcs, dict(self._repeats), tuple(acks))
        self._touched, self._contents, self._repeats = {}, {}, {}
        if len(self._sequence_states) > MAX_CACHED:
            self._sequence_states.clear()
        return settled

    def _find(self, key: Key) -> sequence.SequenceState | None:
        found = self._sequence_states.get(key)
        if found is None:
            state = self._buffer.sequence_state(*key)
            found = None if state is None else sequence.SequenceState.from_state(json.loads(state))
        return found

    def _compare(self, key: tuple[str, str, int], pack: Unpacked) -> None:
        stored = self._content(key)
        if pack.crc is None or stored is None or pack.is_void:
            return
        is_same_time = stored[1] is None or pack.time_s is None or stored[1] == pack.time_s  # it may learn it late
        if stored[0] == pack.crc and is_same_time:
            return
        self._contents[key] = pack.crc, stored[1]  # the same difference is told once, not with every repeat
        raise BadPack("seq", "content-differs", str(key[2]))

    def _content(self, key: tuple[str, str, int]) -> Content | None:
        return self._contents.get(key) or self._buffer.pack_content(*key)


def newest_acks(buffer: Buffer) -> list[Ack]:
    """The ack of the newest sequence state of every node, as stored."""
    found = []
    for row in buffer.newest_sequence_states():
        through = sequence.SequenceState.from_state(json.loads(row.state)).through
        content = buffer.pack_content(row.node, row.epoch, through)
        found.append(Ack(row.node, row.epoch, through, content[1] if content else None))
    return found
