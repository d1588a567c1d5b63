"""Which instruments count as working on the public page, from their datastreams alone."""

from datetime import UTC, datetime, timedelta

import pytest

from api.datastreams.models import Coverage, Datastream, Latest
from api.disclosure.instrument_kinds import counted

NOW = datetime(2026, 11, 30, tzinfo=UTC)
Said = tuple[str, str | None, int | None, bool]
"""Quantity, formula, quality of the newest reading (None: never read), and whether that is too old."""


def datastream(number: int, said: Said) -> Datastream:
    """One quantity of one instrument."""
    quantity, formula, quality, is_stale = said
    at = NOW - timedelta(days=30 if is_stale else 0)
    latest = None
    if quality is not None:
        result = None if quality == 9 else 1.0
        latest = Latest(time=at, result=result, quality=quality, tests=None, received_at=at, age_s=0.0)
    return Datastream(
        id=number,
        name=f"vale:n01:i1.{quantity}",
        facility="vale",
        node="n01",
        instrument="i1",
        quantity=quantity,
        unit="1",
        formula=formula,
        origin="measured",
        expected_interval_s=600.0,
        retired_at=None,
        latest=latest,
        is_stale=is_stale,
        coverage=Coverage(first=None, last=None, count=0),
    )


@pytest.mark.parametrize(
    ("streams", "reporting"),
    [
        ([("ph", None, 1, False), ("turbidity", None, 1, False)], 1),
        ([("ph", None, 4, False), ("turbidity", None, 1, False)], 0),  # its electrode is broken
        ([("ph", None, 1, True), ("turbidity", None, 1, False)], 0),  # it has said nothing for a month
        ([("ph", None, None, False), ("turbidity", None, 1, False)], 1),  # it has no such electrode
        ([("pond-level", None, 1, False), ("days-to-minimum-freeboard", "days", 9, False)], 1),  # the pond falls
        ([("water-level", "piezometric_level", 9, False), ("pressure-head", "head", 9, False)], 0),  # its cable is cut
    ],
)
def test_an_instrument_works_when_all_that_it_measures_can_be_used(streams: list[Said], reporting: int) -> None:
    """One usable quantity makes no working instrument of a probe whose other one is broken, or silent for a month."""
    (found,) = counted(datastream(number, one) for number, one in enumerate(streams))

    assert (found.reporting, found.total) == (reporting, 1)
