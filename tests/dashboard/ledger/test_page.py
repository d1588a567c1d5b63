"""The proof page: what was sent, what became of it, and sentences that follow from the counts."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Page

import texts
from api.ledger.models import Ledger, LedgerCounts, LedgerDay, RestoreTrial, Sender, SequenceState
from api.quarantine.models import Room
from dashboard.ledger import page as ledger
from dashboard.period import Period
from dashboard.view_models import DatastreamRow
from tests.dashboard.conftest import open_page, save_picture
from tests.dashboard.examples import datastream, facility

EN = texts.load()
AT = datetime(2026, 11, 25, 13, 32, tzinfo=UTC)
TRIAL = {"began_at": AT, "try_every_h": 24.0, "tried_at": None, "moment": None, "took_s": None, "good_at": None}
NONE = dict.fromkeys(LedgerCounts.model_fields, 0)


def sequence_state(sender: str, epoch: str, **counts: int) -> SequenceState:
    """One epoch; `sent` is the sum of the fates."""
    told = {**NONE, **counts}
    sent = sum(told[fate] for fate in ledger.FATES)
    return SequenceState(
        sender=sender,
        epoch=epoch,
        started_at=AT,
        updated_at=AT,
        through=0,
        counts=LedgerCounts(**{**told, "sent": sent}),
    )


def summed(sequence_states: tuple[SequenceState, ...]) -> list[Sender]:
    """The sums of the senders, as the api gives them."""
    sums: dict[str, Sender] = {}
    for one in sequence_states:
        known = sums.setdefault(one.sender, Sender(sender=one.sender, counts=LedgerCounts(**NONE)))
        counts = {word: getattr(known.counts, word) + getattr(one.counts, word) for word in NONE}
        told = {word: getattr(known, word) + getattr(one, word) for word in ("before_ledger", "jumps", "epochs")}
        sums[one.sender] = known.model_copy(update={"counts": LedgerCounts(**counts), **told})
    return list(sums.values())


def proof(*sequence_states: SequenceState, days: tuple[LedgerDay, ...] = ()) -> ledger.Proof:
    """The page's lines for some sequence states."""
    return ledger.proof(
        Ledger(
            facility="vale",
            senders=summed(sequence_states),
            sequence_states=list(sequence_states),
            days=list(days),
            gaps=[],
        )
    )


def raw(name: str, age_s: float | None, days: float = 60) -> DatastreamRow:
    """A raw datastream that is expected every minute, measured since so many days."""
    row = replace(datastream(name, "reading", 1.0, age_s), formula=None)
    return replace(row, first_time=None if age_s is None else AT - timedelta(days=days))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([raw("n01:vw1.digits", 12)], "No gap: all expected raw readings are here."),
        ([], "No raw readings here, so no gap to find."),
        ([raw("n01:vw1.digits", None)], "No raw readings here, so no gap to find."),
        (
            [raw("n01:vw1.digits", 12), raw("n02:vw1.digits", 90_000), raw("n03:vw1.digits", None)],
            "No gap in the readings that came."
            " 2 series are silent or were never measured: n02:vw1.digits, n03:vw1.digits.",
        ),
        (
            [replace(raw("n01:vw1.digits", 12), expected_interval_s=None)],
            "No raw readings here, so no gap to find.",
        ),
        ([raw("n01:vw1.digits", 12, days=-1)], "No raw readings here, so no gap to find."),
    ],
)
def test_no_gap_is_said_of_what_was_expected_and_came(rows: list[DatastreamRow], said: str) -> None:
    """What is silent, was never measured, or has no interval, is not whole without a gap."""
    shows = Period(AT - timedelta(days=30), AT, "30d")

    assert ledger.without_gaps(facility(rows, []), "", shows, EN) == said


def test_all_accounted_for_is_green_and_says_the_sum() -> None:
    """90 stored and 10 in quarantine are 100 sent: nothing is lost."""
    found = ledger.verdict(proof(sequence_state("n01", "0a", stored=90, quarantined=10)), EN)

    assert (found.state, found.title) == ("green", "Nothing lost: all packs accounted for")
    assert found.says == "100 packs sent = 90 stored + 10 in quarantine."


def test_what_waits_in_quarantine_is_said_and_is_no_green() -> None:
    """All packs are stored, and 600 readings of them are not: it is said, also of a node that has no epoch here."""
    whole = proof(sequence_state("n01", "0a", stored=90))
    (line,) = whole.senders
    waiting = replace(line, waiting_readings=600, waiting_messages=3)
    found = ledger.verdict(replace(whole, senders=(waiting,)), EN)
    unknown = ledger.verdict(replace(proof(), senders=(replace(waiting, sender="n99"),)), EN)

    assert (found.state, found.title) == ("yellow", "Nothing lost: refused packs are in quarantine")
    assert found.says == "90 packs sent = 90 stored. 3 messages in quarantine, with 600 readings."
    assert unknown.state == "yellow"


def test_a_quarantine_that_is_nearly_full_is_said_before_it_is() -> None:
    """At four fifths of the budget, with what to do; below nothing is said."""
    whole = proof(sequence_state("n01", "0a", stored=90))
    near, far = (Room(bytes=size, budget=1000, is_nearly_full=is_near) for size, is_near in ((839, True), (700, False)))

    said = ledger.verdict(replace(whole, room=near), EN).says
    assert "Quarantine 83 % full." in said
    assert "full" not in ledger.verdict(replace(whole, room=far), EN).says


