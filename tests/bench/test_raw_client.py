"""The bare client: packets cut from a stream as MQTT 5.0 defines them, and a real broker."""

from hypothesis import given
from hypothesis import strategies as st

from bench.raw_client import split

PINGRESP = (0xD0, b"")
LONG = (0x30, b"x" * 16_384)


def test_packets_are_split_by_their_variable_length() -> None:
    """Lengths of one and of three bytes (MQTT 5.0 table 1-1: 16,384 is 80 80 01), and half a packet is left."""
    stream = b"\xd0\x00" + b"\x30\x80\x80\x01" + LONG[1] + b"\x40\x02\x00"

    assert split(stream) == ([PINGRESP, LONG], b"\x40\x02\x00")


@given(st.lists(st.integers(0, 300), max_size=5), st.data())
def test_a_stream_may_be_cut_anywhere(sizes: list[int], data: st.DataObject) -> None:
    """Two reads give the same packets as one."""
    packets = [b"\x30" + (bytes((n,)) if n < 128 else bytes((n % 128 | 128, n // 128))) + b"y" * n for n in sizes]
    stream = b"".join(packets)
    cut = data.draw(st.integers(0, len(stream)))
    first, rest = split(stream[:cut])
    second, left = split(rest + stream[cut:])

    assert first + second == split(stream)[0]
    assert left == b""
    assert len(first + second) == len(sizes)
