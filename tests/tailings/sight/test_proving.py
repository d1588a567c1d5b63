"""Which proofs are made again."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from tailings.sight.proving import SightInputs, digest_of, prove
from tailings.sight.telling import LevelHold
from tests.tailings.facility.lint.small import leaf, pond
from tests.tailings.sight.shadows import NOW_MS, approved, facility_of, inputs, readings

POND = "n2:pond.level"
DAY_MS = 86_400_000


def given() -> SightInputs:
    """One gauge of the pond, and a plan that calls."""
    facility = facility_of(pond(), approved(("red", leaf(POND, "above", 340.0))))
    return inputs(facility, readings({POND: 338.0}))


def test_nothing_is_proved_again_while_nothing_changed() -> None:
    """Other values and an hour later: the proof that is known still holds."""
    first = given()
    known = {one.plan: one.digest for one in prove(first)}
    raw = readings({POND: 338.2})

    again = list(prove(msgspec.structs.replace(first, raw=raw, now_ms=NOW_MS + 600_000), known))

    assert list(known) == ["plan"]
    assert again == []


CHANGES = {
    "silent": {"raw": readings({POND: 338.0}, ago_s={POND: 1000.0})},
    "flagged": {"flagged": frozenset([POND])},
    "shelved": {"holds": (LevelHold("plan", 3, NOW_MS, NOW_MS + DAY_MS),)},
    "nobody told": {"recipients": ()},
    "another day": {"now_ms": NOW_MS + DAY_MS, "raw": readings({POND: 338.0}, ago_s={POND: -86_400.0})},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_proof_is_made_again_when_what_it_rests_on_changes(change: dict[str, object]) -> None:
    """The state of an instrument, a shelf, a recipient, and each new day."""
    first = given()
    known = {one.plan: one.digest for one in prove(first)}

    assert len(list(prove(msgspec.structs.replace(first, **change), known))) == 1


def test_a_change_of_conditions_changes_the_digest() -> None:
    """A trigger level that moves by a centimetre is another plan to prove."""
    other = facility_of(pond(), approved(("red", leaf(POND, "above", 340.01))))
    first = given()

    assert digest_of(first, first.facility.tarp["plan"]) != digest_of(
        msgspec.structs.replace(first, facility=other), other.tarp["plan"]
    )


def test_a_proof_is_one_value_that_json_brings_back() -> None:
    """What is stored as JSON is read as it was made."""
    (made,) = prove(given())

    assert msgspec.json.decode(msgspec.json.encode(made), type=type(made)) == made
    assert made.made_at == dt.datetime.fromtimestamp(NOW_MS / 1000, dt.UTC)
