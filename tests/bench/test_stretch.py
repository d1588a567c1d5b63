"""Stretches: messages that ingest's codec reads back, and COPY bytes as the database's manual lays them out."""

import struct

import numpy as np
import pytest

from bench.stretch import COPY_ROWS, LATE_MS, Numbers, Stretch, batched, copy_parts, messages, names
from codec import batch

START_S = 1_764_000_000
ROW_BYTES = 2 + 4 + 4 + 4 + 8 + 4 + 8 + 4 + 2 + 4 + 4


def rows_of(payloads: list[bytes]) -> list[tuple[str, int, float | None]]:
    """(name, Unix ms, value) of all observations, by the reference codec."""
    found = [row for payload in payloads for row in batch.decode(payload).observations]
    return [(row.name, row.time_ms, row.value) for row in found]


@pytest.mark.parametrize(("times", "datastreams"), [(3, 100), (101, 20), (7, 2), (50, 49), (3, 120)])
def test_a_stretch_has_every_reading_once(times: int, datastreams: int) -> None:
    """As many different keys as readings, and the values of the stretch, also where a pack of 50 is not filled."""
    stretch = Stretch(START_S, times, datastreams)
    rows = rows_of(messages(stretch, Numbers()))

    assert len({row[:2] for row in rows}) == stretch.rows == times * datastreams
    assert sorted(row[2] or 0 for row in rows) == sorted(stretch.values().reshape(-1).tolist())


def test_few_datastreams_fill_a_pack_with_minutes() -> None:
    """One datastream over 100 minutes is two packs of 50 readings."""
    payloads = messages(Stretch(START_S, 100, 1), Numbers())

    assert [len(batch.decode(payload).observations) for payload in payloads] == [50, 50]


def test_packs_and_batches_are_counted_without_a_gap() -> None:
    """Over two stretches the batches of the agent and the packs of a node go on counting."""
    numbers = Numbers()
    found = [
        batch.decode(payload)
        for start_s in (START_S, START_S + 120)
        for payload in messages(Stretch(start_s, 2, 100), numbers)
    ]

    assert [one.seq for one in found] == list(range(8))
    assert [one.packs[0].seq for one in found if one.packs[0].node == "n001"] == [0, 1, 2, 3]


def test_late_packs_have_times_of_their_own() -> None:
    """A late pack lies three hours back, beside the regular times."""
    stretch = Stretch(START_S, 100, 50)
    times_ms = {time_ms for _, time_ms, _ in rows_of(messages(stretch, Numbers(), late_share=0.5))}
    regular = {(START_S + minute * 60) * 1000 for minute in range(100)}
    late = {time_ms - LATE_MS for time_ms in regular}

    assert 20 < len(times_ms & late) < 80
    assert times_ms <= regular | late


def test_copy_bytes_are_the_rows_in_order_of_the_key() -> None:
    """Each row is a count of 6 fields and length-prefixed values (PostgreSQL 17, COPY, "Binary Format")."""
    ids = np.arange(1, 2001, dtype=np.int32)
    (part,) = copy_parts(Stretch(START_S, 2, 3), ids)
    body = part[19:-2]
    rows = [struct.unpack(">hiiiqidihii", body[at : at + ROW_BYTES]) for at in range(0, len(body), ROW_BYTES)]
    microseconds = [(START_S + minute * 60 - 946_684_800) * 1_000_000 for minute in (0, 1)]

    assert [(row[2], row[4]) for row in rows] == [(key, time) for key in (1, 2, 3) for time in microseconds]
    assert [row[6] for row in rows] == Stretch(START_S, 2, 3).values().T.reshape(-1).tolist()
    assert {(row[0], row[1], row[3], row[5], row[7], row[8], row[9], row[10]) for row in rows} == {
        (6, 4, 8, 8, 2, 1, -1, -1)
    }


def test_copies_are_cut_at_20_000_rows() -> None:
    """1,000 datastreams over 50 minutes are three COPYs."""
    parts = copy_parts(Stretch(START_S, 50), np.arange(1, 2001, dtype=np.int32))

    assert [(len(part) - 21) // ROW_BYTES for part in parts] == [COPY_ROWS, COPY_ROWS, 10_000]


def test_there_are_2_000_names() -> None:
    """The widest curve has enough datastreams, all different."""
    assert len(set(names())) == 2000


def test_batched_leaves_nothing_out() -> None:
    """The last list is shorter."""
    assert list(batched("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]
