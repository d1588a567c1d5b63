"""What would be seen with a proposed plan, within the time that a person waits for it."""

import pytest

from ingest.sight import proposed
from ingest.store import Store
from ingest.values import Connection
from tailings.facility import parse
from tests.ingest.alarms.dam import TEXT, Dam, minute


def test_a_proof_that_takes_too_long_is_ended_and_said(
    connection: Connection, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any time it is not tried, for either plan; the back-test beside it keeps its answer."""
    facility = parse(TEXT)
    Dam(connection, store)
    monkeypatch.setattr(proposed, "SECONDS", 0)
    plan = facility.tarp["overtopping"]

    found = proposed.sight_of(connection, facility, {"present": plan, "proposed": plan}, minute(0))

    untried = {"proof": None, "unproved": "too-costly"}
    assert found == {"present": untried, "proposed": untried}
