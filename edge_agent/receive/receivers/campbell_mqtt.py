"""Campbell Scientific loggers that publish GeoJSON over MQTT: names once, then values by time.

The logger's memory is not ours to free: delivery tracking starts here (wire.md section 6), and a table that the logger
could not publish must come as a file. Source: help.campbellsci.com, CRBasic, "GeoJSON format details"
(mqtt_geojson_format): `properties` is spelled with and without a capital there, and values may be false or text.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

import msgspec

from edge_agent.receive.json_senders import Device, JsonSenders, SenderMessage, feeds_of, said_units_of
from edge_agent.receive.local_times import LocalClock
from edge_agent.receive.receiver_context import ReceiverContext
from runtime.settings import Endpoint
from tailings.zones import parse_zone
from wire import BadPack

MAX_TIMES: Final = 5000


class Logger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One logger: the topic of its table, and its `loggerID` (the MQTT client id) with the mapped fields."""

    topic: str
    """The one topic that its table is published on."""
    device: Device
    """Its `loggerID` (the MQTT client id) and its fields."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="campbell_mqtt"):
    """Loggers of one broker. `time_zone` is that of times without an offset."""

    loggers: tuple[Logger, ...]
    """The loggers."""
    time_zone: str = "UTC"
    """The zone of times without an offset: an IANA name, UTC or an offset such as UTC-06:00."""
    broker: Endpoint | None = None
    """Another broker than the site's."""

    def __post_init__(self) -> None:
        if any(mark in logger.topic for logger in self.loggers for mark in "+#"):
            raise ValueError("topic: one exact topic a logger")
        parse_zone(self.time_zone)

    def feeds(self) -> dict[str, str]:
        """Logger and field -> datastream."""
        devices = [logger.device for logger in self.loggers]
        return feeds_of(devices)

    def said_units(self) -> dict[str, str]:
        """Datastream -> the unit that its logger says it in, where that is another."""
        return said_units_of(logger.device for logger in self.loggers)

    def topics(self) -> tuple[str, ...]:
        """The tables of the loggers."""
        return tuple(logger.topic for logger in self.loggers)


def open(settings: Settings, place: ReceiverContext) -> JsonSenders:
    """Subscribe to the tables of the loggers."""
    by_topic = {logger.topic: logger.device.id for logger in settings.loggers}
    clock = LocalClock(parse_zone(settings.time_zone), None)
    return JsonSenders(
        place.link(settings.broker),
        by_topic,
        [logger.device for logger in settings.loggers],
        by_topic.__getitem__,
        partial(read, clock),
        place=place,
    )


def read(clock: LocalClock, document: Mapping[str, Any]) -> SenderMessage:
    """What a feature says; raises BadPack."""
    properties = document.get("properties", document.get("Properties"))
    if not isinstance(properties, dict):
        raise BadPack("properties", "not-decoded")
    names, observations = properties.get("observationNames"), properties.get("observations")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise BadPack("observationNames", "not-decoded")
    if not isinstance(observations, dict) or not 0 < len(observations) <= MAX_TIMES:
        raise BadPack("observations", "not-decoded")
    return SenderMessage(tuple(_values(clock, names, observations)))


def _values(clock: LocalClock, names: list[str], observations: Mapping[str, Any]) -> Iterator[tuple[int, str, object]]:
    times_ms, refused = clock.unix_ms(list(observations))
    for row, (text, values) in enumerate(observations.items()):
        if row in refused:
            raise BadPack("observations", refused[row], text)
        if not isinstance(values, list) or len(values) != len(names):
            raise BadPack("observations", "column-count", text)
        yield from ((int(times_ms[row]), name, value) for name, value in zip(names, values, strict=True))
