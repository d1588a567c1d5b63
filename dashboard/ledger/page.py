"""The proof page: everything that was sent, and what became of it, so that each row and each sum adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from api.http.dependencies import Data
from api.ledger import answers
from api.ledger.models import Gap, Ledger, RestoreTrial, Sender, SequenceState
from api.quarantine.models import Room, UndeclaredChannel
from dashboard import numbers, pages, period, states
from dashboard.key_figures import Fact
from dashboard.reads import Shown
from dashboard.verdict import VerdictBanner, names
from dashboard.view_models import DatastreamRow, FacilityRow
from texts import Texts, say
from wire.sequence import FOLDED_EPOCH

FATES: Final = ("stored", "quarantined", "dropped", "unreadable", "lost", "pending")
"""What `sent` is made of."""
BESIDE: Final = ("late", "duplicate")
OF_DAY: Final = ("stored", "quarantined", "dropped", "unreadable", "lost", "late", "duplicate")
EDGE: Final = "_edge/"
DEFAULT_DAYS: Final = "30d"
MAX_GAPS: Final = 25
MAX_SEQUENCE_STATES: Final = 60
STATES: Final = {"good": states.GREEN, "waiting": states.UNKNOWN}
"""Of the standing of a restore; all others ask for a look."""
MAX_DAYS: Final = timedelta(days=62)


@dataclass(frozen=True)
class Account:
    """One line of the ledger: a sender, or a sequence state of it, with its counts.

    waiting_readings: of a sender, refused alone and in quarantine; their packs are stored. waiting_messages: all that
    waits of it.
    """

    sender: str
    counts: Mapping[str, int]
    sequence_state: SequenceState | None = None
    waiting_readings: int = 0
    waiting_messages: int = 0

    @property
    def is_balanced(self) -> bool:
        return self.counts["sent"] == sum(self.counts[fate] for fate in FATES)

    @property
    def is_sum(self) -> bool:
        """Of several epochs; one stands under its own name, but for one that was summed up first of all."""
        return self.sequence_state is not None and self.sequence_state.epoch == FOLDED_EPOCH

    @property
    def is_agent(self) -> bool:
        return self.sender.startswith(EDGE)


@dataclass(frozen=True)
class Proof:
    """What the page shows: lines by sender and by epoch, what each day added, and the longest gaps of the period."""

    senders: tuple[Account, ...]
    sequence_states: tuple[Account, ...]
    days: tuple[tuple[Any, Mapping[str, int]], ...] = ()
    gaps: tuple[Gap, ...] = ()
    """The longest of `gap_count`; `gap_missing` is of all of them."""
    gap_count: int = 0
    gap_missing: int = 0
    hidden_sequence_states: int = 0
    totals: Mapping[str, int] = field(default_factory=dict)
    room: Room | None = None
    restore: RestoreTrial | None = None
    jumps: int = 0
    """Of the numbering of the senders that are summed up; what lies between is no part of any sum."""
    unplaced: int = 0
    """Of the dropped: not known whether dropped or lost."""
    before_ledger: int = 0
    """Of epochs that this ledger first heard of in their middle, after a restore for example; no part of any sum."""

    @property
    def waiting_readings(self) -> int:
        return sum(line.waiting_readings for line in self.senders)

    @property
    def waiting_messages(self) -> int:
        return sum(line.waiting_messages for line in self.senders)

    @property
    def is_balanced(self) -> bool:
        return all(line.is_balanced for line in self.sequence_states)


async def read(
    database: Data, facility: FacilityRow, asked: Mapping[str, str], shows: period.Period, now: datetime
) -> Proof:
    """Ask the api for the ledger of a facility, or of the sender that is asked for."""
    first, last = shows.start.date(), (shows.end - timedelta(microseconds=1)).date()
    sender, within = asked.get("sender") or None, (shows.start, shows.end)
    return proof(
        await answers.of_facility(database, facility.id, sender, first, last, gaps=MAX_GAPS, now=now, within=within)
    )


def proof(ledger: Ledger) -> Proof:
    """Set the answer of the api out as lines; nodes before agents, the newest epoch first."""
    senders = ledger.senders
    lines = sorted(map(_account, senders), key=_place)
    newest = sorted(ledger.sequence_states, key=lambda one: one.started_at, reverse=True)
    told = sorted((Account(one.sender, one.counts.model_dump(), one) for one in newest), key=_place)
    by_day: dict[Any, dict[str, int]] = {}
    for one in ledger.days:
        if not one.sender.startswith(EDGE) or len(senders) == 1:
            total = by_day.setdefault(one.day, dict.fromkeys(OF_DAY, 0))
            for key in OF_DAY:
                total[key] += getattr(one, key)
    packs = [line for line in lines if not line.is_agent] or lines
    totals = {key: sum(line.counts[key] for line in packs) for key in ("sent", *FATES, *BESIDE)}
    hidden = max(0, len(told) - MAX_SEQUENCE_STATES) + ledger.hidden_sequence_states
    shown = tuple(sorted(by_day.items(), reverse=True))
    summed = [one for one in senders if not one.sender.startswith(EDGE) or len(senders) == 1]
    return Proof(
        tuple(lines),
        tuple(told[:MAX_SEQUENCE_STATES]),
        shown,
        tuple(ledger.gaps),
        gap_count=ledger.gap_count,
        gap_missing=ledger.gap_missing,
        hidden_sequence_states=hidden,
        totals=totals,
        room=ledger.room,
        restore=ledger.restore,
        jumps=sum(one.jumps for one in summed),
        unplaced=sum(one.unplaced for one in newest if not one.sender.startswith(EDGE) or len(senders) == 1),
        before_ledger=sum(one.before_ledger for one in summed),
    )


def _account(one: Sender) -> Account:
    return Account(
        one.sender,
        one.counts.model_dump(),
        waiting_readings=one.waiting_readings,
        waiting_messages=one.waiting_messages,
    )


def _place(line: Account) -> tuple[bool, str]:
    return line.is_agent, line.sender


def shown_period(asked: Mapping[str, str], zone: str, now: datetime) -> period.Period:
    """Give the period of the days and gaps; a longer one than 62 days is cut at its start."""
    shows = period.parse(asked.get("from"), asked.get("to"), zone, now, DEFAULT_DAYS)
    return period.Period(max(shows.start, shows.end - MAX_DAYS), shows.end, shows.moving)


def page(
    shown: Shown,
    texts: Texts,
    asked: Mapping[str, str],
    shows: period.Period,
    found: Proof,
    *,
    undeclared: Sequence[UndeclaredChannel] = (),
) -> dict[str, Any]:
    """Give what the template needs; undeclared: channels that come and that the facility file does not know."""
    one = shown.facilities[0]
    sender = asked.get("sender", "")
    query = {"sender": sender, "format": "csv"} if sender else {"format": "csv"}
    senders = [node.id for node in one.nodes] + sorted({EDGE + node.agent for node in one.nodes if node.agent})
    return pages.shared(shown, texts, "facilities", one.timezone, one) | {
        "tab": "ledger",
        "verdict": verdict(found, texts),
        "facts": facts(found, texts),
        "proof": found,
        "undeclared": undeclared,
        "restore": found.restore,
        "restore_state": restore_state(found.restore),
        "no_gaps": without_gaps(one, sender, shows, texts),
        "sender": sender,
        "senders": senders if sender in ("", *senders) else [*senders, sender],
        "period": period.words(shows, one.timezone, shown.now),
        "csv": f"/api/v1/facilities/{one.id}/ledger?{urlencode(query)}",
        "fates": FATES,
        "beside": BESIDE,
        "of_day": OF_DAY,
        **pages.fields(shows, one.timezone),
        **pages.heading(one, texts),
    }


def verdict(found: Proof, texts: Texts) -> VerdictBanner:
    """Answer 'is anything lost?' in one sentence, and what the sum is made of in the next."""
    words, totals = texts["proof"], found.totals
    if not totals.get("sent") and not found.waiting_messages:
        return VerdictBanner(states.UNKNOWN, words["nothing"], words["nothing_says"])
    parts = [f"{numbers.count(totals[fate])} {words['fates'][fate]}" for fate in FATES if totals[fate]]
    says = say(words["sum"], sent=numbers.count(totals["sent"]), parts=" + ".join(parts))
    if found.unplaced:
        says += " " + say(words["unplaced"], found.unplaced)
    if found.before_ledger:
        says += " " + say(words["before_ledger"], found.before_ledger)
    if found.jumps:
        says += " " + say(words["jumps"], found.jumps)
    if found.waiting_messages:
        readings = say(words["waiting_readings"], found.waiting_readings, count=numbers.count(found.waiting_readings))
        says += " " + say(
            words["waiting"], found.waiting_messages, count=numbers.count(found.waiting_messages), readings=readings
        )
    if found.room and found.room.is_nearly_full:
        says += " " + say(words["nearly_full"], share=numbers.count(100 * found.room.bytes // found.room.budget))
    if not found.is_balanced:
        return VerdictBanner(states.RED, words["broken"], says)
    gone = totals["lost"] + totals["dropped"] + totals["unreadable"]
    if gone:
        return VerdictBanner(states.YELLOW, say(words["gone"], gone, sent=numbers.count(totals["sent"])), says)
    if found.waiting_messages:
        return VerdictBanner(states.YELLOW, words["kept"], says)
    if found.jumps:
        return VerdictBanner(states.YELLOW, words["jumped"], says)
    return VerdictBanner(states.GREEN, words["whole"], says)


def restore_state(restore: RestoreTrial | None) -> str:
    """Give the state of the restore that was tried: green only where the newest was equal, and is not old."""
    return states.UNKNOWN if restore is None else STATES.get(restore.standing, states.YELLOW)


def without_gaps(facility: FacilityRow, sender: str, shows: period.Period, texts: Texts) -> str:
    """Say that no gap was found, of the raw readings that were expected and came; one that never came has no gap.

    sender: the node whose readings are asked for; '': all.
    """
    expected = [
        row
        for row in facility.datastreams
        if row.is_raw and not row.is_manual and row.expected_interval_s is not None and sender in ("", row.node)
    ]
    quiet = [row.name for row in expected if not _came(row, shows)]
    words = texts["proof"]
    if len(quiet) == len(expected):
        return str(words["no_gaps_none"])
    return say(words["no_gaps_part"], len(quiet), names=names(quiet)) if quiet else str(words["no_gaps"])


def _came(row: DatastreamRow, shows: period.Period) -> bool:
    """Whether readings of a datastream came in a period, and still do."""
    if row.time is None or row.first_time is None or row.state == states.STALE:
        return False
    return row.first_time < shows.end and row.time >= shows.start


def facts(found: Proof, texts: Texts) -> list[Fact]:
    """Give the seven figures of the proof."""
    words, totals = texts["ledger"], found.totals
    missing = found.gap_missing
    beside = [Fact(words[key], numbers.count(totals.get(key, 0))) for key in ("stored", "quarantined", "lost", "late")]
    waiting = Fact(words["waiting_readings"], numbers.count(found.waiting_readings))
    gaps = Fact(
        texts["proof"]["gaps_fact"],
        numbers.count(found.gap_count),
        sub=say(texts["proof"]["gaps_missing"], missing, count=numbers.count(missing)),
    )
    return [Fact(words["sent"], numbers.count(totals.get("sent", 0))), *beside, waiting, gaps]
