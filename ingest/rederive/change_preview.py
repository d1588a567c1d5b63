"""The preview: what a re-derivation would change, before anybody decides; it writes nothing."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
import numpy as np

from ingest.rederive.comparison import DatastreamDifference
from ingest.rederive.crossings import Crossing, Crossings
from ingest.rederive.pieces import work_out
from ingest.rederive.stretch import MS, Stretch
from ingest.values import Connection
from tailings.digest import functions

PLOT_POINTS: Final = 400
Tell = Callable[[float], None]


class DatastreamPreview(msgspec.Struct):
    """What would become of one datastream. Times are Unix seconds; `plot` has [time, before, after] where most changes.

    levels: those that plans set on its value. largest_difference: of the values, in the datastream's unit; None when no
    value differs.
    """

    name: str
    unit: str
    values: int = 0
    flags: int = 0
    added: int = 0
    largest_difference: float | None = None
    largest_at: float | None = None
    largest_before: float | None = None
    largest_after: float | None = None
    plot: list[tuple[float, float | None, float | None]] = []
    levels: list[tuple[str, float]] = []


class Preview(msgspec.Struct, frozen=True):
    """Counts of rows, the datastreams that would change, and which levels would be crossed or not crossed any more."""

    facility: str
    version: int
    functions: str
    start_s: float
    stop_s: float
    compared: int
    values: int
    flags: int
    added: int
    changes: list[DatastreamPreview]
    crossings: list[Crossing]
    note: str | None

    def document(self) -> dict[str, Any]:
        """The preview as plain dicts and lists, for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def preview(connection: Connection, stretch: Stretch, tell: Tell) -> Preview:
    """Derive a stretch anew and compare it with what is stored; `tell` gets the share that is done."""
    changes: dict[str, DatastreamPreview] = {}
    crossings = Crossings(stretch.facility)
    compared = 0
    for start_ms, stop_ms in stretch.pieces():
        differences, known = work_out(connection, stretch, start_ms, stop_ms)
        for name, difference in differences.items():
            compared += len(difference.new)
            if len(difference.new):
                if name not in changes:
                    levels = [one for plan in stretch.facility.tarp.values() for one in plan.levels_on(name)]
                    changes[name] = DatastreamPreview(name, stretch.facility.datastreams[name].unit, levels=levels)
                _enter(changes[name], difference, stretch)
        crossings.add(differences, known, start_ms, stop_ms)
        tell(stretch.share(stop_ms))
    crossed, note = crossings.found()
    return Preview(
        facility=stretch.facility.id,
        version=stretch.facility.version,
        functions=functions(),
        start_s=stretch.start_ms / MS,
        stop_s=stretch.stop_ms / MS,
        compared=compared,
        values=sum(one.values for one in changes.values()),
        flags=sum(one.flags for one in changes.values()),
        added=sum(one.added for one in changes.values()),
        changes=[one for one in changes.values() if one.values or one.flags or one.added],
        crossings=crossed,
        note=note,
    )


def _enter(change: DatastreamPreview, difference: DatastreamDifference, stretch: Stretch) -> None:
    change.values += int(difference.is_value.sum())
    change.flags += int(difference.is_flag.sum())
    change.added += int(difference.is_added.sum())
    far = np.where(difference.is_value, np.abs(difference.new.value - difference.before), -1.0)
    far = np.where(np.isnan(far), 0.0, far)  # a value that comes or goes
    _enter_largest(change, difference, far)
    _enter_plot(change, difference, far, stretch)


def _enter_largest(change: DatastreamPreview, difference: DatastreamDifference, far: Any) -> None:
    row = int(np.argmax(far))
    if far[row] > (-1.0 if change.largest_difference is None else change.largest_difference):
        change.largest_difference = float(far[row])
        change.largest_at = float(difference.new.time_ms[row]) / MS
        change.largest_before = _number(difference.before[row])
        change.largest_after = _number(difference.new.value[row])


def _enter_plot(change: DatastreamPreview, difference: DatastreamDifference, far: Any, stretch: Stretch) -> None:
    """Keep of each of the plot's columns the row that changes most; a piece begins a column of its own."""
    width_ms = max((stretch.stop_ms - stretch.start_ms) // PLOT_POINTS, 1)
    column = (difference.new.time_ms - stretch.start_ms) // width_ms
    order = np.lexsort((far, column))
    last = np.append(np.flatnonzero(np.diff(column[order])), len(order) - 1)
    for row in order[last].tolist():
        point = (float(difference.new.time_ms[row]) / MS, _number(difference.before[row]))
        change.plot.append((*point, _number(difference.new.value[row])))


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
