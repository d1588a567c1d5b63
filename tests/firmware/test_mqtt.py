"""MQTT packets against the examples of OASIS MQTT 3.1.1 (section numbers in the tests). (CPython and VM)"""

from firmware.node import mqtt
from tests.firmware.portable import refuses


def test_remaining_length_as_in_table_2_4() -> None:
    """The smallest and largest length of each size; seven bits a byte, the lowest first."""
    for length, encoded in (
        (0, b"\x00"),
        (127, b"\x7f"),
        (128, b"\x80\x01"),
        (16383, b"\xff\x7f"),
        (16384, b"\x80\x80\x01"),
    ):
        assert mqtt.packet(0x30, bytes(length))[1 : 1 + len(encoded)] == encoded


def test_publish_header_as_in_figure_3_11() -> None:
    """Topic a/b, packet identifier 10."""
    assert mqtt.publish("a/b", (b"",), 10) == b"\x32\x07" + b"\x00\x03a/b\x00\x0a"


def test_publish_without_qos_has_no_packet_id() -> None:
    """Section 3.3.2.2: only where QoS is 1 or 2; bit 0 is RETAIN (3.3.1.3)."""
    assert mqtt.publish("a/b", (b"x",), None, is_retained=True) == b"\x31\x06\x00\x03a/bx"


def test_connect_as_in_section_3_1() -> None:
    """Protocol name and level, flags (user, password, will retained at QoS 1, clean), keep-alive, payload in order."""
    packet = mqtt.connect("c", "u", "p", 10, "w", will=b"off")

    assert packet[2:12] == b"\x00\x04MQTT\x04\xee\x00\x0a"
    assert packet[12:] == b"\x00\x01c\x00\x01w\x00\x03off\x00\x01u\x00\x01p"


def test_subscribe_as_in_figure_3_23() -> None:
    """Topic filters a/b at QoS 1 and c/d at QoS 2."""
    assert mqtt.subscribe(10, [("a/b", 1), ("c/d", 2)]) == b"\x82\x0e\x00\x0a\x00\x03a/b\x01\x00\x03c/d\x02"


def test_events_of_a_stream_cut_at_every_byte() -> None:
    """Packets come out whole and in order however the network cuts them."""
    stream = b"\x20\x02\x00\x00" + b"\x90\x03\x00\x01\x80" + b"\x40\x02\x01\x02" + b"\xd0\x00"
    stream += b"\x32\x08\x00\x03a/b\x00\x07x" + b"\x31\x06\x00\x03a/by"

    for cut in range(len(stream) + 1):
        receiver = mqtt.PacketParser(100)
        events = receiver.feed(stream[:cut]) + receiver.feed(stream[cut:])
        kinds = [type(event) for event in events]
        assert kinds == [
            mqtt.Accepted,
            mqtt.Subscribed,
            mqtt.Acknowledged,
            mqtt.Pong,
            mqtt.Message,
            mqtt.Message,
        ]


def test_a_message_says_what_it_wants() -> None:
    """Topic, payload, packet id at QoS 1 only, retained."""
    first, second = mqtt.PacketParser(100).feed(b"\x32\x08\x00\x03a/b\x00\x07x" + b"\x31\x06\x00\x03a/by")

    assert isinstance(first, mqtt.Message) and isinstance(second, mqtt.Message)
    assert (first.topic, first.payload, first.packet_id, first.is_retained) == ("a/b", b"x", 7, False)
    assert (second.payload, second.packet_id, second.is_retained) == (b"y", None, True)


def test_a_refusal_says_why() -> None:
    """Return codes of table 3.1."""
    for code, reason in ((0, None), (4, "user-or-password"), (5, "not-authorised"), (9, "return code 9")):
        (event,) = mqtt.PacketParser(100).feed(bytes((0x20, 2, 0, code)))
        assert isinstance(event, mqtt.Accepted)
        assert event.reason == reason


def test_a_message_too_long_comes_without_its_payload() -> None:
    """It can be answered, nothing of it is kept, and what follows is read."""
    stream = mqtt.publish("a/b", (bytes(300),), 7) + mqtt.PING[:0] + b"\xd0\x00"

    for size in (1, 7, 50, 400):
        receiver = mqtt.PacketParser(100)
        events = []
        for at in range(0, len(stream), size):
            events += receiver.feed(stream[at : at + size])
        message, pong = events
        assert isinstance(message, mqtt.Message) and isinstance(pong, mqtt.Pong)
        assert (message.is_cut, message.payload, message.packet_id) == (True, b"", 7)


def test_what_the_standard_forbids_is_refused() -> None:
    """A fifth length byte, QoS 2 and 3, a topic beyond the packet or not in UTF-8, packets that only clients send."""
    for stream in (
        b"\x30\xff\xff\xff\xff\x01",
        b"\x34\x07\x00\x03a/b\x00\x07",
        b"\x36\x07\x00\x03a/b\x00\x07",
        b"\x30\x03\x00\x09a",
        b"\x30\x04\x00\x02\xff\xfe",
        b"\x10\x00",
        b"\x40\x03\x00\x01\x00",
    ):
        refuses(mqtt.BadPeer, mqtt.PacketParser(100).feed, stream)
