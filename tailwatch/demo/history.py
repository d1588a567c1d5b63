"""Sixty days before the first start as CSV files with their mappings, as loggers would have left them."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tailwatch import toml
from tailwatch.demo import faults
from tailwatch.demo.dam import DAY_S, HISTORY_INTERVAL_S, Dam
from tailwatch.demo.instruments import NODES, PIEZOMETERS, Readings

Array = NDArray[np.float64]
TIME: Final = "time"
DECIMALS: Final = 4
BAROMETER: Final = ("n01", "baro.pressure")
DIPS: Final = ("n05", "dip.distance", "n05:vw1", 332.6)
"""A standpipe, the tip beside which it stands, and the top of its casing [m a.s.l.]."""
DIP_DAYS: Final = (-55.2, -48.1, -41.2, -33.9, -27.2, -19.8, -13.2, -6.1, -0.2)
DIP_ERROR_M: Final = 0.01


def write(folder: Path, dam: Dam) -> list[Path]:
    """Write the files at the first call, and return them; `x.csv` has its mapping beside it in `x.toml`.

    Nodes that were awake at the same times share a file. A file of piezometers without the barometer's node gets its
    pressure too: where a reading is made from those of two nodes, the edge needs both at hand.
    """
    if not folder.exists():
        unfinished = folder.with_name(folder.name + ".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        for times, nodes in _groups(dam):
            _write_file(unfinished / f"{'-'.join(nodes)}.csv", times, nodes)
        _write_file(unfinished / "dips.csv", *_dips(dam))
        unfinished.rename(folder)
    return sorted(folder.glob("*.csv"))


def _groups(dam: Dam) -> Iterator[tuple[Array, dict[str, Readings]]]:
    """Times, and the readings of all nodes that have just these times."""
    every_s = np.arange(dam.first_s, dam.anchor.began_s, HISTORY_INTERVAL_S) + HISTORY_INTERVAL_S
    groups: dict[bytes, tuple[Array, dict[str, Readings]]] = {}
    for node in NODES:
        times, readings = dam.readings(node, every_s[faults.is_dated(node, every_s, dam.anchor.began_s)])
        groups.setdefault(times.tobytes(), (times, {}))[1][node] = readings
    for times, nodes in groups.values():
        if BAROMETER[0] not in nodes and any(name.partition(":")[0] in nodes for name in PIEZOMETERS):
            _, readings = dam.readings(BAROMETER[0], every_s)
            at = np.searchsorted(every_s, times)
            nodes[BAROMETER[0]] = {BAROMETER[1]: readings[BAROMETER[1]][at]}
        yield times, nodes


def _dips(dam: Dam) -> tuple[Array, dict[str, Readings]]:
    """What a person read in the standpipe: once a week, and when the plan asked for it; from the casing's top [m]."""
    node, channel, tip, casing_m = DIPS
    days = np.array([day for day in DIP_DAYS if day > -dam.anchor.days])
    times = dam.anchor.began_s + np.round(days * DAY_S / HISTORY_INTERVAL_S) * HISTORY_INTERVAL_S
    errors = np.random.default_rng(dam.anchor.seed).normal(0, DIP_ERROR_M, times.size)
    return times, {node: {channel: np.round(casing_m - dam.levels_m(tip, times) + errors, 2)}}


def _write_file(file: Path, times: Array, nodes: dict[str, Readings]) -> None:
    columns = {f"{node}:{channel}": values for node, found in nodes.items() for channel, values in found.items()}
    texts = [np.datetime_as_string(times.astype("datetime64[s]"), unit="s").tolist()]
    texts += [np.round(values, DECIMALS).tolist() for values in columns.values()]
    with file.open("w", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow([TIME, *columns])
        lines.writerows(zip(*texts, strict=True))
    mapping: dict[str, toml.Value] = {"time_column": TIME, "time_zone": "UTC"}
    quoted = "".join(f'"{name}" = "{name}"\n' for name in columns)
    file.with_suffix(".toml").write_text(f"{toml.encode(mapping)}[columns]\n{quoted}")
