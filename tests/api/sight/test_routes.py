"""The newest proofs of sight of a facility, as they were stored."""

from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest

from api.sight.models import FacilitySight, YearOfSight
from ingest import database
from ingest.sight import proofs
from tailings.sight.model import BlindReason, InjectedMove, Loss, Mend, Scenario, SightProof
from tests.api.server import ApiServer
from tests.servers import TestDatabase

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
RISE = Scenario("pond-rise", 9000.0, (InjectedMove("n01:pond.level", 0.5, 9000.0),))
SEEN = SightProof(
    "vale",
    "overtopping",
    digest="x",
    made_at=AT,
    state="seen",
    level="red",
    scenario=RISE,
    crossed_s=6000.0,
    seen_s=6300.0,
    instruments=("n01:pond",),
    may_fail=0,
    recipients=("shift",),
    losses=(Loss("instrument", "n01:pond", None), Loss("recipient", "shift", None)),
)
CAUSE = BlindReason("silent", "n01:pond", AT)


def blind(hours: float) -> SightProof:
    """A proof that finds the plan blind, so many hours later."""
    at = AT + timedelta(hours=hours)
    mend = Mend(("n01:pond",), is_tried=True, cost=1200.0, currency="EUR")
    return SightProof("vale", "overtopping", "y", at, "blind", level="red", scenario=RISE, reasons=(CAUSE,), mend=mend)


def test_the_newest_proof_of_each_plan_is_given(own_server: ApiServer, own_database: TestDatabase) -> None:
    """Seen, then blind twice: blind since the first of the two; what names recipients stays inside."""
    with database.connect(own_database.conninfo("tailwatch_ingest")) as connection, connection.transaction():
        for one in (SEEN, blind(1), blind(2)):
            proofs.append(connection, 1, one)
        proofs.note_round(connection, "vale", AT + timedelta(hours=3))

    answer = httpx.get(f"{own_server.url}/api/v1/facilities/vale/sight", timeout=60)

    found = FacilitySight.model_validate_json(answer.content)
    assert found.looked_at == AT + timedelta(hours=3)
    assert [(one.number, one.state, one.blind_since) for one in found.proofs] == [
        (3, "blind", AT + timedelta(hours=1)),
    ]
    assert found.proofs[0].reasons[0].subject == "n01:pond"
    mend = found.proofs[0].mend
    assert mend is not None and (mend.cost, mend.currency) == (1200.0, "EUR")


def test_names_of_recipients_are_not_given(own_server: ApiServer, own_database: TestDatabase) -> None:
    """Neither those who would be told, nor those without whom nobody would be."""
    with database.connect(own_database.conninfo("tailwatch_ingest")) as connection, connection.transaction():
        proofs.append(connection, 1, SEEN)

    answer = httpx.get(f"{own_server.url}/api/v1/facilities/vale/sight", timeout=60)

    assert answer.json()["proofs"][0]["losses"] == [{"kind": "instrument", "subject": "n01:pond", "seen_s": None}]
    assert "shift" not in answer.text


def test_a_facility_that_nobody_has_proved_has_none(client: httpx.Client) -> None:
    """No proof, and no time at which somebody looked."""
    answer = client.get("/api/v1/facilities/rosa/sight")

    assert (answer.status_code, answer.json()) == (200, {"facility": "rosa", "looked_at": None, "proofs": []})


def test_the_record_of_a_year_is_made_from_stored_proofs(own_server: ApiServer, own_database: TestDatabase) -> None:
    """Seen for an hour, then blind; two hours without a round are neither; the last digest is that of the chain."""
    began = datetime(2025, 11, 28, 12, tzinfo=UTC)
    lost = msgspec.structs.replace(blind(0), made_at=began + timedelta(hours=1))
    with database.connect(own_database.conninfo("tailwatch_ingest")) as connection, connection.transaction():
        proofs.append(connection, 1, msgspec.structs.replace(SEEN, made_at=began))
        proofs.append(connection, 1, lost)
        for hours in (0, 1, 4):
            proofs.note_round(connection, "vale", began + timedelta(hours=hours))
        ((digest,),) = connection.execute("SELECT encode(digest, 'hex') FROM sight_proof WHERE number = 2").fetchall()

    answer = httpx.get(f"{own_server.url}/api/v1/facilities/vale/sight/2025", timeout=60)

    found = YearOfSight.model_validate_json(answer.content).record
    (plan,) = found.plans
    minutes = [365 * 24 * 60 * share for share in (plan.seen, plan.blind, plan.simulated)]
    assert minutes == pytest.approx([60, 2 * 65, 0])
    assert [(one.from_at, one.until, one.ended_by) for one in plan.longest] == [
        (began + timedelta(hours=1), began + timedelta(hours=5, minutes=5), None)
    ]
    assert (plan.slowest_s, plan.may_fail) == (6300.0, 0)
    assert found.last is not None
    assert (found.proofs, found.last.number, found.last.digest) == (2, 2, digest)
    assert "shift" not in answer.text


@pytest.mark.parametrize("year", ["1999", "3000", "last"])
def test_a_year_that_is_none_is_refused(client: httpx.Client, year: str) -> None:
    """The parameter is named."""
    answer = client.get(f"/api/v1/facilities/rosa/sight/{year}")

    assert answer.status_code == 422
    assert "year" in answer.text
