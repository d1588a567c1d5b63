"""What instruments say of themselves: serial numbers, the sign of a calibration, channels that nobody sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tailings import instruments
from tailings.facility.lint.examination import Examination
from tailings.facility.model import Datastream, Facility, Instrument
from tailings.formulas import vw_pressure
from tailings.instruments import vw_piezometer
from toml_file.problems import Path

Found = Iterator[tuple[Path, dict[str, Any]]]
_BELOW_ZERO = 0.9
"""Of the zero reading: a pressure of some hundred kilopascals on common gauges."""


def serial_twice(examination: Examination) -> Found:
    """One serial number of one maker for two instruments."""
    first: dict[tuple[str, str], str] = {}
    for instrument in examination.facility.instruments.values():
        if instrument.serial is None:
            continue
        other = first.setdefault(((instrument.maker or "").casefold(), instrument.serial), instrument.name)
        if other != instrument.name:
            values = {"serial": instrument.serial, "instrument": instrument.name, "other": other}
            yield ("instruments", instrument.name, "serial"), values


def sign_against_zero(examination: Examination) -> Found:
    """A vibrating-wire calibration by which the digits rise above the zero reading under pressure; those of a gauge
    fall."""
    for instrument in examination.facility.instruments.values():
        for index, calibration in enumerate(instrument.calibrations):
            if isinstance(calibration, vw_piezometer.CALIBRATION) and _rises(calibration):
                is_linear = isinstance(calibration, vw_piezometer.LinearCalibration)
                key = "gauge_factor_kpa_per_digit" if is_linear else "b_kpa_per_digit"
                path: Path = ("instruments", instrument.name, "calibrations", index, key)
                values = {
                    "instrument": instrument.name,
                    "convention": calibration.convention,
                    "zero": calibration.zero_reading_digits,
                }
                yield path, values | {"key": key, "value": getattr(calibration, key)}


def channel_never_sent(examination: Examination) -> Found:
    """A raw channel that the driver on a node never sends, where the file shows no other program that reads it."""
    facility = examination.facility
    for datastream in facility.datastreams.values():
        instrument = facility.instruments[datastream.instrument]
        kind = instruments.get(instrument.driver)
        if hasattr(kind, "READ_ELSEWHERE") and not _is_sent(datastream, instrument):
            if _is_read_elsewhere(facility, instrument):
                continue
            values: dict[str, Any] = {"driver": instrument.driver, "channel": _channel(datastream)}
            values |= {"sent": list(kind.NODE_CHANNELS), "elsewhere": kind.READ_ELSEWHERE}
            yield ("datastreams", datastream.name), values


def _rises(calibration: Any) -> bool:
    """Whether a reading below the zero, which pressure makes, is read as a suction."""
    zero_digits = calibration.zero_reading_digits
    below_hz = np.sqrt(np.array([_BELOW_ZERO * zero_digits]) * 1000.0)
    return zero_digits > 0 and bool(vw_pressure.pressure_kpa(below_hz, calibration)[0] < 0)


def _channel(datastream: Datastream) -> str:
    return datastream.name.rpartition(".")[2]


def _is_sent(datastream: Datastream, instrument: Instrument) -> bool:
    kind = instruments.get(instrument.driver)
    return not datastream.is_raw or _channel(datastream) in getattr(kind, "NODE_CHANNELS", kind.CHANNELS)


def _is_read_elsewhere(facility: Facility, gauge: Instrument) -> bool:
    """Whether the file shows that a node's instruments are read by another program than the node's own."""
    if facility.agents[facility.nodes[gauge.node].agent].listens:
        return True
    mapped = {name for mapping in facility.mappings.values() for name in mapping.columns.values()}
    mapped |= {word for agent in facility.agents.values() for word in _texts(agent.receivers)}
    for datastream in facility.datastreams.values():
        other = facility.instruments[datastream.instrument]
        if other.node != gauge.node or other.driver in instruments.NOT_READ:
            continue
        if datastream.name in mapped or (other is not gauge and not _is_sent(datastream, other)):
            return True
    return False


def _texts(value: Any) -> Iterator[str]:
    """Every text in a table of a receiver, whose keys are its own: those that name a datastream are among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in _texts(inner))
    elif isinstance(value, list | tuple):
        yield from (text for inner in value for text in _texts(inner))
