"""Tests of the preview: what a corrected calibration would change, against arithmetic done by hand."""

from datetime import UTC, datetime

import msgspec
import pytest

from ingest import rederive
from ingest.rederive import Preview, Stretch
from ingest.revisions import RevisionRefused
from ingest.store import Store
from ingest.values import Connection
from tailings.facility import Facility, parse
from tailings.series import Series
from tests.ingest.batches import RAW, START_S
from tests.ingest.rederive.dam import (
    CORRECTED_FROM,
    FIRST,
    LEVEL,
    MINUTES,
    PRESSURE,
    THERMISTOR,
    apply_second,
    readings,
    second,
    shift_kpa,
    stored_by,
)
from tests.ingest.revisions.asked import at, rows

AFTER = range(CORRECTED_FROM, MINUTES)
WATCHED = """
[datastreams."n07:vw1.level".filters.redundant_pair]
other = "n02:vw1.level"
suspect = 1.0
stale_after_s = 300
[datastreams."n02:vw1.frequency".filters.flat_line]
tolerance = 0.1
suspect_after_s = 9000
[datastreams."n02:vw1.frequency".filters.spike]
suspect = 20.0
"""


def whole(connection: Connection, facility: Facility | None = None) -> Stretch:
    """All that is stored, under the stored version unless another is given."""
    chosen = facility or rederive.stored_facility(connection, "vale")
    return rederive.stretch(connection, chosen, at(0), at(86_400))


def previewed(connection: Connection, facility: Facility | None = None) -> Preview:
    """The preview of all that is stored."""
    return rederive.preview(connection, whole(connection, facility), lambda share: None)


def test_nothing_changes_under_the_same_version(derived: Connection) -> None:
    """What the agent derived is what the centre derives."""
    found = previewed(derived)
    assert (found.values, found.flags, found.added, found.changes) == (0, 0, 0, [])
    assert found.compared == 6 * MINUTES


def test_partners_in_pieces_are_those_of_the_whole(connection: Connection, store: Store) -> None:
    """A level is compared with another one, whose frequency stands still for a while, and has a spike test that looks
    ahead: a quarter of an hour at a time gives the flags that all five hours gave."""
    facility = parse(FIRST + WATCHED)
    raw = readings(range(MINUTES))
    moving = [2850.0 - 60 * (minute % 45 > 0) + minute % 3 for minute in range(MINUTES)]
    other = [2790.0 if 20 <= minute < 220 else hz for minute, hz in enumerate(moving)]
    raw |= {"n02:vw1.frequency": Series.of(raw[RAW].time_ms, other), "n02:vw1.thermistor": raw[THERMISTOR]}
    stored_by(store, connection, raw, FIRST + WATCHED)
    stretch = msgspec.structs.replace(whole(connection, facility), piece_ms=900_000)

    found = rederive.preview(connection, stretch, lambda share: None)

    assert (found.values, found.flags, found.added) == (0, 0, 0)
    assert {row[2] for row in rows(connection, LEVEL)} == {1, 3}


def test_a_corrected_calibration_is_previewed(derived: Connection) -> None:
    """Count, largest difference, its time and both values are those of the linear formula."""
    apply_second(derived)
    found = previewed(derived)
    changes = {change.name: change for change in found.changes}
    largest = max(AFTER, key=lambda minute: abs(shift_kpa(minute)))

    assert (found.version, found.values, found.added) == (2, 2 * len(AFTER), 0)
    assert sorted(changes) == [LEVEL, PRESSURE]
    pressure = changes[PRESSURE]
    assert pressure.values == len(AFTER)
    assert pressure.largest_difference == pytest.approx(abs(shift_kpa(largest)), rel=1e-9)
    assert pressure.largest_at == START_S + 60 * largest
    assert pressure.largest_after is not None and pressure.largest_before is not None
    assert pressure.largest_after - pressure.largest_before == pytest.approx(shift_kpa(largest), rel=1e-9)


