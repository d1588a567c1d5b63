"""What separates two answers is named: revisions, calibrations, late readings."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tailwatch_client import Explanation, Site

from tests.changing_site import ChangingSite
from tests.ingest.batches import DERIVED, RAW, START_S
from tests.ingest.revisions.asked import now

DAYS = "2025-11/2025-12"
SECOND = timedelta(seconds=1)


def between(site: ChangingSite, there: Site, name: str, change: Any) -> tuple[Any, Explanation]:
    """What a change gives, and what separates the answers before and after it."""
    before = now(site.connection)
    made = change()
    after = now(site.connection)
    return made, there.explain(there.series(f"vale:{name}", DAYS), before, min(after, datetime.now(UTC)))


def test_a_revision_is_named_with_its_values(site: ChangingSite, there: Site) -> None:
    """The two values that it changed, before and after, who made it and why; the undoing says what it undoes."""
    site.read(range(10), DERIVED)
    number, found = between(site, there, DERIVED, lambda: site.replace([3, 4], 44.0))
    undoing, undone = between(site, there, DERIVED, lambda: site.undo(number))

    assert [(one.first.result, one.second.result) for one in found.values] == [(2803.0, 44.0), (2804.0, 44.0)]
    assert [(one.id, one.reason, one.kind) for one in found.revisions] == [(number, "the cable was wet", "rederive")]
    assert [(one.id, one.undoes) for one in undone.revisions] == [(undoing, number)]
    assert f"Revision {number} (rederive) by user:1: the cable was wet" in str(found) and found.calibrations == []


def test_late_readings_are_no_revision(site: ChangingSite, there: Site) -> None:
    """They were there, and came later."""
    _, found = between(site, there, RAW, lambda: site.read([20, 21]))

    assert [one.time.timestamp() for one in found.late] == [START_S + 60 * 20, START_S + 60 * 21]
    assert (found.revisions, found.later) == ([], [])
    assert str(found) == "0 observations changed, 2 came late, 0 are newer."


def test_two_answers_that_are_the_same(there: Site) -> None:
    """Nothing is named."""
    found = there.explain(there.series(f"vale:{RAW}", DAYS), "2025-11-30", "2025-12-01")

    assert found.is_same and str(found) == "The two answers are the same."


def test_a_corrected_calibration_is_named(site: ChangingSite, there: Site) -> None:
    """The level hangs on the pressure, and that on the instrument whose factor was corrected from minute 120 on."""
    site.derive(range(118, 124))
    number, found = between(site, there, "n07:vw1.level", site.calibrate)

    assert [one.id for one in found.revisions] == [number]
    assert [(one.instrument, one.valid_from[:16], one.first) for one in found.calibrations] == [
        ("n07:vw1", "2025-11-24T18:00", None)
    ]
    assert found.calibrations[0].second["gauge_factor_kpa_per_digit"] == -0.1995
