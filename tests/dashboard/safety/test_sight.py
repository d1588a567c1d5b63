"""What would be seen of each failure mode, in words."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

import texts
from api.safety import answers, standings
from api.sight.models import SightProof
from dashboard.safety import sight
from dashboard.safety.sight import SightRow
from dashboard.safety.watched import WatchedFacility
from tailings.sight.model import BlindCode, BlindReason, InjectedMove, Loss, Mend, Scenario
from tests.dashboard.examples import NOW
from tests.dashboard.safety.examples import history, level, planned, pond

EN = texts.load("en")
PLAIN: dict[str, Any] = {
    "plan": "overtopping",
    "version": 1,
    "number": 1,
    "made_at": NOW,
    "state": "seen",
    "blind_since": None,
    "level": "red",
    "scenario": msgspec.to_builtins(Scenario("pond-rise", 9000.0, (InjectedMove("n01:pond.level", 0.5, 9000.0),))),
    "crossed_s": 600.0,
    "first_level": "yellow",
    "first_s": 300.0,
    "seen_s": 840.0,
    "datastreams": [],
    "instruments": ["n01:pond", "n02:pond", "n03:pond"],
    "may_fail": 2,
    "reasons": [],
    "mend": None,
    "losses": [],
}
SILENT = msgspec.to_builtins(BlindReason("silent", "n01:baro", NOW - timedelta(days=1)))
RANGE = msgspec.to_builtins(BlindReason("flagged", "n01:pond.level", None, ("gross_range",)))


def rows(*proofs: dict[str, Any]) -> list[SightRow]:
    """The rows of a dam with these proofs."""
    known = history([pond(), level("n04", 330.0)])
    stands = standings.of_assessment(known.assessment, (), planned())
    told = [SightProof.model_validate(PLAIN | one) for one in proofs]
    return sight.of_facility(WatchedFacility.of(answers.answer(known, answers.Said(stands, sight=told))), EN)


def test_what_is_seen_says_when_by_whom_and_what_may_fail() -> None:
    """As the engineer reads it: after how long, by how many, and how many of them may fail."""
    (row,) = rows({"losses": [msgspec.to_builtins(Loss("gateway", "gw1", None))]})

    assert row.state == "green"
    assert row.says == "Red would be sent in 14 min, seen by 3 instruments (n01 pond, n02 pond, n03 pond); 2 may fail"
    assert row.lines == ("Yellow after 5 min", "Blind without gw1")


def test_what_is_blind_says_since_when_why_and_what_to_mend() -> None:
    """The first reason stands in the sentence, the others below; blind is a shape of its own."""
    since = NOW - timedelta(days=1)
    mend = msgspec.to_builtins(Mend(("n01:baro",), is_tried=True))
    (row,) = rows(
        {"state": "blind", "blind_since": since, "reasons": [SILENT, RANGE], "mend": mend, "first_level": None}
    )

    assert row.state == "blind"
    assert row.says.startswith("Blind since 24 Nov")
    assert row.says.endswith(": n01 baro silent since 24 Nov 13:32")
    assert row.lines == (
        "Repair first: n01 baro",
        "Sees nothing now: the failure would look like a fault of n01 pond level (gross range)",
    )


@pytest.mark.parametrize("code", ["nobody-told", "no-way"])
def test_a_failure_that_is_seen_but_told_to_nobody_is_not_called_blind(code: BlindCode) -> None:
    """The instruments see it, so the verdict above may be green; what is missing is who gets the message."""
    untold = msgspec.to_builtins(BlindReason(code, "overtopping", None))
    (row,) = rows({"state": "blind", "blind_since": NOW, "reasons": [untold], "first_level": None})

    assert row.state == "blind"
    assert row.says.startswith("Seen but not reported since") and "on the list" in row.says


def test_what_is_mended_first_says_what_it_costs() -> None:
    """The money of the facility file stands beside the instruments."""
    mend = msgspec.to_builtins(Mend(("n01:baro", "n02:pond"), is_tried=True, cost=12_500.0, currency="EUR"))
    (row,) = rows({"state": "blind", "reasons": [SILENT], "mend": mend, "first_level": None})

    assert row.lines == ("Repair first: n01 baro, n02 pond (12\u2009500 EUR)",)


@pytest.mark.parametrize(("may_fail", "says"), [(0, "none may fail"), (1, "1 may fail")])
def test_one_instrument_alone_has_words_of_its_own(may_fail: int, says: str) -> None:
    """Nobody has to read "1 instruments"."""
    (row,) = rows({"instruments": ["n01:pond"], "may_fail": may_fail, "seen_s": 15_000.0})

    assert row.says == f"Red would be sent in 4 h, seen by n01 pond; {says}"


def test_the_blind_come_first_and_what_calls_nobody_is_left_out() -> None:
    """Then those of which least may fail; a plan that only simulates is no loss."""
    found = rows(
        {"plan": "mild", "may_fail": 2},
        {"plan": "pore-pressure", "state": "blind", "reasons": [SILENT]},
        {"plan": "overtopping", "state": "simulated"},
    )

    assert [one.plan for one in found] == ["pore-pressure", "mild"]
