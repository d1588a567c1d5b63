"""What proofs are made from, read from a real database."""

from datetime import UTC, datetime

from ingest.notifications import recipients
from ingest.sight import gather
from ingest.store import Store
from ingest.values import Connection
from tailings.facility import parse
from tests.ingest.alarms.dam import POND, TEXT, Dam, minute
from wire import quality as flag

FACILITY = parse(TEXT)


def test_readings_are_taken_as_they_were_read(connection: Connection, store: Store) -> None:
    """A reading that a filter rejected is there to be flagged anew; one that is missing is missing."""
    dam = Dam(connection, store)
    dam.put([(at, 337.0) for at in range(10)])
    dam.put([(10, 12.0)], quality=4, tests="gross_range")
    dam.put([(11, None)], quality=9)

    found = gather(connection, FACILITY, minute(12))

    series = found.raw[POND]
    assert series.value[-2:-1].tolist() == [12.0]
    assert series.quality[-3:].tolist() == [flag.NOT_EVALUATED, flag.NOT_EVALUATED, flag.MISSING]
    assert found.flagged == {POND}


def test_recipients_have_a_way_where_their_address_can_be_used(connection: Connection, store: Store) -> None:
    """An address that the policy knows no service of is no way; recipients of the equipment are left out."""
    Dam(connection, store)
    rest = (1, 0, [1, 2, 3, 4, 5, 6, 7], None, None, None, None, False)
    with connection.transaction():
        for name, address, family in (
            ("shift", "mailtos://user:pass@mail.example.org", "dam"),
            ("pager", "carrier-pigeon://loft", "dam"),
            ("workshop", "mailtos://user:pass@mail.example.org", "maintenance"),
        ):
            recipients.put(connection, "vale", (name, address, family, *rest), "system:0", datetime.now(UTC))

    found = gather(connection, FACILITY, minute(0))

    assert {one.name: one.has_way for one in found.recipients or ()} == {"shift": True, "pager": False}


def test_a_shelf_counts_until_it_ends(connection: Connection, store: Store) -> None:
    """A level of a plan that is shelved until later is among the inputs; one whose time is over is not."""
    Dam(connection, store)
    hold = (
        "INSERT INTO alarm_hold (facility_id, family, rule, level, kind, reason, author, from_time, until)"
        " VALUES ('vale', 'dam', 'overtopping', 3, 'shelved', 'tests', 'system:0', %s, %s)"
    )
    with connection.transaction():
        connection.execute(hold, (minute(0), minute(30)))
        connection.execute(hold, (minute(0), minute(90)))

    found = gather(connection, FACILITY, minute(60))

    assert [(one.plan, one.level, one.until_ms) for one in found.holds] == [
        ("overtopping", 3, round(minute(90).timestamp() * 1000))
    ]
