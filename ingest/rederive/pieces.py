"""From a piece of a stretch to the differences of all its datastreams: the step that preview and application share."""

from ingest.rederive.comparison import DatastreamDifference, compare
from ingest.rederive.derivation import derive
from ingest.rederive.stored_series import StoredSeries, read
from ingest.rederive.stretch import Stretch
from ingest.values import Connection

Piece = tuple[dict[str, DatastreamDifference], dict[str, StoredSeries]]


def work_out(connection: Connection, stretch: Stretch, start_ms: int, stop_ms: int) -> Piece:
    """Return, by datastream name, the differences in [start, stop), and the stored rows they were compared with."""
    raw_ids = {stretch.ids[one.name]: one.name for one in stretch.raw}
    found = read(connection, raw_ids, start_ms - stretch.before_ms, stop_ms + stretch.after_ms)
    raw = {raw_ids[number]: stored for number, stored in found.items()}
    derived_ids = {stretch.ids[name]: name for name in stretch.facility.derived_order if name in stretch.ids}
    found = read(connection, derived_ids, start_ms, stop_ms)
    derived = {derived_ids[number]: stored for number, stored in found.items()}
    results = derive(stretch.facility, raw, derived)
    known = {**raw, **derived}
    differences = {
        name: compare(result, known.get(name, StoredSeries.empty()), start_ms, stop_ms)
        for name, result in results.items()
    }
    return differences, known
