"""Tests of refusing single observations."""

import json

import numpy as np
import numpy.typing as npt
import pytest

from codec import batch
from codec.batch import QuarantineRecord
from codec.columns import Names
from ingest.store import refusal, refused_readings
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


def test_bad_rows_are_sorted_out_by_node() -> None:
    """One item for each arrival, node and reason, with the observations as they were; one channel is its field."""
    group = arrivals()
    good, refused = refusal.sort_out(group, columns(group, ids_of))

    assert good.time_ms.tolist() == [START_S * 1000, (START_S + 1) * 1000]
    assert [(one.reason, one.sender, one.field) for one in refused] == [
        ("unknown-datastream", "n99", "vale:n99:vw9.x"),
        ("clock-ahead", "n07", f"vale:{RAW}"),
        ("integer", "n07", f"vale:{DERIVED}"),
    ]
    assert batch.decode(refused[0].raw).observations == group[0].batch.observations[1:]  # type: ignore[union-attr]
    assert [(one.readings, one.channels) for one in refused] == [
        (2, ("n99:vw9.x",)),
        (1, (RAW,)),
        (1, (DERIVED,)),
    ]


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

    assert (item.reason, batch.decode(item.raw).observations) == ("conflict", [reading(START_S + 1)])


def test_the_agents_items_keep_their_stage() -> None:
    """What the agent refused arrives as its own words, and garbage brings none."""
    record = QuarantineRecord(
        "n07", START_S * 1000, b"raw", "no-time", "bt", fix="set the clock", bytes=3, epoch=None, seq=None
    )
    (item,) = refusal.by_agent(arrival(message(0, packs=[pack(0)], quarantine=[record])))

    assert (item.stage, item.sender, item.reason, item.raw, item.size_bytes) == ("edge", "n07", "no-time", b"raw", 3)
    assert refusal.by_agent(arrival(b"garbage")) == []


def single(
    name: str, at: int, reason: str = "unknown-datastream", told: dict[str, object] | None = None
) -> QuarantineRecord:
    """One reading as an agent refuses it, of pack 7."""
    fields = {"name": name, "time_ms": (START_S + at) * 1000, "value": 1.5 * at} | (told or {})
    raw = json.dumps(fields).encode()
    return QuarantineRecord(
        "n07", (START_S + 60) * 1000, raw, reason, name, fix="fix", bytes=len(raw), epoch="0badcafe", seq=7
    )


def test_single_readings_of_a_node_are_one_item_a_reason() -> None:
    """Five of one pack, two channels and two reasons: two items, each with all of its readings, units and epoch."""
    records = [single("a.x", at, told={"unit": "V"}) for at in (0, 1)] + [
        single("b.y", 2, told={"unit": "V", "missing": "timeout", "value": None})
    ]
    records += [single("vw1.snr", at, "unit-mismatch", {"unit": "Pa"}) for at in (3, 4)]
    found = refusal.by_agent(arrival(message(0, packs=[pack(7)], quarantine=records)))

    assert [(one.reason, one.readings, one.channels, one.stage, one.epoch, one.seq) for one in found] == [
        ("unknown-datastream", 3, ("n07:a.x", "n07:b.y"), "edge", "0badcafe", 7),
        ("unit-mismatch", 2, ("n07:vw1.snr",), "edge", "0badcafe", 7),
    ]
    kept = [one for item in found for one in batch.decode(item.raw).observations]
    assert [(one.name, one.time_ms // 1000 - START_S, one.value, one.unit, one.missing) for one in kept] == [
        ("n07:a.x", 0, 0.0, "V", None),
        ("n07:a.x", 1, 1.5, "V", None),
        ("n07:b.y", 2, None, "V", "timeout"),
        ("n07:vw1.snr", 3, 4.5, "Pa", None),
        ("n07:vw1.snr", 4, 6.0, "Pa", None),
    ]


@pytest.mark.parametrize(
    "told",
    [
        {"value": None},
        {"missing": "timeout"},
        {"name": "n08:a.x"},
        {"name": "no channel"},
        {"unit": "a b"},
        {"text": "fault"},
        {"time_ms": 12},
        {"other": 1},
        {"value": "1.5"},
    ],
)
def test_what_is_no_whole_reading_is_kept_as_it_came(told: dict[str, object]) -> None:
    """Neither value nor reason, both, another node's, no name, no unit, a time that cannot be: its bytes stay."""
    record = single("a.x", 1, told=told)
    (item,) = refusal.by_agent(arrival(message(0, packs=[pack(7)], quarantine=[record])))

    assert (item.readings, item.raw) == (0, record.raw)


def test_what_does_not_fit_one_document_is_several() -> None:
    """Names that are all different and as long as may be: nothing is left out, and each document can be read."""
    observations = [reading(START_S, 1.0, f"n07:{'a' * 32}.{at:032d}") for at in range(4_900)]
    parts = list(refused_readings.documents("vale", observations))

    assert len(parts) == 2
    assert [one for raw, _ in parts for one in batch.decode(raw).observations] == observations
