"""Batches: everything of a group reaches the centre, in bodies that the wire accepts."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from codec import batch
from edge_agent.buffer.batches import ENCODERS, BatchItems, Encode, bodies
from edge_agent.process.derive import Judged
from tailings.series import Series
from tests.edge_agent.world import EPOCH, RECEIVED_MS, T0_S, decoded, facility
from wire import limits

STREAMS = facility().datastreams


def judged(rows: int, name: str = "n07:vw1.pressure") -> Judged:
    values = np.linspace(-1e-300, 1e300, rows)
    values[::7] = np.nan
    times_ms = T0_S * 1000 + np.arange(rows) * 1001
    return Judged(STREAMS[name], Series.of(times_ms, values), ["missing.temperature"] * rows, 2**31 - 1)


def refused(size: int) -> batch.QuarantineRecord:
    return batch.QuarantineRecord(
        "n07", RECEIVED_MS, b"\xff" * size, "not-json", "x" * 64, fix="fix " * 40, bytes=size, epoch=EPOCH, seq=7
    )


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 9000),
    st.lists(st.integers(0, 8192) | st.just(limits.MAX_QUARANTINE_BYTES), max_size=20),
    st.integers(0, 300),
    st.sampled_from(list(ENCODERS.values())),
)
def test_nothing_is_lost_in_the_cutting(rows: int, raw_sizes: list[int], packs: int, encode: Encode) -> None:
    """Whatever a group holds, each body is within the limits and together they hold all of it, in order."""
    pack = batch.PackRecord(
        "n07",
        RECEIVED_MS,
        EPOCH,
        2**31 - 1,
        2**31 - 1,
        status=batch.QUARANTINED,
        dropped=2**31 - 1,
        at_s=T0_S,
        late=256,
    )
    whole = [judged(rows)] if rows else []
    cargo = BatchItems(whole, {}, [pack] * packs, {"n07": 3}, [refused(size) for size in raw_sizes])

    found = bodies(cargo, "vale", "gw1", encode)

    read = [decoded(body) for body in found]
    assert all(len(body) <= limits.MAX_BATCH_BYTES - limits.BATCH_HEAD_BYTES for body in found)
    assert [row.time_ms for one in read for row in one.observations] == [t for j in whole for t in j.series.time_ms]
    assert [len(record.raw) for one in read for record in one.quarantine] == raw_sizes
    assert sum(len(one.packs) for one in read) == packs


def test_why_a_value_is_missing_goes_along() -> None:
    """A raw one with the node's reason, a derived one with the input that was missing."""
    raw = Judged(STREAMS["n07:vw1.frequency"], Series.of([T0_S * 1000], [np.nan]), [None], None)
    derived = Judged(STREAMS["n07:vw1.pressure"], Series.of([T0_S * 1000], [np.nan]), ["input.frequency"], 1)

    found = decoded(
        bodies(BatchItems([raw, derived], {("n07:vw1.frequency", T0_S * 1000): "timeout"}), "vale", "gw1")[0]
    )

    assert [(row.quality, row.value, row.missing) for row in found.observations] == [
        (9, None, "timeout"),
        (9, None, "input-frequency"),
    ]


def test_a_cause_goes_along_as_it_is_written() -> None:
    """`input.temperature`, the word that the centre's own recalculation gives too."""
    derived = Judged(STREAMS["n07:vw1.pressure"], Series.of([T0_S * 1000], [93.2], [3]), ["input.temperature"], 1)

    found = decoded(bodies(BatchItems([derived]), "vale", "gw1")[0])

    assert [row.tests for row in found.observations] == ["input.temperature"]


def test_faults_of_any_text_fit() -> None:
    """200 characters of four bytes each are counted as such."""
    faults = [batch.FaultRecord("n07:fault.vw1", T0_S * 1000 + at, "\U0001f4a7" * 200) for at in range(600)]

    found = bodies(BatchItems(faults=faults), "vale", "gw1")

    assert [fault for body in found for fault in decoded(body).faults] == faults


def test_an_empty_group_is_no_batch() -> None:
    """Nothing to say costs nothing."""
    assert bodies(BatchItems(), "vale", "gw1") == ()
