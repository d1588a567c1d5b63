"""Frames on a serial line: what was sent comes out, and noise never becomes a message."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codec import frame
from wire import BadPack, limits, topics

OBS = topics.obs("vale", "n07")

# Examples of "Consistent Overhead Byte Stuffing" (Wikipedia, table of encoding examples): data, encoded.
COBS = [
    (b"\x00", b"\x01\x01"),
    (b"\x00\x00", b"\x01\x01\x01"),
    (b"\x00\x11\x00", b"\x01\x02\x11\x01"),
    (b"\x11\x22\x00\x33", b"\x03\x11\x22\x02\x33"),
    (b"\x11\x22\x33\x44", b"\x05\x11\x22\x33\x44"),
    (b"\x11\x00\x00\x00", b"\x02\x11\x01\x01\x01"),
    (bytes(range(1, 254)), b"\xfe" + bytes(range(1, 254))),
]


@pytest.mark.parametrize(("data", "stuffed"), COBS)
def test_stuffing_is_that_of_the_paper(data: bytes, stuffed: bytes) -> None:
    """Both directions, by the published examples."""
    assert frame._stuffed(data) == stuffed
    assert frame._unstuffed(stuffed) == data


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=1000), st.integers(1, 64))
def test_a_message_comes_back_in_whatever_pieces_it_arrives(payload: bytes, piece: int) -> None:
    """A serial line cuts where it likes."""
    sent = frame.encode(OBS, payload) + frame.encode(OBS, payload)
    splitter, found = frame.Splitter(), []
    for at in range(0, len(sent), piece):
        found += splitter.feed(sent[at : at + piece])

    assert [frame.decode(one) for one in found] == [(OBS, payload)] * 2


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_changed_frame_is_never_another_message(payload: bytes, data: st.DataObject) -> None:
    """One byte changed, or the end cut off: refused, or (behind noise) the same."""
    sent = frame.encode(OBS, payload).strip(b"\x00")
    at = data.draw(st.integers(0, len(sent) - 1))
    changed = sent[:at] + bytes([sent[at] ^ data.draw(st.integers(1, 255))]) + sent[at + 1 :]

    for spoilt in (sent[:at], *frame.Splitter().feed(changed + b"\x00")):
        with pytest.raises(BadPack):
            frame.decode(spoilt)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_noise_in_front_costs_nothing(noise: bytes) -> None:
    """The zero byte in front of each frame ends what came before it."""
    found = frame.Splitter().feed(noise + frame.encode(OBS, b"[]"))

    assert frame.decode(found[-1]) == (OBS, b"[]")


def test_an_endless_frame_is_dropped_and_the_next_one_read() -> None:
    """A babbling node holds no memory."""
    splitter = frame.Splitter()
    for _ in range(100):
        assert splitter.feed(b"x" * 1000) == []

    (found,) = splitter.feed(frame.encode(OBS, b"[]"))

    assert frame.decode(found) == (OBS, b"[]")
    assert splitter.overlong == 1


def test_the_largest_pack_fits_and_more_does_not() -> None:
    """With the longest topic there is."""
    topic = topics.reply("f" * 32, "n" * 32, "selftest")
    assert len(topic) <= limits.MAX_TOPIC_BYTES
    assert len(frame.encode(topic, b"x" * limits.MAX_PACK_BYTES)) <= limits.MAX_FRAME_BYTES

    with pytest.raises(BadPack, match="too-long"):
        frame.encode(topic, b"x" * limits.MAX_FRAME_BYTES)
