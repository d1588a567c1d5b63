"""The place of a receiver or an output: what it may use of the agent that it works for."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

import msgspec

from edge_agent.config.settings import RECEIVERS
from edge_agent.receive.csv_file import TimeBounds
from edge_agent.receive.receivers import Receiver
from edge_agent.values import FilePosition, Reading
from runtime.log import Log
from runtime.mqtt import Link
from runtime.settings import Endpoint
from tailings import plugins, units


class ReceiverContext(msgspec.Struct, frozen=True):
    """`nodes` are those that the agent serves, `units` has the unit of each datastream (UCUM), `link(None)` is the
    site's broker, `link(endpoint)` another one.

    `position_of` says how far a file is stored, `now_ms` is the time to go by, `is_time_known` whether there is one,
    `reply_time` answers a node's question for the time (None when it is none, or nobody knows it), `gather_s` is how
    long a group may wait.
    """

    facility: str
    nodes: tuple[str, ...]
    units: dict[str, str]
    bounds: TimeBounds
    gather_s: float
    link: Callable[[Endpoint | None], Link]
    position_of: Callable[[str], FilePosition]
    now_ms: Callable[[], int]
    is_time_known: Callable[[], bool]
    reply_time: Callable[[str, bytes], bytes | None]
    log: Log

    def in_unit(self, reading: Reading, said: Mapping[str, str]) -> Reading:
        """The reading in the unit of its datastream; `said` has the unit that its sender says it in (UCUM), by name.

        One that no number holds in that unit is missing, with its reason.
        """
        unit = said.get(reading.name)
        if unit is None or reading.value is None:
            return reading
        value = units.convert(reading.value, unit, self.units[reading.name])
        is_number = isfinite(value)
        return Reading(
            reading.name, reading.time_ms, value if is_number else None, None if is_number else "not-a-number"
        )


def open_receiver(settings: Any, place: ReceiverContext) -> Receiver:
    """Start the receiver that these settings are for."""
    receiver: Receiver = plugins.find(RECEIVERS, _kind(settings)).open(settings, place)
    return receiver


def _kind(settings: Any) -> str:
    kind: str = type(settings).__struct_config__.tag
    return kind