def test_what_will_not_come_is_said() -> None:
    """Lost, dropped and unreadable packs together, of all sent; batches of a gateway are not packs."""
    found = proof(
        sequence_state("n01", "0a", stored=80, lost=3, dropped=2),
        sequence_state("n01", "0b", unreadable=1),
        sequence_state("_edge/gw1", "0c", stored=7, lost=1),
    )

    assert ledger.verdict(found, EN).state == "yellow"
    assert ledger.verdict(found, EN).title == "6 of 86 packs will not arrive"


def test_what_a_restored_ledger_never_heard_of_is_said() -> None:
    """An epoch that was first heard of at its seventh pack: no part of the sum, and not passed over in silence."""
    heard = sequence_state("n01", "0a", stored=5).model_copy(update={"before_ledger": 7})

    says = ledger.verdict(proof(heard), EN).says
    assert says == "5 packs sent = 5 stored. 7 more were settled before this ledger knew their epochs."


def test_a_jump_is_said_and_is_no_green() -> None:
    """What lies in it is under no word, so the sum is whole; who looks is told that a sender is broken."""
    jumped = sequence_state("n01", "0a", stored=5).model_copy(update={"jumps": 1})
    found = ledger.verdict(proof(jumped), EN)

    assert (found.state, found.title) == ("yellow", "All packs accounted for, but a numbering jumped")
    assert found.says.startswith("5 packs sent = 5 stored. A sender's numbering jumped once by more than it can hold")


def test_a_line_that_does_not_add_up_is_an_alarm() -> None:
    """The database refuses such a sequence state; should one ever be read, the page says so."""
    good = proof(sequence_state("n01", "0a", stored=5))
    (line,) = good.sequence_states
    bad = replace(good, sequence_states=(replace(line, counts={**line.counts, "stored": 4}),))

    assert (ledger.verdict(bad, EN).state, ledger.verdict(bad, EN).title) == ("red", "The sum is wrong")
    assert ledger.verdict(proof(), EN).state == "unknown"


def test_nodes_come_before_gateways_and_the_newest_epoch_first() -> None:
    """Days are the sum of the nodes, newest first."""
    old, late = (
        sequence_state("n01", "0a", stored=1),
        sequence_state("n01", "0b", stored=1).model_copy(update={"started_at": AT}),
    )
    old = old.model_copy(update={"started_at": datetime(2026, 1, 1, tzinfo=UTC)})
    counts = dict.fromkeys(ledger.OF_DAY, 0) | {"stored": 2}
    days = tuple(
        LedgerDay(day=date(2026, 11, day), sender=sender, **counts)
        for day in (1, 2)
        for sender in ("n01", "n02", "_edge/gw1")
    )
    found = proof(sequence_state("_edge/gw1", "0c", stored=1), old, late, days=days)

    assert [line.sender for line in found.senders] == ["n01", "_edge/gw1"]
    assert [line.sequence_state.epoch for line in found.sequence_states if line.sequence_state] == ["0b", "0a", "0c"]
    assert [(day.day, told["stored"]) for day, told in found.days] == [(2, 4), (1, 4)]


def test_without_an_archive_of_the_log_the_page_says_so(client: httpx.Client) -> None:
    """That nothing is tried is said in a sentence, in the language of the reader, and no state is shown for it."""
    pages = {tag: client.get(f"/f/vale/ledger?lang={tag}").text for tag in ("en", "es", "pt")}

    for tag, text in pages.items():
        section = text[text.index('aria-labelledby="restore"') :].partition("</section>")[0]
        assert texts.load(tag)["restore"]["none"] in section
        assert 'class="tag' not in section


@pytest.mark.parametrize(
    ("standing", "state"),
    [("good", "green"), ("waiting", "unknown"), ("old", "yellow"), ("failed", "yellow"), (None, "unknown")],
)
def test_only_an_equal_and_new_restore_is_green(standing: str | None, state: str) -> None:
    """A restore that is old, failed, was never tried or is not set up is no green."""
    told = None if standing is None else RestoreTrial.model_validate({**TRIAL, "standing": standing})

    assert ledger.restore_state(told) == state


def test_the_page_the_file_and_the_api_agree(page: Page, client: httpx.Client) -> None:
    """Each line of the table has the counts of the api, says that it adds up, and the gap of n03 is listed."""
    open_page(page, "/f/vale/ledger")
    save_picture(page, "ledger")
    rows = page.locator("#accounts tbody tr").all()
    told = {
        row.locator("a").inner_text(): [re.sub(r"\D", "", cell) for cell in row.locator("td.r").all_inner_texts()]
        for row in rows
    }
    answer = client.get("/api/v1/facilities/vale/ledger").json()["senders"]
    order = ("sent", *ledger.FATES, *ledger.BESIDE)

    assert told == {
        one["sender"]: [*(str(one["counts"][key]) for key in order), str(one["waiting_readings"])] for one in answer
    }
    assert page.locator("#accounts").get_by_text("adds up").count() == len(rows)
    assert "n03:battery.voltage" in page.locator("#gap-list").inner_text()


def test_one_sender_and_its_file(page: Page) -> None:
    """Choosing a node keeps its epochs and gaps alone, and the download is of it."""
    open_page(page, "/f/vale/ledger")
    page.locator("select[name=sender]").select_option("n03")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_selector("body[data-ready]")
    address = page.locator("#csv").get_attribute("href")

    assert page.locator("#accounts tbody tr").count() == 1
    assert address == "/api/v1/facilities/vale/ledger?sender=n03&format=csv"
