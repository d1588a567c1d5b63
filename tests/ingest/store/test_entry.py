"""Tests of entering arrivals in the ledger, on pages without a database."""

import random
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from codec.batch import PackRecord
from ingest.store import entry
from ingest.store.chains import Chains, sections
from ingest.store.ledger import Key
from ingest.store.page import LedgerEntry
from tests.ingest.batches import AGENT, EPOCH, FACILITY, NODE_EPOCH, START_S, arrival, message, pack

OWN: Key = (FACILITY, f"_edge/{AGENT}", EPOCH)
NODE: Key = (FACILITY, "n07", NODE_EPOCH)
LATE_AFTER_S = 3600


def pages() -> dict[Key, LedgerEntry]:
    return {OWN: LedgerEntry(), NODE: LedgerEntry()}


def test_keys_are_those_of_agent_and_nodes() -> None:
    """A batch touches its agent's sequence state and that of each pack it tells of; garbage touches none."""
    assert entry.keys([arrival(message(0, packs=[pack(0), pack(1)])), arrival(b"garbage")]) == {OWN, NODE}


def test_a_repeated_batch_is_left_out_with_its_packs() -> None:
    """The second of two equal batches is not new, and its packs are not entered again."""
    open_pages, twice = pages(), [arrival(message(0, packs=[pack(0)]))] * 2

    assert entry.enter(twice, open_pages, Chains(), LATE_AFTER_S) == twice[:1]
    assert (open_pages[OWN].repeats, open_pages[NODE].repeats) == (1, 0)


def test_what_has_no_place_is_always_passed_on() -> None:
    """A message whose head cannot be read is passed on: the quarantine knows its bytes."""
    garbage = arrival(b"garbage")

    assert entry.enter([garbage, garbage], pages(), Chains(), LATE_AFTER_S) == [garbage, garbage]


def test_a_poison_batch_is_entered_as_quarantined() -> None:
    """A batch with a readable head takes its place in the sequence state, as quarantined."""
    open_pages = pages()
    entry.enter([arrival(message(0)[:-1])], open_pages, Chains(), LATE_AFTER_S)

    assert (open_pages[OWN].through, open_pages[OWN].quarantined) == (0, 1)


@pytest.mark.parametrize(
    ("at_s", "day"), [(START_S, date(2025, 11, 24)), (None, date(2025, 11, 25)), (2**50, date(2025, 11, 25))]
)
def test_a_pack_counts_on_the_day_of_its_own_time(at_s: int | None, day: date) -> None:
    """The day is that of `bt`; of the arrival at the agent when there is none or no calendar has it."""
    open_pages = pages()
    record = PackRecord(
        "n07", (START_S + 86_400) * 1000, NODE_EPOCH, 0, 0, status="stored", dropped=None, at_s=at_s, late=0
    )
    entry.enter([arrival(message(0, packs=[record]))], open_pages, Chains(), LATE_AFTER_S)

    assert {one: words["stored"] for one, words in open_pages[NODE].days.items()} == {day: 1}


@pytest.mark.parametrize("status", ["stored", "quarantined"])
def test_a_pack_that_is_dated_ahead_counts_on_the_day_on_which_it_came(status: str) -> None:
    """The ledger has no day of next year: neither by a node's clock, nor by that of a gateway that took it in."""
    open_pages, year_s = pages(), 365 * 86_400
    now = arrival(b"").received_s
    ahead_s = round(now) + year_s
    records = [
        PackRecord("n07", at_s * 1000, NODE_EPOCH, seq, 0, status=status, dropped=None, at_s=ahead_s, late=0)
        for seq, at_s in enumerate((round(now) - 86_400, ahead_s))
    ]
    entry.enter([arrival(message(0, packs=records))], open_pages, Chains(), LATE_AFTER_S)

    today = datetime.fromtimestamp(now, UTC).date()
    counts = {day: words[status] for day, words in open_pages[NODE].days.items()}
    assert counts == {today - timedelta(days=1): 1, today: 1}
    assert open_pages[NODE].sequence_state is not None and open_pages[NODE].through == 1


def test_late_is_later_than_the_bound() -> None:
    """A pack that comes within the bound after its time is in time, a second more is late."""
    open_pages = pages()
    now = arrival(b"").received_s
    packs = [pack(seq, at_s=round(now) - age_s) for seq, age_s in enumerate((LATE_AFTER_S - 60, LATE_AFTER_S + 60))]
    entry.enter([arrival(message(0, packs=packs))], open_pages, Chains(), LATE_AFTER_S)

    assert open_pages[NODE].late == 1


def contents(open_pages: dict[Key, LedgerEntry]) -> dict[Key, tuple[object, ...]]:
    """All that is entered on each page."""
    return {
        key: (
            page.sequence_state and page.sequence_state.state(),
            page.quarantined,
            page.late,
            page.repeats,
            dict(page.days),
        )
        for key, page in open_pages.items()
    }


@pytest.mark.parametrize("seed", range(20))
def test_runs_enter_what_the_messages_do_one_by_one(seed: int) -> None:
    """Whether a group is usual or has gaps, repeats, voids, late packs or garbage, the pages end up the same."""
    chance = random.Random(seed)
    at_once, one_by_one, seq, ways = pages(), pages(), -1, set()
    for step in range(12):
        group, is_usual = [], step < 6 or chance.random() < 0.3
        for _ in range(chance.randint(1, 5)):
            seq += 1 if is_usual else chance.choice((0, 1, 1, 2))
            oldest_unacked = max(0, seq - 9) if is_usual else chance.randint(0, seq)
            status = "stored" if is_usual else chance.choice(("stored", "void", "quarantined"))
            at_s = chance.choice((START_S, START_S + 86_400, int(time.time())))
            payload = message(seq, packs=[pack(seq, oldest_unacked, at_s, status)], oldest_unacked=oldest_unacked)
            group.append(arrival(payload if is_usual or chance.random() < 0.8 else payload[:-1]))
        ahead = entry.runs(group, LATE_AFTER_S)
        ways.add(ahead is not None and all(at_once[key].is_followed(run) for key, run in ahead.items()))

        found = entry.enter(group, at_once, Chains(sections(group)), LATE_AFTER_S, ahead)

        assert list(found) == entry.enter(group, one_by_one, Chains(), LATE_AFTER_S)
        assert contents(at_once) == contents(one_by_one)
    assert ways == {False, True}


def test_runs_are_of_the_keys() -> None:
    """A usual group has a run for each sequence state that it touches; one with garbage has none."""
    usual = [arrival(message(0, packs=[pack(0), pack(1)])), arrival(message(1))]

    assert (entry.runs(usual, LATE_AFTER_S) or {}).keys() == entry.keys(usual)
    assert entry.runs([*usual, arrival(b"garbage")], LATE_AFTER_S) is None
