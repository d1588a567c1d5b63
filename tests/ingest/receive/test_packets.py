"""Tests of taking PUBLISH packets apart; the packets are written by paho and by hand from the MQTT 5.0 standard."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from ingest.receive.packets import Publication, is_whole, publications

TOPIC = "tw/1/vale/_edge/gw1/batch"
PUBACK = b"\x40\x02\x00\x07"
EXPIRY = b"\x05\x02\x00\x00\x00\x3c"  # property length 5, Message Expiry Interval 60 s (3.3.2.3.3)


def publish(payload: bytes, packet_id: int = 7, properties: bytes = b"\0", flags: int = 0x02) -> bytes:
    """A PUBLISH packet: section 3.3, figure 3-8."""
    topic = TOPIC.encode()
    number = struct.pack("!H", packet_id) if flags & 0x06 else b""
    body = struct.pack("!H", len(topic)) + topic + number + properties + payload
    length, rest = b"", len(body)
    while rest or not length:
        rest, digit = divmod(rest, 128)
        length += bytes([digit | (0x80 if rest else 0)])
    return bytes([0x30 | flags]) + length + body


@given(st.lists(st.binary(max_size=300), max_size=5), st.integers(0, 30))
def test_whole_packets_come_out_in_order(payloads: list[bytes], cut: int) -> None:
    """As many publications come out as whole packets are there; what is cut off waits for the rest."""
    packets = [publish(payload, number + 1) for number, payload in enumerate(payloads)]
    data = b"".join(packets) + publish(b"x" * 40)[:cut]

    found, at = publications(b"rest" + data, 4)

    assert found == [Publication(TOPIC, number + 1, payload) for number, payload in enumerate(payloads)]
    assert at == 4 + len(b"".join(packets))
    assert not is_whole(b"rest" + data, at)


def test_properties_are_passed_over() -> None:
    """A message with an expiry has the same payload as one without."""
    assert publications(publish(b"[]", properties=EXPIRY), 0)[0] == [Publication(TOPIC, 7, b"[]")]


def test_without_an_acknowledgement_there_is_no_packet_id() -> None:
    """A message at QoS 0 has no packet id (2.2.1)."""
    assert publications(publish(b"[]", flags=0x00), 0)[0] == [Publication(TOPIC, 0, b"[]")]


def test_another_packet_ends_them() -> None:
    """What is no PUBLISH is left where it is, whole."""
    data = publish(b"one") + PUBACK + publish(b"two")
    found, at = publications(data, 0)

    assert [one.payload for one in found] == [b"one"]
    assert (data[at : at + 4], is_whole(data, at)) == (PUBACK, True)


def test_a_length_without_an_end_is_for_paho_to_refuse() -> None:
    """Four bytes that all announce another one are malformed (1.5.5): not to be waited for."""
    assert not is_whole(b"\x30\xff\xff\xff", 0)
    assert is_whole(b"\x30\xff\xff\xff\xff", 0)


@given(st.binary(max_size=60))
def test_any_bytes_raise_nothing(data: bytes) -> None:
    """A broken broker does not end the network thread."""
    found, at = publications(data, 0)

    assert 0 <= at <= len(data) and isinstance(found, list)
    is_whole(data, at)


def test_what_the_broker_had_kept_is_told_apart() -> None:
    """The flag RETAIN is the lowest bit of the first byte (3.3.1.3)."""
    assert [one.is_retained for one in publications(publish(b"a", flags=0x03) + publish(b"b"), 0)[0]] == [True, False]
