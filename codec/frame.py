"""Frames: a topic and a payload on a serial line, where no broker stands between node and agent.

A frame is COBS(length of the topic in one byte, topic, payload, CRC-32 of all that) between zero bytes. COBS keeps the
zero out of the frame, so that after noise the next one is found again. What fails its CRC is skipped: the sender
repeats what is not acknowledged.
Source: S. Cheshire, M. Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on Networking 7(2), 1999;
CRC-32 of IEEE 802.3, high byte first.
"""

import binascii

from wire import BadPack, limits

END = b"\x00"
_CRC_BYTES = 4
_MAX_RUN = 254


def encode(topic: str, payload: bytes) -> bytes:
    """The bytes to send; the zero in front ends whatever noise came before."""
    name = topic.encode()
    if not 0 < len(name) <= limits.MAX_TOPIC_BYTES:
        raise BadPack("topic", "topic", topic)
    body = bytes([len(name)]) + name + payload
    whole = END + _stuffed(body + _crc(body)) + END
    if len(whole) > limits.MAX_FRAME_BYTES:
        raise BadPack("frame", "too-long", str(len(whole)) + " bytes")
    return whole


def decode(frame: bytes) -> tuple[str, bytes]:
    """(topic, payload) of what stood between two zero bytes; raises BadPack."""
    whole = _unstuffed(frame)
    body = whole[:-_CRC_BYTES]
    if not body or body[0] >= len(body):
        raise BadPack("frame", "truncated")
    if _crc(body) != whole[-_CRC_BYTES:]:
        raise BadPack("frame", "crc")
    end = 1 + body[0]
    try:
        return body[1:end].decode(), body[end:]
    except UnicodeError as error:
        raise BadPack("topic", "utf-8") from error


class Splitter:
    """Cuts what arrives into frames; holds no more than one. `overlong` counts those dropped for their length."""

    def __init__(self) -> None:
        self.overlong = 0
        self._begun = b""
        self._is_skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that `data` completes, each to be given to `decode`."""
        found = []
        parts = data.split(END)
        for i in range(len(parts)):
            if not self._is_skipping:
                self._begun += parts[i]
            if len(self._begun) > limits.MAX_FRAME_BYTES:
                self.overlong += 1
                self._begun, self._is_skipping = b"", True
            if i < len(parts) - 1:
                if self._begun:
                    found.append(self._begun)
                self._begun, self._is_skipping = b"", False
        return found


def _crc(body: bytes) -> bytes:
    return (binascii.crc32(body) & 0xFFFFFFFF).to_bytes(_CRC_BYTES, "big")


def _stuffed(body: bytes) -> bytes:
    out = bytearray()
    for run in (body + END).split(END)[:-1]:
        while len(run) >= _MAX_RUN:
            out.append(_MAX_RUN + 1)
            out += run[:_MAX_RUN]
            run = run[_MAX_RUN:]
        out.append(len(run) + 1)
        out += run
    return bytes(out)


def _unstuffed(frame: bytes) -> bytes:
    out = bytearray()
    at, end = 0, len(frame)
    while at < end:
        code = frame[at]
        run = frame[at + 1 : at + code]
        if code == 0 or len(run) != code - 1:
            raise BadPack("frame", "truncated")
        out += run
        at += code
        if code <= _MAX_RUN and at < end:
            out += END
    return bytes(out)
