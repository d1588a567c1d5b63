"""Senders of other makers that publish JSON over MQTT: from a message to readings, without ever losing the rest.

Each has devices, and each device has fields that become datastreams of one node. A message that cannot be used goes to
quarantine whole; a field that nobody has mapped is named in the log once; a device that nobody has named, too.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from codec import json_document
from edge_agent.receive.delivery_queue import DeliveryQueue
from edge_agent.receive.receiver_context import ReceiverContext
from edge_agent.values import Reading, ReadingsDelivery, RefusedReading, UplinkCount
from runtime.mqtt import Link, Message
from toml_file.nearest import hint
from wire import BadPack, limits

MAX_MESSAGE_BYTES: Final = 64 * 1024
MAX_NAMED: Final = 200  # strangers and fields that are named once
MAX_FRAME: Final = 2**32 - 1  # frame counters of LoRaWAN have 32 bits (secondary, the specification was not opened)
MS_PER_S: Final = 1000
MISSING_WORDS: Final = ("", "NAN", "NaN", "nan", "INF", "-INF", "null")


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One device: its id at the network, and which of its fields become which datastreams (all of one node).

    A field of an object within the object is written with a dot: `battery.voltage`.
    """

    id: str
    """How the network or the logger calls it: devEui, device id, loggerID."""
    fields: dict[str, str]
    """For each field the raw datastream that it becomes."""
    units: dict[str, str] = {}
    """The UCUM unit of each field that is not in the unit of its datastream."""

    def __post_init__(self) -> None:
        if strangers := self.units.keys() - self.fields:
            name = min(strangers)
            raise ValueError(f"device {self.id}: units: {name!r} is none of its fields{hint(name, self.fields)}")
        if len({name.partition(":")[0] for name in self.fields.values()}) != 1:
            raise ValueError(f"device {self.id}: its fields must lead to datastreams of one node, at least one")

    @property
    def node(self) -> str:
        """The node that it is in facility.toml."""
        return next(iter(self.fields.values())).partition(":")[0]


def feeds_of(devices: Iterable[Device]) -> dict[str, str]:
    """Device and field -> datastream."""
    return {f"{one.id} {field}": name for one in devices for field, name in one.fields.items()}


def said_units_of(devices: Iterable[Device]) -> dict[str, str]:
    """Datastream -> the unit that its device says it in, where that is another."""
    return {one.fields[field]: unit for one in devices for field, unit in one.units.items()}


class SenderMessage(msgspec.Struct, frozen=True):
    """What one message says: (time [Unix ms], field, value as it stands there), and session and frame counter if it has
    them."""

    values: tuple[tuple[int, str, object], ...]
    frame: tuple[str, int] | None = None


Read = Callable[[Mapping[str, Any]], SenderMessage]
DeviceOf = Callable[[str], str]


class JsonSenders:
    """Messages of some devices on some topics. `read` raises BadPack; `device_of` tells whose a topic is."""

    def __init__(
        self,
        link: Link,
        topics: Iterable[str],
        devices: Iterable[Device],
        device_of: DeviceOf,
        read: Read,
        place: ReceiverContext,
    ) -> None:
        self._devices = {device.id.lower(): device for device in devices}
        self._said_units = said_units_of(self._devices.values())
        self._device_of, self._read, self._place = device_of, read, place
        self._inbox: DeliveryQueue[ReadingsDelivery] = DeliveryQueue(place.gather_s)
        self._named: set[tuple[str, str]] = set()
        for topic in topics:
            link.subscribe(topic, 1, self._receive)

    def take(self, wait_s: float) -> list[ReadingsDelivery]:
        """One group of messages."""
        return self._inbox.take(wait_s)

    def close(self) -> None:
        """Let go of the network thread; the broker keeps what was not acknowledged."""
        self._inbox.close()

    def _receive(self, message: Message) -> None:
        name = self._device_of(message.topic).lower()
        device = self._devices.get(name)
        if device is None:
            self._name("unknown-device", name or message.topic, topic=message.topic)
            message.acknowledge()
            return
        self._inbox.put(self._delivery(device, message))

    def _delivery(self, device: Device, message: Message) -> ReadingsDelivery:
        said, refused = SenderMessage(()), list[RefusedReading]()
        try:
            said = self._read(json_document.decode(message.payload, dict[str, Any], MAX_MESSAGE_BYTES))
        except BadPack as error:
            refused.append(RefusedReading(error.reason, error.field, error.fix, message.payload[:MAX_MESSAGE_BYTES]))
        readings = []
        for time_ms, field, value in said.values:
            name = device.fields.get(field)
            if name is None:
                self._name("unmapped-field", field, device=device.id)
                continue
            try:
                readings.append(self._place.in_unit(reading(name, field, time_ms, value), self._said_units))
            except BadPack as error:
                refused.append(RefusedReading(error.reason, error.field, error.fix, repr((field, value)).encode()))
        return ReadingsDelivery(
            device.node,
            tuple(readings),
            self._place.now_ms(),
            message.acknowledge,
            tuple(refused),
            uplink=UplinkCount(device.id, *said.frame) if said.frame else None,
        )

    def _name(self, event: str, what: str, **fields: object) -> None:
        """Say once what is skipped."""
        if (event, what) not in self._named and len(self._named) < MAX_NAMED:
            self._named.add((event, what))
            self._place.log("WARNING", event, name=what[: limits.MAX_TEXT], **fields)


def reading(name: str, field: str, time_ms: int, value: object) -> Reading:
    """A reading of a JSON value: null and the words for a failed read are missing; raises BadPack for what is none."""
    if value is None or (isinstance(value, str) and value.strip() in MISSING_WORDS):
        return Reading(name, time_ms, None, "no-value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadPack(field, "number", repr(value))
    try:
        number = float(value)
    except OverflowError:  # an integer of hundreds of digits
        number = math.inf
    return Reading(name, time_ms, number) if math.isfinite(number) else Reading(name, time_ms, None, "not-a-number")


def flat(values: Mapping[str, Any], prefix: str = "", depth: int = limits.MAX_DEPTH) -> dict[str, object]:
    """Fields of nested objects by their path with dots; what is nested deeper than `depth` stays as it is."""
    found: dict[str, object] = {}
    for key, value in values.items():
        if isinstance(value, dict) and depth > 0:
            found.update(flat(value, f"{prefix}{key}.", depth - 1))
        else:
            found[prefix + key] = value
    return found


def time_of(text: object, field: str) -> int:
    """Unix ms of an RFC 3339 time; raises BadPack when there is none, or it has no offset."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadPack(field, "bad-time", str(text))
    return round(moment.timestamp() * MS_PER_S)


def frame(session: object, count: object, field: str) -> tuple[str, int]:
    """Session and frame counter; raises BadPack for what no counter can be."""
    if type(count) is not int or not 0 <= count <= MAX_FRAME:
        raise BadPack(field, "integer", str(count))
    return str(session), count


def inner(said: Mapping[str, Any], *path: str) -> Any:
    """What stands under a path of keys, None where it ends."""
    found: Any = said
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found