def test_crossings_are_told(derived: Connection) -> None:
    """The level that the corrected pressure reaches is found at the first minute above it, and no other."""
    stored = {row[0] / 60: row[1] for row in rows(derived, PRESSURE)}
    corrected = {minute: stored[minute] + (shift_kpa(minute) if minute in AFTER else 0) for minute in range(MINUTES)}
    limit = (max(stored.values()) + max(corrected.values())) / 2
    apply_second(derived, PLAN_AT.format(limit))
    above = [minute for minute in range(MINUTES) if corrected[minute] > limit]
    rises = [minute for minute in above if minute - 1 not in above]

    found = previewed(derived).crossings
    new = [crossing.time_s for crossing in found if crossing.is_new and crossing.after == "yellow"]
    assert new == [START_S + 60 * minute for minute in rises] != []
    assert all(crossing.is_new for crossing in found)


PLAN_AT = """
[tarp.pore]
failure_mode = "pore pressure"
[[tarp.pore.levels]]
level = "yellow"
when = {{ datastream = "n07:vw1.pressure", test = "above", value = {} }}
"""


def test_a_file_that_is_not_applied_can_be_previewed(derived: Connection) -> None:
    """A person sees what a file would do before it is stored."""
    assert previewed(derived, parse(second())).values == 2 * len(AFTER)


def test_the_plot_shows_both_sides(derived: Connection) -> None:
    """The plot's data has at most 400 columns, in order of time, with the value before and after."""
    apply_second(derived)
    plot = next(change.plot for change in previewed(derived).changes if change.name == PRESSURE)
    assert len(plot) == MINUTES
    assert [point[0] for point in plot] == [START_S + 60 * minute for minute in range(MINUTES)]
    for minute, (_, before, after) in enumerate(plot):
        expected = shift_kpa(minute) if minute in AFTER else 0.0
        assert before is not None and after is not None
        assert after - before == pytest.approx(expected, abs=1e-9)


def test_pieces_do_not_matter(derived: Connection) -> None:
    """Cut into many pieces, the preview is the same."""
    apply_second(derived)
    stretch = whole(derived)
    shares: list[float] = []
    short = msgspec.structs.replace(stretch, piece_ms=1_234_567)
    found = rederive.preview(derived, short, shares.append)
    assert found.document() == previewed(derived).document()
    assert len(shares) > 10 and shares == sorted(shares) and shares[-1] == 1.0


def test_a_preview_writes_nothing(derived: Connection) -> None:
    """It runs in a read-only transaction."""
    apply_second(derived)
    derived.execute("SET default_transaction_read_only = on")
    assert previewed(derived).values
    assert derived.execute("SELECT count(*) FROM revision").fetchone() == (0,)


def test_a_span_without_observations_changes_nothing(derived: Connection) -> None:
    """Before the first reading nothing is derived: an empty preview, and a revision of no rows; that is no mistake."""
    early = datetime(2001, 1, 1, tzinfo=UTC)
    empty = rederive.stretch(derived, parse(FIRST), early, datetime(2001, 2, 1, tzinfo=UTC))
    found = rederive.preview(derived, empty, lambda share: None)
    with derived.transaction():
        at_once = rederive.apply_at_once(derived, empty, "user:1", "the first sheet", lambda share: None)
    numbers = [at_once, rederive.apply(derived, empty, "user:1", "the first sheet", lambda share: None)]

    assert (found.compared, found.values, found.added, found.crossings) == (0, 0, 0, [])
    rows = derived.execute("SELECT id, state, changed, added FROM revision ORDER BY id").fetchall()
    assert rows == [(number, "closed", 0, 0) for number in numbers]


def test_an_unknown_facility_is_refused(derived: Connection) -> None:
    """Nothing can be derived anew without its stored file."""
    with pytest.raises(RevisionRefused, match="no facility 'gone'"):
        rederive.stored_facility(derived, "gone")
