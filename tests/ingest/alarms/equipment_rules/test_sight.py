"""A failure that would not be seen, and a proof that nobody makes."""

import pytest

from ingest.sight.prover import Prover
from tests.ingest.alarms.looked import Looked
from tests.ingest.sight import test_prover


@pytest.fixture
def proved(looked: Looked) -> Looked:
    """A dam whose pond is read until minute 119 and whose shift is told; proved then."""
    dam = looked.dam
    dam.put([(at, 337.0) for at in range(120)])
    dam.connection.execute(
        "INSERT INTO recipient (facility_id, name, address, family, given_by)"
        " VALUES ('vale', 'shift', 'mailtos://u:p@mail.example.org', 'dam', 'system:0')"
    )
    prove(looked, 119)
    return looked


def prove(looked: Looked, at: float) -> None:
    """Let a prover that has just started look at a minute."""
    test_prover.prove(looked.dam, Prover(lambda: looked.dam.now), at)


def sight_alarms(looked: Looked, at: float) -> list[tuple[str, str]]:
    """The alarms of sight that are open after a look."""
    return [one for one in looked.look(at) if one[0].startswith("sight-")]


def test_lost_sight_is_an_alarm_of_the_equipment_until_it_is_back(proved: Looked) -> None:
    """The gauge falls silent: the plan that needs it is told with cause and time; it reads again: closed."""
    before = sight_alarms(proved, 119.5)
    prove(proved, 180)
    during = sight_alarms(proved, 180.5)
    titles = proved.dam.titles("rule = 'sight-lost' AND subject = 'overtopping'")
    proved.dam.put([(at, 337.0) for at in range(120, 241)])
    prove(proved, 240)

    assert (before, during) == ([], [("sight-lost", "overtopping")])
    assert titles == ["Plan overtopping is blind: n01:pond silent since 2025-11-24 17:59Z"]
    assert sight_alarms(proved, 240.5) == []


def test_a_proof_that_nobody_makes_is_told(proved: Looked) -> None:
    """Three hours after the last round of proofs, not before."""
    assert sight_alarms(proved, 119 + 180) == []
    assert sight_alarms(proved, 119 + 181) == [("sight-not-proved", "centre")]


def test_that_nobody_is_told_is_said_by_the_rule_of_recipients_alone(looked: Looked) -> None:
    """Without a recipient each plan is blind: one alarm of another rule says why, not one a plan."""
    looked.dam.put([(at, 337.0) for at in range(120)])
    prove(looked, 119)

    assert sight_alarms(looked, 119.5) == []
    assert looked.dam.rows("SELECT count(*) FROM alarm_event WHERE rule = 'no-recipient'") == [(1,)]
