"""MQTT for any bytes: packets survive any cutting, and garbage raises BadPeer and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from firmware.node import mqtt

MESSAGES = st.lists(
    st.tuples(st.text(max_size=20), st.binary(max_size=300), st.none() | st.integers(1, 65535), st.booleans()),
    max_size=5,
)

MQTT_LEAST_BYTES = 2
"""Of a packet (MQTT 3.1.1, 2.2: a type and a length)."""


@given(MESSAGES, st.lists(st.integers(1, 97), min_size=1))
def test_messages_come_out_as_they_went_in(
    messages: list[tuple[str, bytes, int | None, bool]], sizes: list[int]
) -> None:
    """Whatever the sizes of the pieces."""
    stream = b"".join(mqtt.publish(topic, (payload,), *how) for topic, payload, *how in messages)
    receiver = mqtt.PacketParser(1000)
    events: list[object] = []
    at = turn = 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        events += receiver.feed(stream[at : at + size])
        at, turn = at + size, turn + 1

    found = [(e.topic, e.payload, e.packet_id, e.is_retained) for e in events if isinstance(e, mqtt.Message)]
    assert found == messages


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_any_bytes_raise_bad_peer_or_nothing(pieces: list[bytes]) -> None:
    """A node on a broken line never stops for another reason, and hears no more packets than the bytes can be."""
    receiver, events = mqtt.PacketParser(60), list[object]()
    try:
        for piece in pieces:
            events += receiver.feed(piece)
    except mqtt.BadPeer:
        pass

    assert MQTT_LEAST_BYTES * len(events) <= sum(map(len, pieces))
