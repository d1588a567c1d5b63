"""The ledger: sums that add up."""

import csv
import re
from datetime import timedelta

import httpx
import psycopg
import pytest

from api.ledger.models import Ledger, LedgerCounts
from ingest import database, revisions
from ingest.rollups import rebuild
from ingest.store import Store
from tests.api import site
from tests.api.server import ApiServer
from tests.ingest.batches import arrival, message, pack
from tests.servers import TestDatabase


def ledger(client: httpx.Client, **parameters: str) -> Ledger:
    answer = client.get("/api/v1/facilities/vale/ledger", params=parameters)
    assert answer.status_code == 200, answer.text
    return Ledger.model_validate_json(answer.content)


def balance(counts: LedgerCounts) -> int:
    parts = (counts.stored, counts.quarantined, counts.dropped, counts.unreadable, counts.lost, counts.pending)
    return counts.sent - sum(parts)


def test_every_sum_adds_up(client: httpx.Client) -> None:
    """sent is stored + quarantined + dropped + unreadable + lost + pending, by epoch and by sender."""
    found = ledger(client)

    everything = [row.counts for row in found.sequence_states] + [row.counts for row in found.senders]
    assert {balance(counts) for counts in everything} == {0}
    assert sum(row.counts.sent for row in found.senders) == sum(row.counts.sent for row in found.sequence_states) == 137


def test_a_sender_is_the_sum_of_its_epochs(client: httpx.Client) -> None:
    """n07 has two epochs; together they sent 112 packs."""
    (n07,) = ledger(client, sender="n07").senders

    assert (n07.counts.sent, n07.counts.stored, n07.counts.lost, n07.counts.late) == (112, 99, 3, 5)


@pytest.mark.parametrize(
    ("interval", "stored"),
    [
        ({"from": "2026-05-01", "to": "2026-05-02"}, [60, 30]),
        ({"from": "2026-05-02", "to": "2026-05-02"}, [30]),
        ({"from": "2026-05-03", "to": "2026-05-30"}, []),
        ({"from": "2026-05-01", "to": "2026-05-02", "sender": "n01"}, []),
    ],
)
def test_days_are_chosen_with_both_ends(client: httpx.Client, interval: dict[str, str], stored: list[int]) -> None:
    """from and to are days, both included; a sender chooses its own."""
    assert [day.stored for day in ledger(client, **interval).days] == stored


def test_an_agent_is_a_sender(client: httpx.Client) -> None:
    """Batches of an edge agent have their own sequence state."""
    assert [row.sender for row in ledger(client, sender="_edge/gw1").sequence_states] == ["_edge/gw1"]


def test_gaps_are_the_longest_times_without_a_raw_reading(own_database: TestDatabase, own_server: ApiServer) -> None:
    """Raw minutes with eleven left out, a failed read among the others, and nothing after them: two gaps."""
    with psycopg.connect(own_database.conninfo()) as owner:
        for minute in range(120):
            if not 30 <= minute <= 40:
                site.store(owner, site.FREQUENCY, site.T0 + timedelta(minutes=minute), None if minute == 50 else 2.0)
        owner.execute("UPDATE latest SET first_time = %s WHERE datastream_id = %s", (site.T0, site.FREQUENCY))
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        found = ledger(client, **{"from": "2026-05-01", "to": "2026-05-01", "gaps": "10", "sender": "n07"})
    gaps = [(gap.datastream, gap.after - site.T0, gap.before - site.T0, gap.missing) for gap in found.gaps]

    name = "vale:n07:vw1.frequency"
    assert gaps == [
        (name, timedelta(minutes=119), timedelta(days=1), 1320),
        (name, timedelta(minutes=29), timedelta(minutes=41), 11),
    ]


def test_many_readings_in_one_hour_make_up_for_none_in_another(
    own_database: TestDatabase, own_server: ApiServer
) -> None:
    """A reading an hour is expected of the barometer; one each 10 minutes from 0:00 to 11:50, then none until 24:00.

    12 h 10 min without one are 12 intervals, so that 11 readings are missing between the two.
    """
    with psycopg.connect(own_database.conninfo()) as owner:
        for reading in range(72):
            site.store(owner, site.BARO, site.T0 + timedelta(minutes=10 * reading), 96.0)
        owner.execute("UPDATE latest SET first_time = %s WHERE datastream_id = %s", (site.T0, site.BARO))
        rebuild(owner)
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        found = ledger(client, **{"from": "2026-05-01", "to": "2026-05-01", "gaps": "10", "sender": "n01"})
    gaps = [(gap.after - site.T0, gap.before - site.T0, gap.missing) for gap in found.gaps]

    assert gaps == [(timedelta(hours=11, minutes=50), timedelta(hours=24), 11)]
    assert (found.gap_count, found.gap_missing) == (1, 11)


