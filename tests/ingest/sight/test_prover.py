"""Proofs made and stored, hour by hour and when the configuration changes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest

from ingest.alarms import Files
from ingest.sight import proofs
from ingest.sight.prover import Prover, Transact
from ingest.store import Store
from ingest.values import Connection
from tailings import parse
from tailings.sight.model import SightProof
from tailwatch import chain
from tests.ingest.alarms.dam import TEXT, Dam, minute
from tests.servers import TestDatabase

T = TypeVar("T")
NEWEST = "SELECT document, blind_since FROM sight_newest WHERE facility_id = 'vale' AND plan = 'overtopping'"


@pytest.fixture
def dam(connection: Connection, store: Store) -> Dam:
    """A dam whose pond is read each minute, below all levels; the shift is told of everything."""
    found = Dam(connection, store)
    found.put([(at, 337.0) for at in range(120)])
    with connection.transaction():
        connection.execute(
            "INSERT INTO recipient (facility_id, name, address, family, given_by)"
            " VALUES ('vale', 'shift', 'mailtos://u:p@mail.example.org', 'dam', 'system:0')"
        )
    return found


def prove(dam: Dam, prover: Prover, at: float) -> int:
    """Let the prover look at a minute; how many proofs it made."""
    dam.now = minute(at)
    return sum(prover.prove(transactions(dam.connection), one) for one in prover.due(dam.connection))


def transactions(connection: Connection) -> Transact:
    """Each work in a transaction of its own."""

    def transact(work: Callable[[Connection], T]) -> T:
        with connection.transaction():
            return work(connection)

    return transact


def newest(dam: Dam) -> tuple[SightProof, datetime | None]:
    """The newest proof of the plan against overtopping, and since when it has been blind."""
    ((document, since),) = dam.rows(NEWEST)
    return msgspec.convert(document, SightProof), since


def test_each_plan_is_proved_once_while_nothing_changes(dam: Dam) -> None:
    """Overtopping and the minimum freeboard are proved; an hour later what they rest on is the same."""
    prover = Prover(lambda: dam.now)

    made = [prove(dam, prover, 119), prove(dam, prover, 119.5)]
    dam.put([(at, 337.0) for at in range(120, 181)])
    made.append(prove(dam, prover, 180))

    assert made == [1, 0, 0]
    assert newest(dam)[0].state == "seen"
    assert dam.rows("SELECT max(last_at) FROM sight_stretch") == [(minute(180),)]


def test_a_change_of_configuration_is_proved_at_once(dam: Dam) -> None:
    """A new version with another red level is proved without waiting for the hour."""
    prover = Prover(lambda: dam.now)
    prove(dam, prover, 119)
    before = newest(dam)[0]

    dam.apply(TEXT.replace("version = 2\n", "version = 3\n", 1).replace("value = 340.5", "value = 340.8"))

    assert prove(dam, prover, 119.5) == 1
    assert newest(dam)[0].crossed_s != before.crossed_s


def test_sight_that_is_lost_says_since_when(dam: Dam) -> None:
    """An hour after the gauge fell silent the plan is blind, since that round; its cause names the last reading."""
    prover = Prover(lambda: dam.now)
    prove(dam, prover, 119)

    prove(dam, prover, 180)

    proof, since = newest(dam)
    assert (proof.state, since) == ("blind", minute(180))
    assert [(one.code, one.subject, one.since) for one in proof.reasons] == [("silent", "n01:pond", minute(119))]
    assert proof.mend is not None
    assert proof.mend.instruments == ("n01:pond",)


def test_the_chain_of_proofs_is_verified_with_the_audit_log(dam: Dam, vale: TestDatabase) -> None:
    """A second implementation follows the chain; a proof that was changed, or cut off the end, is found."""
    prover = Prover(lambda: dam.now)
    prove(dam, prover, 119)
    prove(dam, prover, 180)
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        assert chain.verify_proofs(owner) == 2

        owner.execute("ALTER TABLE sight_proof DISABLE TRIGGER refuse_change")
        with pytest.raises(chain.ChainBroken, match="proof 1 was changed"), owner.transaction():
            owner.execute("UPDATE sight_proof SET document = replace(document, 'seen', 'seem') WHERE number = 1")
            chain.verify_proofs(owner)
        with pytest.raises(chain.ChainBroken, match="proof 2"), owner.transaction():
            owner.execute("DELETE FROM sight_proof WHERE number = 2")
            chain.verify_proofs(owner)
        owner.rollback()


def test_nobody_changes_a_proof(dam: Dam) -> None:
    """The role of ingest adds proofs, and has no right to change one."""
    prove(dam, Prover(lambda: dam.now), 119)

    with pytest.raises(psycopg.errors.InsufficientPrivilege), dam.connection.transaction():
        dam.connection.execute("UPDATE sight_proof SET document = '{}'")


def test_it_waits_an_hour_between_rounds(dam: Dam) -> None:
    """A facility that was looked at, and goes on reading, is due again after an hour."""
    prover = Prover(lambda: dam.now)
    dam.put([(at, 337.0) for at in range(120, 180)])
    prove(dam, prover, 119)
    due = []
    for after in (timedelta(minutes=59), timedelta(minutes=60)):
        dam.now = minute(119) + after
        due.append(len(prover.due(dam.connection)))

    assert due == [0, 1]


def test_a_gauge_that_falls_silent_is_noticed_within_a_minute(dam: Dam) -> None:
    """Three intervals and a minute after the last reading the plan is blind, and a minute after the next one it sees;
    while nothing changes nobody proves anything."""
    prover = Prover(lambda: dam.now)
    prove(dam, prover, 119)
    rounds = [(at, prove(dam, prover, at)) for at in (120.0, 121.0, 122.0, 123.0, 124.0, 125.0)]
    blind, since = newest(dam)
    dam.put([(at, 337.0) for at in range(120, 127)])
    rounds += [(at, prove(dam, prover, at)) for at in (126.0, 127.0)]

    assert [at for at, made in rounds if made] == [123.0, 126.0]
    assert (blind.state, since) == ("blind", minute(123))
    assert [(one.code, one.subject, one.since) for one in blind.reasons] == [("silent", "n01:pond", minute(119))]
    assert newest(dam)[0].state == "seen"


def test_what_no_proof_rests_on_may_fall_silent(dam: Dam) -> None:
    """A voltage that no plan looks at is read once, and its silence starts no round."""
    prover = Prover(lambda: dam.now)
    dam.put([(119, 12.6)], name="n02:battery.voltage")
    prove(dam, prover, 119)
    dam.put([(at, 337.0) for at in range(120, 131)])
    dam.now = minute(130)

    assert prover.due(dam.connection) == []


def test_an_instrument_that_comes_and_goes_is_not_proved_all_the_time(dam: Dam) -> None:
    """A round that took a minute is followed by the next one after ten, however often the gauge falls silent."""
    seconds = iter([0, 60, 60 + 300, 60 + 600])
    prover = Prover(lambda: minute(119 + next(seconds) / 60))
    (vale,) = Files().known(dam.connection)
    prover.prove(transactions(dam.connection), vale)

    assert [len(prover.due(dam.connection)) for _ in range(2)] == [0, 1]


def test_one_that_is_stopped_stores_nothing(dam: Dam) -> None:
    """What was proved when the program was told to end is not half a round."""
    assert prove(dam, Prover(lambda: dam.now, lambda: True), 119) == 0
    assert dam.rows("SELECT count(*) FROM sight_proof") == [(0,)]


def test_rounds_that_follow_each_other_are_one_stretch(dam: Dam) -> None:
    """The second round came after 61 minutes and the third after 220: a gap, and a row of its own; each holds 65."""
    prover = Prover(lambda: dam.now)
    for at in (119, 180, 400):
        prove(dam, prover, at)

    assert dam.rows("SELECT from_at, last_at + sight_due() FROM sight_stretch ORDER BY from_at") == [
        (minute(119), minute(245)),
        (minute(400), minute(465)),
    ]


def test_the_history_of_a_year_begins_with_the_proof_before_it(dam: Dam) -> None:
    """Of 2026 the last proof of 2025 is given, of 2024 none; the year begins at midnight of the facility's zone."""
    prover = Prover(lambda: dam.now)
    for at in (119, 180):
        prove(dam, prover, at)

    found = [proofs.history(dam.connection, "vale", year) for year in (2024, 2025, 2026)]

    assert [[(one.number, one.state) for one in year.proofs] for year in found] == [
        [],
        [(1, "seen"), (2, "blind")],
        [(2, "blind")],
    ]
    zone = ZoneInfo(parse(TEXT).timezone)
    assert [year.from_at for year in found] == [datetime(year, 1, 1, tzinfo=zone) for year in (2024, 2025, 2026)]
    assert found[1].proofs[1].reasons == newest(dam)[0].reasons
    assert found[1].versions[-1].plans == tuple(sorted(parse(TEXT).tarp))


def test_nobody_changes_a_stretch(dam: Dam) -> None:
    """The role of ingest makes rounds known, and has no right to close a gap."""
    prove(dam, Prover(lambda: dam.now), 119)

    with pytest.raises(psycopg.errors.InsufficientPrivilege), dam.connection.transaction():
        dam.connection.execute("UPDATE sight_stretch SET from_at = '2025-01-01'")
