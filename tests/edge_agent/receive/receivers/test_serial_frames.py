"""Nodes on a serial line, over a pseudo-terminal: packs in, acks and the time back, noise and a pulled adapter."""

import json
import os
import select
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from codec import frame
from edge_agent.receive.acks import Ack
from edge_agent.receive.receivers.serial_frames import READ_S, SerialFrames, Settings, open
from tests.edge_agent.place import Line, Log, place, taken
from tests.edge_agent.world import EPOCH, RECEIVED_MS, World, pack_bytes, wait_until
from wire import acks, topics

OBS, ACK, TIME = topics.obs("vale", "n07"), topics.ack("vale", "n07"), topics.time("vale", "n07")


class Field:
    """A line with one node at its other end; a node that is its own broker: it writes frames and reads frames."""

    def __init__(self, folder: Path) -> None:
        self.line, self.log = Line(folder), Log()
        self.receiver: SerialFrames = open(Settings(str(self.line.port), retry_s=0.05), place(self.log))
        self._splitter = frame.Splitter()
        self.got: list[tuple[str, bytes]] = []
        wait_until(lambda: self.log.said("INFO line-up"), "an open line")

    def send(self, data: bytes) -> None:
        os.write(self.line.ours, data)

    def heard(self, topic: str) -> list[bytes]:
        while select.select([self.line.ours], [], [], 0)[0]:
            self.got += [frame.decode(one) for one in self._splitter.feed(os.read(self.line.ours, 4096))]
        return [payload for where, payload in self.got if where == topic]


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    made = Field(tmp_path)
    yield made
    made.receiver.close()


def pack(seq: int) -> bytes:
    return pack_bytes(seq, {"battery.voltage": 3.3})


def test_packs_come_in_and_acks_go_back(field: Field) -> None:
    """The ack leaves when the agent says so, not before."""
    field.send(frame.encode(OBS, pack(0)) + frame.encode(OBS, pack(1)))
    found = taken(field.receiver, 2)
    assert [(one.node, one.payload, one.content_type) for one in found] == [
        ("n07", pack(seq), "application/senml+json") for seq in range(2)
    ]
    assert field.heard(ACK) == []

    field.receiver.tell([Ack("n07", EPOCH, 1), Ack("n02", EPOCH, 5)])

    wait_until(lambda: field.heard(ACK), "an ack")
    assert [acks.decode(payload) for payload in field.heard(ACK)] == [(EPOCH, 1)]
    assert {topic for topic, _ in field.got} == {ACK}  # n02 is on another way


def test_a_node_gets_the_time(field: Field) -> None:
    """At once, by the thread that reads."""
    field.send(frame.encode(TIME, b'{"nonce":7}'))

    wait_until(lambda: field.heard(TIME + "/reply"), "a reply")

    assert json.loads(field.heard(TIME + "/reply")[0]) == {"nonce": 7, "ms": RECEIVED_MS}


@pytest.mark.parametrize(
    "disturbance",
    [
        b"\xff\x00\x55\xaa",
        frame.encode(OBS, pack(0))[:-20],
        frame.encode(OBS, pack(0)).replace(b"battery", b"battexy"),
        b"x" * 20_000,
        frame.encode("tw/1/vale/n07/nonsense", b""),
    ],
    ids=["noise", "cut short", "wrong CRC", "babble", "no topic"],
)
def test_what_cannot_be_read_is_skipped_and_told(field: Field, disturbance: bytes) -> None:
    """The frame behind it is read; nothing of it becomes a pack."""
    for at in range(0, len(disturbance), 1000):
        field.send(disturbance[at : at + 1000])
    field.send(frame.encode(OBS, pack(1)))

    (found,) = taken(field.receiver, 1)

    assert found.payload == pack(1)
    if len(disturbance) < 10_000:
        assert field.log.said("WARNING frame-skipped") == 1


def test_a_frame_that_comes_late_and_in_pieces_is_one_pack(field: Field) -> None:
    """A slow radio: longer pauses within a frame than the line waits for; until its end there is nothing."""
    whole = frame.encode(OBS, pack(0))
    field.send(whole[:40])
    time.sleep(2 * READ_S)
    field.send(whole[40:-1])
    time.sleep(2 * READ_S)
    assert field.receiver.take(0.0) == []

    field.send(whole[-1:])

    assert [one.payload for one in taken(field.receiver, 1)] == [pack(0)]
    assert field.receiver.skipped == 0


def test_a_silent_line_gives_nothing(field: Field) -> None:
    """A node that never speaks is no pack and no fault of the line; acks for it go nowhere; then it is heard."""
    field.receiver.tell([Ack("n07", EPOCH, 1)])
    time.sleep(2 * READ_S)
    assert field.receiver.take(0.0) == []
    assert (field.heard(ACK), field.receiver.skipped, field.log.said("ERROR")) == ([], 0, 0)

    field.send(frame.encode(OBS, pack(0)))

    assert [one.payload for one in taken(field.receiver, 1)] == [pack(0)]


def test_an_echo_is_not_a_message(field: Field) -> None:
    """Half-duplex adapters give back what was sent."""
    field.send(frame.encode(ACK, acks.encode(EPOCH, 1)) + frame.encode(TIME + "/reply", b'{"nonce":7,"ms":1}'))
    field.send(frame.encode(OBS, pack(0)))

    found = taken(field.receiver, 1)

    assert [one.payload for one in found] == [pack(0)]
    assert field.receiver.skipped == 0


def test_a_stranger_is_told_once(field: Field) -> None:
    """A node of another agent on the same radio channel."""
    for _ in range(3):
        field.send(frame.encode(topics.obs("vale", "n99"), pack(0)))
    field.send(frame.encode(OBS, pack(0)))

    taken(field.receiver, 1)

    assert field.log.said("WARNING frame-of-a-stranger") == 1


def test_an_adapter_that_is_pulled_out_is_found_again(field: Field) -> None:
    """Also when the system gives it another number."""
    field.line.unplug()
    wait_until(lambda: field.log.said("ERROR line-down"), "a line that is down")
    field.receiver.tell([Ack("n07", EPOCH, 1)])
    field.line.plug()
    wait_until(lambda: field.log.said("INFO line-up") == 2, "the line again")

    field.send(frame.encode(OBS, pack(0)))

    assert taken(field.receiver, 1)[0].payload == pack(0)


def test_the_whole_agent_takes_a_pack_off_the_line(world: World, tmp_path: Path) -> None:
    """Through buffer and uplink to the centre, and the ack on the same line after the commit."""
    line, centre = Line(tmp_path), world.centre()
    splitter, got = frame.Splitter(), list[tuple[str, bytes]]()

    def is_acked() -> bool:
        while select.select([line.ours], [], [], 0)[0]:
            got.extend(frame.decode(one) for one in splitter.feed(os.read(line.ours, 4096)))
        return any(topic == ACK and acks.decode(payload) == (EPOCH, 0) for topic, payload in got)

    with world.agent(receivers=(Settings(str(line.port)),)):
        wait_until(
            lambda: world.said("INFO line-up"), "an open line"
        )  # what was said before is discarded by opening it
        os.write(line.ours, frame.encode(OBS, pack(0)))
        wait_until(is_acked, "an ack")
        wait_until(lambda: ("n07", EPOCH, 0) in centre.packs(), "the pack at the centre")
    centre.close()

    assert centre.packs() == {("n07", EPOCH, 0)}
    assert (got[-1][0], acks.decode(got[-1][1])) == (ACK, (EPOCH, 0))