def test_what_has_left_for_the_archive_is_no_gap(own_database: TestDatabase, own_server: ApiServer) -> None:
    """Of a week that left the database 10 of the 24 hours of 1 May have readings; the other hours are one gap.

    From 10:00 to midnight of 7 May it is 6 days less 10 hours: 8,040 minutes, so that 8,039 readings are missing.
    """
    hour = (
        "INSERT INTO rollup_hour (datastream_id, start, pass, not_evaluated, suspect, fail, missing, results)"
        " VALUES (%s, %s, 60, 0, 0, 0, 0, 60)"
    )
    with psycopg.connect(own_database.conninfo()) as owner:
        for number in range(10):
            owner.execute(hour, (site.FREQUENCY, site.T0 + timedelta(hours=number)))
        owner.execute("INSERT INTO released_span (start, stop, rows) VALUES ('2026-04-30', '2026-05-07', 600)")
        site.store(owner, site.FREQUENCY, site.T0 + timedelta(days=6), 2831.0)
        owner.execute("UPDATE latest SET first_time = %s WHERE datastream_id = %s", (site.T0, site.FREQUENCY))
        rebuild(owner)
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        found = ledger(client, **{"from": "2026-05-01", "to": "2026-05-06", "gaps": "10", "sender": "n07"})
    gaps = [(gap.after - site.T0, gap.before - site.T0, gap.missing) for gap in found.gaps]

    assert gaps == [(timedelta(hours=10), timedelta(days=6), 8039)]


def test_all_gaps_are_counted_however_many_are_listed(own_database: TestDatabase, own_server: ApiServer) -> None:
    """A minute, and two without: 39 gaps of 2 readings each, and one of 1,322 up to midnight are 40 and 1,400."""
    with psycopg.connect(own_database.conninfo()) as owner:
        for minute in range(0, 120, 3):
            site.store(owner, site.FREQUENCY, site.T0 + timedelta(minutes=minute), 2831.0)
        owner.execute("UPDATE latest SET first_time = %s WHERE datastream_id = %s", (site.T0, site.FREQUENCY))
    asked = {"from": "2026-05-01T01:00", "to": "2026-05-02T01:00", "sender": "n07"}  # by the clock of Lisbon
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        found = ledger(client, **{"from": "2026-05-01", "to": "2026-05-01", "gaps": "3", "sender": "n07"})
        page = client.get("/f/vale/ledger", params=asked).text

    assert (len(found.gaps), found.gap_count, found.gap_missing) == (3, 40, 1400)
    assert '<dd class="v">40</dd>\n<dd class="sub">1400 readings missing</dd>' in page


def test_the_page_tells_of_its_period_alone(own_database: TestDatabase, own_server: ApiServer) -> None:
    """site stored 60 packs on 1 May (UTC) and 30 on 2 May. A reading a minute is expected and two are there, at 0:00
    and 23:59: the gap of 1 May has 1,438 readings, and from 6:00 to 12:00 it has 359."""
    said = []
    with psycopg.connect(own_database.conninfo()) as owner:
        for minute in (0, 1439):
            site.store(owner, site.FREQUENCY, site.T0 + timedelta(minutes=minute), 2831.0)
        owner.execute("UPDATE latest SET first_time = %s WHERE datastream_id = %s", (site.T0, site.FREQUENCY))
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        for start, end in (("01T01:00", "02T01:00"), ("01T07:00", "01T13:00")):  # by the clock of Lisbon
            asked = {"from": f"2026-05-{start}", "to": f"2026-05-{end}", "sender": "n07"}
            page = client.get("/f/vale/ledger", params=asked).text
            said.append(
                (re.findall(r'<td class="num">(2026-05-\d\d)</td>', page), re.findall(r"(\d+) readings missing", page))
            )

    assert said == [(["2026-05-01"], ["1438"]), (["2026-05-01"], ["359"])]


