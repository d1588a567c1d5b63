"""Deriving history anew: the arithmetic alone, the preview, and the application.

The limit of the application is a COPY of as many rows into the same table, which keeps nothing of what was there; a
peer is the same change as one UPDATE in SQL.
"""

import time
from datetime import UTC, datetime
from itertools import count
from typing import Final

import numpy as np
import numpy.typing as npt

from bench import plant
from bench.figures import Figure, WrongResult, figure
from bench.rounds import Measure
from bench.run import Run
from bench.stretch import MINUTE_S
from bench.testbed import DAY_S, Connection
from ingest import rederive
from ingest.rederive.stretch import Stretch
from ingest.store.binary_copy import copy_bytes
from ingest.store.rows import NO_CFG, ObservationRows
from ingest.versions import facility as stored_files
from tailings import chain
from tailings.facility import Facility, parse
from tailings.series import Flags, Series, Times, Values

GOAL: Final = ">= 2,000,000"
LINEAR: Final = 'kind = "linear"\ngauge_factor_kpa_per_digit = -0.1795\n'
VENTED: Final = 'pressure = "vented"\n'
POLYNOMIAL: Final = """\
kind = "polynomial"
a_kpa_per_digit2 = 1.2e-6
b_kpa_per_digit = -0.1795
zero_barometer_kpa = 96.1
"""
BAROMETER: Final = """\
[instruments."p000:baro"]
driver = "barometer"
[datastreams."p000:baro.pressure"]
quantity = "barometric-pressure"
unit = "hPa"
"""
DAYS_AGO: Final = 1200
"""Before all that the other cases store, and after the facility was commissioned: before that nothing is derived."""
COPY: Final = """
COPY observation (datastream_id, phenomenon_time, result, quality, tests, cfg) FROM STDIN (FORMAT BINARY)"""
LATEST: Final = """
INSERT INTO latest (datastream_id, phenomenon_time, result, quality, received_at, observation_count, first_time)
SELECT datastream_id, max(phenomenon_time), 0, 1, now(), count(*), min(phenomenon_time) FROM observation
WHERE datastream_id = ANY (%s) GROUP BY datastream_id
ON CONFLICT (datastream_id) DO UPDATE SET first_time = least(latest.first_time, excluded.first_time)"""
OPEN: Final = """
INSERT INTO revision (facility_id, kind, author, reason, cfg, functions, from_time, to_time, done_until)
SELECT id, 'rederive', 'program:bench', 'limit', version, '', now(), now() + interval '1 s', now()
FROM facility WHERE id = %s RETURNING id"""
BY_SQL: Final = """
UPDATE observation SET result = result + 0.001
WHERE datastream_id = ANY (%s) AND phenomenon_time >= to_timestamp(%s) AND phenomenon_time < to_timestamp(%s)"""
RAW: Final = (".frequency", ".thermistor")
FACTORS: Final = (-0.1795, -0.1995)


