"""The readings of one piezometer, the second version of its facility file, and the arithmetic done by hand."""

from collections.abc import Iterable
from math import sin

import numpy as np

from codec.batch import BatchObservation
from ingest.store import Store
from ingest.values import Connection
from ingest.versions import facility
from tailings import chain
from tailings.facility import Facility, parse
from tailings.series import Series
from tests.ingest.batches import RAW, START_S, arrival, message, reading
from tests.ingest.conftest import VALE

MINUTES = 300
CORRECTED_FROM = 120
THERMISTOR, BAROMETER = "n07:vw1.thermistor", "n01:baro.pressure"
PRESSURE, LEVEL = "n07:vw1.pressure", "n07:vw1.level"
WRONG, RIGHT = -0.1795, -0.1995
ZERO_DIGITS = 9082.0
EPOCHS = (f"{number:08x}" for number in range(1 << 31))
FIRST = VALE.read_text()
PLAN = """
[tarp.pore]
failure_mode = "pore pressure"
[[tarp.pore.levels]]
level = "yellow"
when = { datastream = "n07:vw1.pressure", test = "above", value = 220.0 }
"""
HEAD = '[[instruments."n07:vw1".calibrations]]'
"""2025-11-24T18:00:00Z is minute 120 of the readings."""


def second(extra: str = PLAN) -> str:
    """Version 2: the gauge factor of n07:vw1 corrected from minute 120 on."""
    before, _, after = FIRST.replace("version = 1\n", "version = 2\n", 1).partition(HEAD)
    own, line, rest = after.partition("\n\n")
    corrected = own.replace(str(WRONG), str(RIGHT))
    start = next(one for one in own.splitlines() if one.startswith("valid_from"))
    corrected = corrected.replace(start, "valid_from = 2025-11-24T18:00:00Z")
    return f"{before}{HEAD}{own}\n{HEAD}{corrected}{line}{rest}{extra}"


def apply_second(connection: Connection, extra: str = PLAN) -> Facility:
    """Store version 2 of the facility file."""
    text = second(extra)
    parsed = parse(text)
    with connection.transaction():
        facility.register(connection, parsed, text)
    return parsed


def frequency_hz(minute: int) -> float:
    """A slow swing around 2,830 Hz."""
    return round(2830 + 20 * sin(minute / 30), 3)


def shift_kpa(minute: int) -> float:
    """By how much the corrected factor moves the pressure: (G2 - G1)(R1 - R0), Geokon's linear formula."""
    return (RIGHT - WRONG) * (frequency_hz(minute) ** 2 / 1000 - ZERO_DIGITS)


def readings(minutes: Iterable[int]) -> dict[str, Series]:
    """The raw series of these minutes."""
    chosen = list(minutes)
    times = [(START_S + 60 * minute) * 1000 for minute in chosen]
    return {
        RAW: Series.of(times, [frequency_hz(minute) for minute in chosen]),
        THERMISTOR: Series.of(times, [4821.0 + minute for minute in chosen]),
        BAROMETER: Series.of(times, [963.0] * len(chosen)),
    }


def stored_by(store: Store, connection: Connection, raw: dict[str, Series], text: str = FIRST) -> None:
    """Store raw readings with what an agent derives from them by a facility file."""
    parsed = parse(text)
    observations: list[BatchObservation] = []
    for name, result in chain.derive(parsed, raw).items():
        cfg = None if parsed.datastreams[name].is_raw else parsed.version
        series, tests = result.series, result.tests()
        for row in range(len(series)):
            value = None if np.isnan(series.value[row]) else float(series.value[row])
            plain = reading(int(series.time_ms[row]) / 1000, value, name, tests[row], cfg)
            observations.append(plain._replace(quality=int(series.quality[row])))
    with connection.transaction():
        written = store.write(connection, [arrival(message(0, observations, epoch=next(EPOCHS)))])
    store.committed(written)