def test_nodes_that_no_file_has_can_be_looked_at_alone(own_database: TestDatabase, own_server: ApiServer) -> None:
    """Their packs, 7 sent and 7 stored, stand under "?", whose link on the page leads to them; so does its file."""
    row = (
        "INSERT INTO sequence_state (facility_id, sender, epoch, sent, stored, epochs)"
        " VALUES ('vale', '?', 'earlier', 7, 7, 3)"
    )
    with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:
        owner.execute(row)
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        (link,) = re.findall(r'href="(/f/vale/ledger\?sender=%3F)"', client.get("/f/vale/ledger").text)
        page = client.get(link)
        (file,) = re.findall(r'href="(/api/v1/[^"]*)" download', page.text)
        lines = list(csv.DictReader(client.get(file.replace("&amp;", "&")).text.splitlines()))
        (strangers,) = ledger(client, sender="?").senders

    assert '<option value="?" selected>' in page.text
    assert (page.status_code, strangers.counts.sent, strangers.counts.stored) == (200, 7, 7)
    assert [(one["sender"], one["sent"]) for one in lines] == [("?", "7")]


def test_a_silence_is_a_gap_also_where_more_came_than_was_expected(
    own_database: TestDatabase, own_server: ApiServer
) -> None:
    """A day of 1,440 minutes and 1,470 readings: two a minute in the first hour, then half an hour of silence."""
    with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:
        for start, stop, step in ((0, 60, 0.5), (90, 1440, 1.0)):
            at = site.T0 + timedelta(minutes=start), site.T0 + timedelta(minutes=stop - step), timedelta(minutes=step)
            owner.execute(
                "INSERT INTO observation SELECT %s, t, 2, 1, NULL, NULL, t FROM generate_series(%s, %s, %s) t",
                (site.FREQUENCY, *at),
            )
        site.store(owner, site.FREQUENCY, site.T0 + timedelta(days=1), 2.0)
        owner.execute("UPDATE latest SET first_time = %s WHERE datastream_id = %s", (site.T0, site.FREQUENCY))
        site.touch(owner, site.FREQUENCY, site.T0, site.T0 + timedelta(days=1))
        while rebuild(owner):
            pass
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        found = ledger(client, **{"from": "2026-05-01", "to": "2026-05-01", "gaps": "10", "sender": "n07"})

    (gap,) = [gap for gap in found.gaps if gap.datastream == "vale:n07:vw1.frequency"]
    assert (gap.after - site.T0, gap.before - site.T0) == (timedelta(minutes=59.5), timedelta(minutes=90))


def test_the_ledger_is_a_file_too(client: httpx.Client) -> None:
    """format=csv has the sequence states, and they are those of the JSON answer."""
    lines = list(csv.DictReader(client.get("/api/v1/facilities/vale/ledger?format=csv").text.splitlines()))

    assert [(one["sender"], one["epoch"], int(one["sent"]), int(one["lost"])) for one in lines] == [
        (one.sender, one.epoch, one.counts.sent, one.counts.lost) for one in ledger(client).sequence_states
    ]


def test_what_a_gateway_may_still_bring_is_not_lost(own_database: TestDatabase, own_server: ApiServer) -> None:
    """While batch 1 waits with an ingest that has ended, answer and page say "on the way"; once it is there, what it
    did not bring is lost."""
    told: list[tuple[int, int, int, bool]] = []
    with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:
        owner.execute("DELETE FROM sequence_state")
    with (
        database.connect(own_database.conninfo("tailwatch_ingest")) as connection,
        httpx.Client(base_url=own_server.url, timeout=60) as client,
    ):
        store = Store(3600, revisions.take_verdicts)
        store.greet(connection)
        for seq, packs in ((0, [pack(0)]), (2, [pack(4, 4)]), (1, [pack(1, 1), pack(2, 1)])):
            with connection.transaction():
                store.write(connection, [arrival(message(seq, packs=packs))])
            (n07,) = ledger(client, sender="n07").senders
            page = client.get("/f/vale/ledger", params={"sender": "n07"}).text
            told.append((n07.counts.stored, n07.counts.pending, n07.counts.lost, "will not arrive" in page))

    assert told == [(1, 0, 0, False), (2, 3, 0, False), (4, 0, 1, True)]


def test_what_no_statement_places_is_told_as_not_known_which(own_database: TestDatabase, own_server: ApiServer) -> None:
    """A node dropped 5 of its first 30 packs and was acknowledged the others; 5 are missing: dropped, or lost."""
    packs = [pack(seq)._replace(dropped=0) for seq in range(25)] + [pack(30, 30)._replace(dropped=5)]
    with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:
        owner.execute("DELETE FROM sequence_state")
    with (
        database.connect(own_database.conninfo("tailwatch_ingest")) as connection,
        httpx.Client(base_url=own_server.url) as client,
    ):
        store = Store(3600, revisions.take_verdicts)
        store.greet(connection)
        with connection.transaction():
            store.write(connection, [arrival(message(0, packs=packs))])
        (state,) = ledger(client, sender="n07").sequence_states
        page = client.get("/f/vale/ledger", params={"sender": "n07"}, timeout=60).text

    assert (state.counts.dropped, state.counts.lost, state.unplaced) == (5, 0, 5)
    assert "5 dropped or lost, unknown which" in page