def run(run: Run) -> list[Figure]:
    """Rows/s: of wires through the chain, of rows compared, of rows replaced."""
    minutes = max(1, run.size.growth_rows // (plant.CALIBRATED_NODES * plant.PIEZOMETERS))
    history = History(run, minutes)
    return [_pure(run, minutes * 8), _preview(run, history), _apply(run, history)]


def _pure(run: Run, minutes: int) -> Figure:
    facility = facility_with_air()
    raw = _readings(run.ground.first_s, minutes)
    times_ms = _times_ms(run.ground.first_s, minutes)
    raw["p000:baro.pressure"] = Series.of(times_ms, np.full(minutes, 961.0))
    rows = len(_wires()) * minutes

    def ours() -> float:
        start_s = time.perf_counter()
        found = chain.derive(facility, raw)
        seconds = time.perf_counter() - start_s
        if sum(len(result.series) for name, result in found.items() if name.endswith(".level")) != rows:
            raise WrongResult("not every reading was derived from")
        return rows / seconds

    found = run.rounds("rederive: the arithmetic", {"ours": ours})
    return figure("derivation: wire, temperature, air pressure -> pressure -> level", "rows/s", found, goal=GOAL)


def facility_with_air() -> Facility:
    """The plant with wires that are sealed, so that the pressure of the air is taken off."""
    text = plant.text().replace(LINEAR, POLYNOMIAL).replace(VENTED, 'pressure = "absolute"\n')
    for wire in (f"{node}:vw{number}" for node in plant.calibrated_nodes() for number in range(plant.PIEZOMETERS)):
        inputs = f'temperature = "{wire}.temperature"'
        text = text.replace(inputs, f'{inputs}, barometer = "p000:baro.pressure"')
    return parse(text + BAROMETER)


class History:
    """Readings of the calibrated nodes with what was derived from them, far before all others."""

    def __init__(self, run: Run, minutes: int) -> None:
        self._connection = run.ground.connect()
        self._versions, self._copies = count(2), count(1)
        self._start_s = run.ground.first_s - DAYS_AGO * DAY_S
        self._minutes = minutes
        facility = rederive.stored_facility(self._connection, plant.FACILITY)
        told = self._connection.execute("SELECT name, id FROM datastream").fetchall()
        self._ids = {name.partition(":")[2]: int(number) for name, number in told}
        found = chain.derive(facility, _readings(self._start_s, minutes))
        for name, result in found.items():
            _copy(self._connection, self._ids[name], result.series, None if name.endswith(RAW) else 1)
        self.derived = [self._ids[name] for name in found if not name.endswith(RAW)]
        self._connection.execute(LATEST, ([self._ids[name] for name in found],))

    def version(self) -> Stretch:
        """Store the facility file with another gauge factor than before; return what there is to derive anew."""
        number = next(self._versions)
        factor = f"gauge_factor_kpa_per_digit = {FACTORS[number % 2]}"
        text = plant.text().replace("version = 1\n", f"version = {number}\n", 1)
        text = text.replace(f"gauge_factor_kpa_per_digit = {FACTORS[1]}", factor).replace(
            f"gauge_factor_kpa_per_digit = {FACTORS[0]}", factor
        )
        parsed: Facility = parse(text)
        with self._connection.transaction():
            stored_files.register(self._connection, parsed, text)
        ends = (self._start_s, self._start_s + self._minutes * MINUTE_S)
        start, stop = (datetime.fromtimestamp(end, UTC) for end in ends)
        return rederive.stretch(self._connection, parsed, start, stop)

    def compared_per_s(self) -> float:
        """Preview once; rows compared a second."""
        stretch = self.version()
        start_s = time.monotonic()
        found = rederive.preview(self._connection, stretch, lambda share: None)
        return found.compared / (time.monotonic() - start_s)

    def replaced_per_s(self) -> float:
        """Apply once; rows replaced a second."""
        stretch = self.version()
        start_s = time.monotonic()
        number = rederive.apply(self._connection, stretch, "program:bench", "measured", lambda share: None)
        seconds = time.monotonic() - start_s
        row = self._connection.execute("SELECT changed FROM revision WHERE id = %s", (number,)).fetchone()
        if row is None or row[0] < self._minutes:
            raise WrongResult("the application changed nothing")
        return int(row[0]) / seconds

    def updated_per_s(self) -> float:
        """Change the same rows by one UPDATE inside a revision; rows a second."""
        span = (self.derived, self._start_s, self._start_s + self._minutes * MINUTE_S)
        start_s = time.monotonic()
        with self._connection.transaction():
            row = self._connection.execute(OPEN, (plant.FACILITY,)).fetchone()
            assert row is not None
            self._connection.execute("SELECT set_config('tailwatch.revision', %s, true)", (str(row[0]),))
            changed = self._connection.execute(BY_SQL, span).rowcount
            self._connection.execute("UPDATE revision SET state = 'closed', closed_at = now() WHERE id = %s", row)
        return changed / (time.monotonic() - start_s)

    def copied_per_s(self) -> float:
        """Store as many rows of the derived datastreams at times before all others by one COPY; rows a second."""
        times_ms = _times_ms(self._start_s - next(self._copies) * self._minutes * MINUTE_S, self._minutes)
        ids, size = np.sort(np.array(self.derived, np.int32)), self._minutes * len(self.derived)
        values = np.random.default_rng(4).uniform(0, 100, size)
        flags = np.ones(size, np.uint8)
        data = _copy_bytes(np.repeat(ids, self._minutes), np.tile(times_ms, len(ids)), values, flags, 1)
        start_s = time.monotonic()
        _send(self._connection, data)
        return size / (time.monotonic() - start_s)


def _preview(run: Run, history: History) -> Figure:
    found = run.rounds("rederive: preview", {"ours": history.compared_per_s})
    return figure("preview of a re-derivation, rows compared", "rows/s", found)


def _apply(run: Run, history: History) -> Figure:
    contenders: dict[str, Measure] = {
        "COPY": history.copied_per_s,
        "UPDATE in SQL": history.updated_per_s,
        "ours": history.replaced_per_s,
    }
    found = run.rounds("rederive: apply", contenders)
    return figure("re-derivation applied, rows replaced", "rows/s", found, limit="COPY")


def _wires() -> list[str]:
    return [f"{node}:vw{number}" for node in plant.calibrated_nodes() for number in range(plant.PIEZOMETERS)]


def _times_ms(start_s: int, minutes: int) -> Times:
    return (start_s + MINUTE_S * np.arange(minutes, dtype=np.int64)) * 1000


def _readings(start_s: int, minutes: int) -> dict[str, Series]:
    random, times_ms = np.random.default_rng(3), _times_ms(start_s, minutes)
    found = {}
    for wire in _wires():
        found[f"{wire}.frequency"] = Series.of(times_ms, random.uniform(2800, 2900, minutes).round(2))
        found[f"{wire}.thermistor"] = Series.of(times_ms, random.uniform(4800, 4900, minutes).round(1))
    return found


def _copy(connection: Connection, number: int, series: Series, cfg: int | None) -> None:
    ids = np.full(len(series), number, np.int32)
    _send(connection, _copy_bytes(ids, series.time_ms, series.value, series.quality, cfg))


def _copy_bytes(
    datastream: npt.NDArray[np.int32], times_ms: Times, values: Values, quality: Flags, cfg: int | None
) -> memoryview:
    """Rows without tests as a COPY."""
    size = len(datastream)
    empty = np.zeros(size, np.int32)
    rows = ObservationRows(
        empty,
        empty,
        datastream,
        times_ms,
        values,
        quality=quality,
        tests=np.zeros(size, "S1"),
        cfg=np.full(size, NO_CFG if cfg is None else cfg, np.int64),
    )
    return copy_bytes(rows)


def _send(connection: Connection, data: memoryview) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.write(data)
