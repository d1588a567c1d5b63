"""What the database of closed facilities takes from rows of registers: which are closed, what is stated, by whom."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.register.closed_facilities import (
    FIELDS,
    NEEDED,
    RegisteredRow,
    StudiedFacility,
    closed,
    completeness,
    is_complete,
    renewal,
)
from tailings.register.values import Values

DAY = dt.date(2026, 6, 30)
WHOLE: Values = {column: "x" for one in FIELDS for column in one.columns}


def row(number: int = 1, day: dt.date = DAY, *, is_public: bool = True, **values: str) -> RegisteredRow:
    """A row of a register that is named by its number."""
    return RegisteredRow(number, f"r{number}", day, is_public, {"id": "A", "name": "A", **values})


def test_the_newest_register_that_states_a_status_decides() -> None:
    """An older one that says the opposite makes it disputed; one that does not know says nothing."""
    older, newer = row(1, status="active"), row(2, dt.date(2026, 7, 1), status="abandoned")
    unknown = row(3, dt.date(2026, 8, 1), status="unknown")

    assert (found := closed([older, newer, unknown])) and (found.status, found.is_disputed) == ("abandoned", True)
    assert closed([row(1, dt.date(2026, 8, 1), status="active"), newer]) is None
    assert closed([unknown]) is None and closed([row(status="removed")]) is None


@given(st.sets(st.sampled_from(sorted(WHOLE))))
def test_a_field_is_stated_only_when_all_its_columns_are(filled: set[str]) -> None:
    """Whatever is filled: never stated when a column is empty, and complete only when nothing needed is missing."""
    found = closed([row(status="closed", **{name: str(WHOLE[name]) for name in filled})])
    assert found is not None
    whole = {one.name for one in FIELDS if set(one.columns) <= filled}

    assert {one.name for one in found.fields if one.state == "stated"} == whole
    assert is_complete(found) == (set(NEEDED) <= whole)
    assert [one.stated + one.screened + one.missing for one in completeness([found])] == [1] * len(FIELDS)


def test_a_register_comes_before_a_study_and_a_screening_counts_for_nothing() -> None:
    """Each field with its source and day; the newest register first, then an older one, then this site."""
    rows = [row(1, status="closed", operator="Old", area_m2="1"), row(2, dt.date(2026, 7, 1), operator="New")]
    study = StudiedFacility("vale", 1, {"area_m2": 2.0, "volume_m3": 3.0}, made=DAY)
    found = closed(rows, study, ["Cu", "W"])
    assert found is not None
    known = {one.name: (one.state, one.source, list(one.values.values())) for one in found.fields}

    assert (known["operator"], known["extent"]) == (("stated", "r2", ["New"]), ("stated", "r1", ["1"]))
    assert known["volume"] == ("stated", "study", [3.0])
    assert known["quantities"] == ("screened", "screening", ["Cu, W"]) and known["location"] == ("missing", "", [])


def test_a_stage_is_done_on_the_first_day_that_anybody_says() -> None:
    """Samples of this site count as sampling, and as no characterisation."""
    rows = [row(1, status="closed", sampled="2026-03-02"), row(2, sampled="2026-02-01")]
    found = closed(rows, StudiedFacility("vale", samples=3, sampled=dt.date(2026, 1, 5)))

    assert found and found.stages == {"permits": None, "sampling": dt.date(2026, 1, 5), "detail": None}


@pytest.mark.parametrize(("day", "due"), [("2026-06-30", "2029-06-30"), ("2024-02-29", "2027-02-28")])
def test_a_register_is_renewed_within_three_years(day: str, due: str) -> None:
    """Article 27(6): "at least every three years"; also of a leap day."""
    assert renewal(dt.date.fromisoformat(day)) == dt.date.fromisoformat(due)