def test_what_a_silent_gateway_holds_is_told_as_not_settled(own_database: TestDatabase, own_server: ApiServer) -> None:
    """Batch 1 of 0 to 2 never came, and the gateway is silent for four days; who asks says after how long it counts."""
    with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:
        owner.execute("DELETE FROM sequence_state")
        with database.connect(own_database.conninfo("tailwatch_ingest")) as connection:
            store = Store(3600, revisions.take_verdicts)
            store.greet(connection)
            for seq, packs in ((0, [pack(0)]), (2, [pack(4, 4)])):
                with connection.transaction():
                    store.write(connection, [arrival(message(seq, packs=packs))])
        owner.execute("UPDATE sequence_state SET updated_at = now() - interval '4 days' WHERE sender LIKE '\\_edge%'")
        with httpx.Client(base_url=own_server.url, timeout=60) as client:
            (silent,) = ledger(client, sender="n07").sequence_states
            (patient,) = ledger(client, sender="n07", unsettled_after_h="100").sequence_states
            page = client.get("/f/vale/ledger", params={"sender": "n07"}).text

    assert silent.unsettled_since is not None and silent.counts.pending == 3 and "not settled since" in page
    assert patient.unsettled_since is None


MANY: str = """
INSERT INTO sequence_state (facility_id, sender, epoch, through, sent, stored, lost, pending, started_at, updated_at)
SELECT 'vale', 'n07', lpad(to_hex(number), 8, '0'), 0, 5, 3, 1, 1, at, at
FROM generate_series(1, 10000) AS number, LATERAL (SELECT now() - number * interval '1 minute') AS told (at)"""


def test_a_sender_with_ten_thousand_epochs_is_answered_within_bounds(
    own_database: TestDatabase, own_server: ApiServer
) -> None:
    """The sums are whole and the list is cut and says so; once ingest has folded, 64 stand beside one sum."""
    with psycopg.connect(own_database.conninfo()) as owner, httpx.Client(base_url=own_server.url, timeout=60) as client:
        owner.execute("DELETE FROM sequence_state WHERE sender = 'n07'")
        owner.execute(MANY.encode())
        owner.commit()
        long = ledger(client, sender="n07")
        page = client.get("/f/vale/ledger", params={"sender": "n07"}).text
        owner.execute("SELECT fold_epochs(64, 1000, 20000)")
        owner.commit()
        folded = ledger(client, sender="n07")
        (node,) = [one for one in client.get("/api/v1/facilities/vale/nodes").json()["nodes"] if one["id"] == "n07"]

    assert (len(long.sequence_states), long.hidden_sequence_states) == (5000, 5000)
    assert long.senders[0].counts.sent == folded.senders[0].counts.sent == 50_000
    assert long.senders[0].epochs == folded.senders[0].epochs == 10_000
    assert (len(folded.sequence_states), folded.hidden_sequence_states) == (65, 0)
    assert (folded.sequence_states[0].epoch, folded.sequence_states[0].epochs) == ("earlier", 9936)
    assert (folded.senders[0].counts.lost, folded.senders[0].counts.pending) == (10_000 + 9936, 64)
    assert "9940 older epochs are in the file" in page and page.count("<tr>") < 200
    assert len(node["epochs"]) == 20


def test_a_restore_that_was_tried_is_told(own_database: TestDatabase, own_server: ApiServer) -> None:
    """Without an archive of the log there is no word; with one its newest trial, and never what of whom differs."""
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        none = ledger(client).restore
        with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:
            owner.execute("INSERT INTO log_archive (base_every_h, try_every_h) VALUES (24, 24)")
            waiting = ledger(client).restore
            owner.execute(
                "INSERT INTO restore_trial (began_at, ended_at, moment, verdict, month_count, row_count, differences)"
                " VALUES (now() - interval '9 s', now(), now(), 'different', 1, 5, '{rosa:n01}')"
            )
        answer = client.get("/api/v1/facilities/vale/ledger")
        told = Ledger.model_validate_json(answer.content).restore

    assert none is None and waiting is not None and waiting.standing == "waiting"
    assert told is not None and (told.standing, told.good_at, told.took_s) == ("different", None, 9.0)
    assert "rosa:n01" not in answer.text
