"""LoRaWAN devices behind The Things Stack v3: its uplink messages in JSON, mostly from its own broker with TLS.

The end device needs a payload formatter, so that `decoded_payload` has values; an uplink without it goes to quarantine.
Holes of the frame counter are "not received" (wire.md section 6). Fields that are 0, empty or false are left out of
the message, also by the formatter's side of it: let the formatter send a value as it is measured.
Source (secondary, no server was asked): The Things Stack v3, "Uplink messages" and "MQTT server" of its documentation.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from edge_agent.receive.json_senders import (
    Device,
    JsonSenders,
    SenderMessage,
    feeds_of,
    flat,
    frame,
    inner,
    said_units_of,
    time_of,
)
from edge_agent.receive.receiver_context import ReceiverContext
from runtime.settings import Endpoint
from wire import BadPack

DEVICE_AT: Final = 3  # v3/{application}@{tenant}/devices/{device id}/up


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="the_things_stack"):
    """One application, with its tenant as in the MQTT user name (`app1@tenant1`); `devices` by their device id."""

    application: str
    """The application with its tenant, as in the MQTT user name."""
    devices: tuple[Device, ...]
    """Its devices, by device id."""
    broker: Endpoint | None = None
    """Another broker than the site's: mostly that of the network."""

    def feeds(self) -> dict[str, str]:
        """Device and field -> datastream."""
        return feeds_of(self.devices)

    def said_units(self) -> dict[str, str]:
        """Datastream -> the unit that its device says it in, where that is another."""
        return said_units_of(self.devices)

    def topics(self) -> tuple[str, ...]:
        """The uplinks of all devices of the application, so that a stranger can be named."""
        return (f"v3/{self.application}/devices/+/up",)


def open(settings: Settings, place: ReceiverContext) -> JsonSenders:
    """Subscribe to the uplinks."""
    return JsonSenders(place.link(settings.broker), settings.topics(), settings.devices, device_of, read, place=place)


def device_of(topic: str) -> str:
    """The device id, from the topic."""
    return topic.split("/")[DEVICE_AT]


def read(document: Mapping[str, Any]) -> SenderMessage:
    """What an uplink message says; the time is the network's at reception. Raises BadPack."""
    message = document.get("uplink_message")
    if not isinstance(message, dict):
        raise BadPack("uplink_message", "not-decoded")
    time_ms = time_of(message.get("received_at") or document.get("received_at"), "received_at")
    values = message.get("decoded_payload")
    if not isinstance(values, dict):
        raise BadPack("decoded_payload", "not-decoded")
    session = message.get("session_key_id") or inner(document, "end_device_ids", "dev_addr")
    counted = frame(session, message.get("f_cnt", 0), "f_cnt")  # zeros are left out
    return SenderMessage(tuple((time_ms, field, value) for field, value in flat(values).items()), counted)
