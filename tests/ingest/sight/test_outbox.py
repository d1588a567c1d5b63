"""What a proof says of who would be told, and when, against the outbox that the same failure fills in earnest."""

from ingest.notifications import composition
from ingest.sight.prover import Prover
from ingest.store import Store
from ingest.values import Connection
from tailings.sight.model import SightProof
from tests.ingest.alarms.dam import Dam, minute
from tests.ingest.sight.test_prover import newest, prove

BEGINS = 119
TOLD = """
SELECT DISTINCT r.name FROM notification n JOIN recipient r ON r.id = n.recipient_id
WHERE n.subject LIKE '%%RED%%' ORDER BY r.name"""
RECIPIENTS = """
INSERT INTO recipient (facility_id, name, address, family, from_level, after_min, given_by) VALUES
    ('vale', 'shift', 'mailtos://u:p@mail.example.org', 'dam', 1, 0, 'system:0'),
    ('vale', 'manager', 'mailtos://u:p@mail.example.org', 'dam', 3, 0, 'system:0'),
    ('vale', 'owner', 'mailtos://u:p@mail.example.org', 'dam', 3, 30, 'system:0'),
    ('vale', 'workshop', 'mailtos://u:p@mail.example.org', 'maintenance', 1, 0, 'system:0')"""


def proved(dam: Dam) -> SightProof:
    """The proof of the plan against overtopping, of a failure that begins at minute 119."""
    prove(dam, Prover(lambda: dam.now), BEGINS)
    return newest(dam)[0]


def told_at(dam: Dam, at: float) -> list[str]:
    """Who has a message of red in the outbox when the plans and the notifier have looked at a minute."""
    dam.follow(at)
    with dam.connection.transaction():
        composition.make(dam.connection, minute(at))
    return [name for (name,) in dam.rows(TOLD)]


def test_the_outbox_of_the_failure_is_what_the_proof_says(connection: Connection, store: Store) -> None:
    """The pond really rises by half a metre an hour: the minute and the names of red are those of the proof."""
    dam = Dam(connection, store)
    connection.execute(RECIPIENTS)
    dam.put([(at, 337.0) for at in range(BEGINS + 1)])
    found = proved(dam)
    assert found.seen_s is not None
    seen = round(found.seen_s / 60)

    dam.put([(BEGINS + later, 337.0 + later / 120) for later in range(1, seen)])
    before = told_at(dam, BEGINS + seen - 1)
    dam.put([(BEGINS + seen, 337.0 + seen / 120)])
    at_once = told_at(dam, BEGINS + seen)
    dam.put([(BEGINS + seen + later, 337.0 + (seen + later) / 120) for later in range(1, 31)])
    later = told_at(dam, BEGINS + seen + 30)

    assert (before, at_once) == ([], ["manager", "shift"])
    assert later == sorted(found.recipients) == ["manager", "owner", "shift"]
