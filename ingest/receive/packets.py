"""PUBLISH packets out of the bytes of a connection, several at once (MQTT 5.0, sections 1.5.5, 2.1 and 3.3)."""

from typing import Final, NamedTuple

_new = tuple.__new__  # a namedtuple's own constructor costs twice as much
PUBLISH: Final = 0x30
RETAINED: Final = 0x01
MAX_LENGTH_BYTES: Final = 4
"""Of a variable byte integer."""


class Publication(NamedTuple):
    """What a PUBLISH carries; `packet_id` is 0 at QoS 0, where nothing is to be acknowledged.

    `is_retained`: the broker had kept it for whoever subscribes (MQTT 5.0, 3.3.1.3).
    """

    topic: str
    packet_id: int
    payload: bytes
    is_retained: bool = False


def publications(data: bytes, at: int) -> tuple[list[Publication], int]:
    """The PUBLISH packets from `at` on, up to the first packet that is another or not whole, and where that begins."""
    found, size = [], len(data)
    while at < size and data[at] & 0xF0 == PUBLISH:
        body = _variable(data, at + 1)
        if body is None:
            break
        length, start = body
        end = start + length
        if end > size:
            break
        found.append(_publication(data[at], data[start:end]))
        at = end
    return found, at


def is_whole(data: bytes, at: int) -> bool:
    """Whether a whole packet begins at `at`, or one that can never become whole."""
    body = _variable(data, at + 1)
    if body is None:
        return len(data) - at > MAX_LENGTH_BYTES
    return body[1] + body[0] <= len(data)


def _publication(head: int, body: bytes) -> Publication:
    # Whatever is wrong in a body the slices bear: what comes out is then refused as a batch.
    at = 2 + int.from_bytes(body[:2])
    topic, packet_id = body[2:at], 0
    if head & 0x06:
        packet_id = int.from_bytes(body[at : at + 2])
        at += 2
    length, at = _variable(body, at) or (0, at)
    return _new(Publication, (str(topic, "utf-8", "replace"), packet_id, body[at + length :], bool(head & RETAINED)))


def _variable(data: bytes, at: int) -> tuple[int, int] | None:
    """The variable byte integer at `at` and where it ends; None if it is not whole."""
    value = shift = 0
    for byte in data[at : at + MAX_LENGTH_BYTES]:
        at += 1
        if byte < 0x80:
            return value | byte << shift, at
        value |= (byte & 0x7F) << shift
        shift += 7
    return None
