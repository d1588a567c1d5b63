"""Tests of refusing single observations."""

import numpy as np
import numpy.typing as npt

from codec.batch import QuarantineRecord
from codec.columns import Names
from ingest.store import refusal
from ingest.store.rows import UNKNOWN, columns
from ingest.values import Arrival
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, message, pack, reading

KNOWN = {RAW: 1, DERIVED: 2}


def ids_of(_: str, names: Names) -> npt.NDArray[np.int32]:
    """As the registry would tell them."""
    return np.array([KNOWN.get(name, UNKNOWN) for name in names.texts], np.int32)


def arrivals() -> list[Arrival]:
    """Two batches: one good row each, and three that are not."""
    return [
        arrival(
            message(0, [reading(START_S), reading(START_S, 1.0, "n99:vw9.x"), reading(START_S + 1, 2.0, "n99:vw9.x")])
        ),
        arrival(
            message(1, [reading(4_000_000_000, 3.0), reading(START_S, 4.0, DERIVED, None, 2**40), reading(START_S + 1)])
        ),
    ]


def test_bad_rows_are_sorted_out_by_datastream() -> None:
    """One item for each arrival and datastream, with reason, sender and the observations as they were."""
    group = arrivals()
    good, refused = refusal.sort_out(group, columns(group, ids_of))

    assert good.time_ms.tolist() == [START_S * 1000, (START_S + 1) * 1000]
    assert [(one.reason, one.sender, one.field) for one in refused] == [
        ("unknown-datastream", "n99", "vale:n99:vw9.x"),
        ("clock-ahead", "n07", f"vale:{RAW}"),
        ("integer", "n07", f"vale:{DERIVED}"),
    ]
    records = b'{"n":"n99:vw9.x","t":1764000000,"v":1,"q":2},{"n":"n99:vw9.x","t":1764000001,"v":2,"q":2}'
    assert refused[0].raw == b"[" + records + b"]"


def test_good_rows_pass_untouched() -> None:
    """Without a bad row nothing is refused and nothing copied."""
    group = [arrival(message(0, [reading(START_S)]))]
    rows = columns(group, ids_of)

    assert refusal.sort_out(group, rows) == (rows, [])


def test_a_conflict_is_the_second_value() -> None:
    """The row that came second is refused, by its index among the good rows."""
    group = arrivals()
    good, _ = refusal.sort_out(group, columns(group, ids_of))
    (item,) = refusal.conflicting(group, good, [1])

    assert (item.reason, item.raw) == ("conflict", b'[{"n":"n07:vw1.frequency","t":1764000001,"v":2831.4,"q":2}]')


def test_the_agents_items_keep_their_stage() -> None:
    """What the agent refused arrives as its own words, and garbage brings none."""
    record = QuarantineRecord(
        "n07", START_S * 1000, b"raw", "no-time", "bt", fix="set the clock", bytes=3, epoch=None, seq=None
    )
    (item,) = refusal.by_agent(arrival(message(0, packs=[pack(0)], quarantine=[record])))

    assert (item.stage, item.sender, item.reason, item.raw, item.size_bytes) == ("edge", "n07", "no-time", b"raw", 3)
    assert refusal.by_agent(arrival(b"garbage")) == []
