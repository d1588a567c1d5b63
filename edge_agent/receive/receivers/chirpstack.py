"""LoRaWAN devices behind ChirpStack v4: its uplink events in JSON, from the site's broker or from one of its own.

The device profile needs a codec, so that `object` has the decoded values; an uplink without it goes to quarantine. A
device has no seq and no outbox that we could free: holes of its frame counter are "not received" (wire.md section 6).
Source (secondary, no server was asked): ChirpStack v4, `UplinkEvent` as docs.rs shows it for chirpstack_api 4.18, and
the topics of its MQTT integration.
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
    said_units_of,
    time_of,
)
from edge_agent.receive.receiver_context import ReceiverContext
from runtime.settings import Endpoint
from wire import BadPack

DEVICE_AT: Final = 3  # application/{id}/device/{devEui}/event/up


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="chirpstack"):
    """One application; `devices` by their devEui. Without `broker` it publishes on the site's."""

    application: str
    """The id of the application."""
    devices: tuple[Device, ...]
    """Its devices, by devEui."""
    broker: Endpoint | None = None
    """Another broker than the site's."""

    def feeds(self) -> dict[str, str]:
        """Device and field -> datastream."""
        return feeds_of(self.devices)

    def said_units(self) -> dict[str, str]:
        """Datastream -> the unit that its device says it in, where that is another."""
        return said_units_of(self.devices)

    def topics(self) -> tuple[str, ...]:
        """The uplinks of all devices of the application, so that a stranger can be named."""
        return (f"application/{self.application}/device/+/event/up",)


def open(settings: Settings, place: ReceiverContext) -> JsonSenders:
    """Subscribe to the uplinks."""
    return JsonSenders(place.link(settings.broker), settings.topics(), settings.devices, device_of, read, place=place)


def device_of(topic: str) -> str:
    """The devEui, from the topic: it is there even if the rest cannot be read."""
    return topic.split("/")[DEVICE_AT]


def read(document: Mapping[str, Any]) -> SenderMessage:
    """What an uplink event says; raises BadPack."""
    time_ms = time_of(document.get("time"), "time")
    values = document.get("object")
    if not isinstance(values, dict):
        raise BadPack("object", "not-decoded")
    counted = frame(document.get("devAddr"), document.get("fCnt", 0), "fCnt")  # protobuf leaves zeros out
    return SenderMessage(tuple((time_ms, field, value) for field, value in flat(values).items()), counted)
