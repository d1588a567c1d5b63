"""Our filters beside ioos_qc in one run: the same flags, and how much faster. `python -m bench.oracle [ROWS] [CSV]`.

Needs `pip install ioos_qc==3.0.0`. Each test runs in both, in turns, over ROWS simulated values (1,000,000 unless
told) and over the measured pond of tests/data; the best of ROUNDS counts. It ends with 1 when a flag differs.
"""

import csv
import importlib
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from tailings.filters import Around, attenuated_signal, climatology, flat_line, gap, gross_range, rate_of_change, spike
from tailings.series import Flags, Series

ROWS: Final = 1_000_000
ROUNDS: Final = 3
SEED: Final = 1
START_MS: Final = 1_590_969_600_000  # 2020-06-01
STEP_S: Final = 300
POND: Final = Path(__file__).resolve().parents[1] / "tests" / "data" / "pond-2020" / "pond_and_barometer_5min.csv"
PERIOD_S: Final = 21_600
ATTENUATED: Final = (0.0203, 0.0081)
"""Limits that no deviation or range of values with two digits meets: rounding would decide there, and theirs drifts."""
POND_ZONE_MS: Final = 6 * 3_600_000


class Contest(NamedTuple):
    """One test of both; the first `but` rows are not compared."""

    name: str
    ours: Callable[[], Flags]
    theirs: Callable[[], Any]
    but: int = 0


class Outcome(NamedTuple):
    """Seconds of both, and how many flags differ."""

    name: str
    ours_s: float
    theirs_s: float
    differing: int


