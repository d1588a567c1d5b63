"""paho's client, reading many packets from the socket at once and acknowledging many at once.

paho reads a packet by four system calls, each of which lets the decoding thread take the interpreter away, looks for
properties and topic filters, takes seven locks, and writes an acknowledgement by two more system calls: 40-55 us a
message. Here a read takes what has come, the PUBLISH packets in it are handed on together, and every other packet is
left to paho, which finds it in the same bytes. Connecting, subscribing, keeping alive and publishing stay paho's.

It leans on four private names of paho: `_sock_recv`, `_packet_read`, `_loop_rc_handle` and `_packet_queue`. The version
is locked, mypy sees when a name goes, and test_subscribe when one means something else.
"""

import struct
from collections.abc import Callable, Sequence
from typing import Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from ingest.receive.packets import Publication, is_whole, publications

READ_BYTES: Final = 1 << 18
PUBACK: Final = 0x40
PUBACK_BYTES: Final = 2
"""Behind the fixed header: the packet id alone says success (MQTT 5.0, 3.4.2.1)."""


class PacketClient(mqtt.Client):
    """`deliver` gets what was published, in order, in paho's network thread; paho's `on_message` is not called."""

    def __init__(self, client_id: str, deliver: Callable[[Sequence[Publication]], None]) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, client_id, protocol=mqtt.MQTTv5, manual_ack=True)
        self._deliver = deliver
        self._ahead = b""
        self._at = 0
        """How far `_ahead` is read."""

    def reconnect(self) -> MQTTErrorCode:
        """Begin a connection, at each attempt; what was read of an old one says nothing any more."""
        self._ahead, self._at = b"", 0
        return super().reconnect()

    def acknowledge(self, packet_ids: Sequence[int]) -> None:
        """Acknowledge messages of this connection, in their order."""
        if packet_ids:
            packets = b"".join([struct.pack("!BBH", PUBACK, PUBACK_BYTES, packet_id) for packet_id in packet_ids])
            self._packet_queue(mqtt.PUBACK, packets, packet_ids[-1], 1)

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Take what has come, in place of paho's own; called by its network thread when the socket is readable."""
        try:
            data = super()._sock_recv(READ_BYTES)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            data = b""
        if not data:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        self._ahead, self._at = self._ahead[self._at :] + data, 0
        return self._take()

    def _take(self) -> MQTTErrorCode:
        while self._at < len(self._ahead):
            found, self._at = publications(self._ahead, self._at)
            if found:
                self._deliver(found)
            if not is_whole(self._ahead, self._at):
                break
            result = self._packet_read()
            if result > 0:
                return self._loop_rc_handle(result)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _sock_recv(self, bufsize: int) -> bytes:
        data = self._ahead[self._at : self._at + bufsize]
        self._at += len(data)
        if not data:
            raise BlockingIOError
        return data