def simulated(rows: int) -> Series:
    """A noisy walk with spikes and flat stretches, every 5 minutes, without missing values."""
    chance = np.random.default_rng(SEED)
    value = np.round(np.cumsum(chance.normal(0, 0.02, rows)) + 338, 2)
    value[chance.integers(0, rows, rows // 100)] += chance.choice([-3, -0.4, 0.4, 3], rows // 100)
    for start in chance.integers(0, max(rows - 200, 1), rows // 600):
        value[start : start + int(chance.integers(20, 150))] = value[start]
    return Series.of(START_MS + np.arange(rows) * STEP_S * 1000, value)


def pond(file: Path = POND) -> Series:
    """The real pond level of summer 2020, every 5 minutes with 18 rows missing; its times are UTC-6."""
    with file.open(encoding="utf-8-sig") as lines:
        rows = [(row["Time"], row["Primary Pond Level[m]"]) for row in csv.DictReader(lines)]
    days = [text.partition(" ")[0] + "T" + text.partition(" ")[2].zfill(5) for text, _ in rows]
    time_ms = np.array(days, dtype="datetime64[ms]").astype(np.int64) + POND_ZONE_MS
    level = np.array([float(value or "nan") for _, value in rows])
    kept = np.concatenate([[True], np.diff(time_ms) > 0]) & ~np.isnan(level)
    return Series.of(time_ms[kept], level[kept])


def contests(series: Series, is_even: bool) -> Iterator[Contest]:
    """The tests that both have, by each of their methods.

    The flat line is defined alike on evenly spaced series only (docs/functions.md).
    """
    qartod: Any = importlib.import_module("ioos_qc.qartod")  # only here: the product does not need it
    times = series.time_ms.astype("datetime64[ms]").astype("datetime64[ns]")
    yield from _of_values(series, times, qartod)
    yield from _of_steps(series, times, qartod)
    if is_even:
        flat = flat_line.Settings(tolerance=0.015, suspect_after_s=3600, fail_after_s=7200)
        theirs = partial(qartod.flat_line_test, series.value, times, 3600, 7200, 0.015)
        yield _contest("flat_line", flat_line, series, flat, theirs)
    for measure in ("std", "range"):
        limits = attenuated_signal.Settings(PERIOD_S, *ATTENUATED, min_rows=20, measure=measure)
        theirs = partial(qartod.attenuated_signal_test, series.value, times, *ATTENUATED)
        theirs = partial(theirs, test_period=PERIOD_S, min_obs=20, check_type=measure)
        yield _contest(f"attenuated, {measure}", attenuated_signal, series, limits, theirs)


def _of_values(series: Series, times: Any, qartod: Any) -> Iterator[Contest]:
    low, high = np.quantile(series.value, [0.02, 0.98]).tolist()
    fail, suspect = (low - 1, high + 1), (low, high)
    theirs = partial(qartod.gross_range_test, series.value, fail, suspect)
    yield _contest("gross_range", gross_range, series, gross_range.Settings(fail, suspect), theirs)
    seasons = [{"period": "month", "tspan": (6, 7), "vspan": suspect, "fspan": fail}]
    season = climatology.Settings((climatology.Season("month", (6, 7), suspect, fail),))
    theirs = partial(qartod.climatology_test, seasons, series.value, times, np.full(len(series), np.nan))
    yield _contest("climatology", climatology, series, season, theirs)


def _of_steps(series: Series, times: Any, qartod: Any) -> Iterator[Contest]:
    theirs = partial(qartod.rate_of_change_test, series.value, times, 0.48 / 3600, 1.2 / 3600)
    yield _contest("rate_of_change", rate_of_change, series, rate_of_change.Settings(0.48, 1.2), theirs)
    yield _contest("gap", gap, series, gap.Settings(3600, 3600), partial(qartod.time_gap_test, times, 1), but=1)
    for method in ("average", "differential"):
        limits = spike.Settings(0.05, 0.3, method)
        theirs = partial(qartod.spike_test, series.value, suspect_threshold=0.05, fail_threshold=0.3, method=method)
        yield _contest(f"spike, {method}", spike, series, limits, theirs)


def _contest(name: str, module: Any, series: Series, settings: Any, theirs: Callable[[], Any], but: int = 0) -> Contest:
    around = Around(expected_interval_s=STEP_S)
    return Contest(name, partial(module.flag_values, series, settings, around), theirs, but)


def outcome(contest: Contest, rounds: int = ROUNDS) -> Outcome:
    """Run both in turns."""
    ours_s, theirs_s, differing = [], [], 0
    for _ in range(rounds):
        start_s = time.perf_counter()
        ours = contest.ours()
        middle_s = time.perf_counter()
        theirs = np.asarray(contest.theirs()).astype(np.uint8)
        theirs_s.append(time.perf_counter() - middle_s)
        ours_s.append(middle_s - start_s)
        differing = int(np.count_nonzero(ours[contest.but :] != theirs[contest.but :]))
    return Outcome(contest.name, min(ours_s), min(theirs_s), differing)


def lines(name: str, series: Series, is_even: bool, rounds: int = ROUNDS) -> Iterator[tuple[str, int]]:
    """A line a test and one for all together, each with how many flags differ."""
    found = [outcome(contest, rounds) for contest in contests(series, is_even)]
    whole = Outcome("together", sum(o.ours_s for o in found), sum(o.theirs_s for o in found), 0)
    yield f"{name}: {len(series):,} values; ours and ioos_qc in ms, times faster, flags that differ", 0
    for one in [*found, whole]:
        ratio = one.theirs_s / one.ours_s
        shown = f"{one.ours_s * 1000:9.1f} {one.theirs_s * 1000:10.1f} {ratio:8.1f} {one.differing:6d}"
        yield f"  {one.name:18} {shown}", one.differing


def main(words: list[str]) -> int:
    """Print the tables; 1 when a flag differs."""
    rows = int(words[0]) if words else ROWS
    file = Path(words[1]) if len(words) > 1 else POND
    told = list(lines("simulated", simulated(rows), is_even=True))
    told += lines("pond", pond(file), is_even=False)
    print("\n".join(line for line, _ in told))
    return int(any(differing for _, differing in told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
