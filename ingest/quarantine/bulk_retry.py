"""Retrying: what was refused and is acceptable now is stored, each reading once and at its own time.

Many messages are tried in slices, each a transaction, so that live data never waits, and a person can stop between two
of them. Readings of nodes are stored as a revision a slice, which can be undone; what is made of them is derived anew.
A whole batch of a gateway is taken in as if it came now. A message of which something was stored is `retried` and stays
as it came; what of it still cannot be stored goes back into quarantine, with the reason of now.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import psycopg

from codec.batch import BatchObservation
from ingest import rederive, revisions
from ingest.quarantine import placed_readings
from ingest.quarantine.decisions import latest_ms
from ingest.quarantine.messages import COLUMNS, MS, QuarantinedMessage, readings, wanted_unit
from ingest.quarantine.placed_readings import PlacedReadings
from ingest.quarantine.taken_places import TakenPlaces
from ingest.receive.decode import decode
from ingest.revisions import RevisionRefused
from ingest.settings import LATE_AFTER_S
from ingest.store import Store, quarantine
from ingest.store.refusal import MAX_CFG
from ingest.store.refused_readings import RefusedReadings
from ingest.values import Connection, Delivery, RefusedMessage
from tailings.facility import Facility
from wire import BadPack, reasons, topics
from wire.names import is_id

MOST_MESSAGES: Final = 1_000
MOST_READINGS: Final = 20_000
"""Of one slice, about: a message has up to 5,000."""
MOST_REVISIONS: Final = 1_000
"""That an outcome names."""
NO_LIMIT: Final = 2**62
"""What comes out of quarantine has its room there."""
ONE_MS: Final = timedelta(milliseconds=1)
CHOSEN: Final = """
facility_id = %(facility)s AND state = 'open' AND id <= %(last)s
AND (%(numbers)s::bigint[] IS NULL OR id = ANY (%(numbers)s))
AND (%(reason)s::text IS NULL AND reason <> ALL (%(doubted)s) OR reason = %(reason)s)
AND (%(sender)s::text IS NULL OR sender = %(sender)s)
AND (%(channel)s::text IS NULL OR %(channel)s = ANY (channels))
AND (%(start)s::timestamptz IS NULL OR arrived_at >= %(start)s)
AND (%(stop)s::timestamptz IS NULL OR arrived_at < %(stop)s)"""
LAST: Final = "SELECT coalesce(max(id), 0) FROM quarantine"
COUNT: Final = f"SELECT count(*) FROM quarantine WHERE {CHOSEN}"
NEXT: Final = f"SELECT id, readings FROM quarantine WHERE {CHOSEN} AND id > %(after)s ORDER BY id LIMIT %(most)s"
TAKE: Final = f"SELECT {COLUMNS} FROM quarantine WHERE id = ANY (%s) AND state = 'open' ORDER BY id FOR UPDATE"
IDS: Final = "SELECT name, id FROM datastream WHERE facility_id = %s AND origin = 'measured'"
RETRIED: Final = "UPDATE quarantine SET state = 'retried' WHERE id = ANY (%s)"
DECIDED: Final = """
INSERT INTO quarantine_decision (quarantine_id, state, author, reason, revision_id)
SELECT id, 'retried', %s, %s, %s FROM unnest(%s::bigint[]) AS id ORDER BY id"""


class RetryChoice(msgspec.Struct, frozen=True):
    """Which open messages: all of a facility whose time is believed, or fewer.

    `channel` is a datastream without its facility (`n07:vw1.frequency`); other readings of its messages stay. [start,
    stop) is when they arrived here.
    """

    facility: str
    reason: str | None = None
    sender: str | None = None
    channel: str | None = None
    start: datetime | None = None
    stop: datetime | None = None
    numbers: tuple[int, ...] | None = None


class RetryOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it so far: messages that are retried, readings that are stored now, and those that stay, by reason.

    `after` is the last message that was tried, `last` the last that will be; `total` is how many are chosen.
    """

    last: int
    total: int
    after: int = 0
    tried: int = 0
    messages: int = 0
    readings: int = 0
    left: dict[str, int] = {}
    revisions: tuple[int, ...] = ()
    is_done: bool = False

    @property
    def share(self) -> float:
        """Which share is done."""
        return 1.0 if self.is_done else self.tried / max(self.total, 1)


class Author(msgspec.Struct, frozen=True):
    """Who retries, and why."""

    name: str
    reason: str


def retry_slice(
    connection: Connection, chosen: RetryChoice, author: Author, so_far: RetryOutcome | None = None
) -> RetryOutcome:
    """Try some messages inside the open transaction; begin without `so_far`, and go on with what it returns until
    `is_done`.

    Raises RevisionRefused when there is none such.
    """
    facility = rederive.stored_facility(connection, chosen.facility)
    asked = msgspec.structs.asdict(chosen) | {"doubted": list(reasons.DOUBTED_TIME), "most": MOST_MESSAGES}
    asked["numbers"] = None if chosen.numbers is None else list(chosen.numbers)
    if chosen.reason in reasons.DOUBTED_TIME:
        raise RevisionRefused(f"nobody believes the time of what was refused as {chosen.reason!r}: release it instead")
    if so_far is None:
        so_far = _begin(connection, asked)
    asked |= {"last": so_far.last, "after": so_far.after}
    numbers = _some(connection.execute(NEXT, asked).fetchall())
    if not numbers:
        return msgspec.structs.replace(so_far, is_done=True)
    messages = [QuarantinedMessage(*row) for row in connection.execute(TAKE, (numbers,)).fetchall()]
    found = _Slice(connection, facility, messages, chosen.channel).store(author)
    left = Counter(so_far.left)
    left.update(found.left)
    return RetryOutcome(
        last=so_far.last,
        total=so_far.total,
        after=numbers[-1],
        tried=so_far.tried + len(numbers),
        messages=so_far.messages + found.messages,
        readings=so_far.readings + found.readings,
        left=dict(sorted(left.items())),
        revisions=(*so_far.revisions, *found.revisions)[:MOST_REVISIONS],
    )


def _begin(connection: Connection, asked: dict[str, object]) -> RetryOutcome:
    (last,) = connection.execute(LAST).fetchone() or (0,)
    (total,) = connection.execute(COUNT, asked | {"last": last}).fetchone() or (0,)
    if not total:
        raise RevisionRefused(f"nothing waits in {asked['facility']} that is chosen and can be tried again")
    return RetryOutcome(last=last, total=total)


def _some(rows: Sequence[tuple[int, int]]) -> list[int]:
    """The first of these messages, up to so many readings together."""
    numbers: list[int] = []
    count = 0
    for number, some in rows:
        if numbers and count + some > MOST_READINGS:
            break
        numbers.append(number)
        count += some
    return numbers


class _Found(msgspec.Struct, frozen=True):
    """What came of one slice."""

    messages: int
    readings: int
    left: dict[str, int]
    revisions: tuple[int, ...]


class _Slice:
    """Some messages on their way: what of them is stored, what is there, and what goes back for which reason."""

    def __init__(
        self,
        connection: Connection,
        facility: Facility,
        messages: Sequence[QuarantinedMessage],
        channel: str | None,
    ) -> None:
        self._connection, self._facility, self._messages, self._channel = connection, facility, messages, channel
        self._ids = {name.partition(":")[2]: id for name, id in connection.execute(IDS, (facility.id,)).fetchall()}
        first = datetime.combine(facility.commissioned, datetime.min.time(), ZoneInfo(facility.timezone))
        self._earliest_ms, self._latest_ms = round(first.timestamp() * MS), latest_ms()
        self._fresh: list[BatchObservation] = []
        self._retried: list[int] = []
        self._back: list[RefusedMessage] = []
        self._left: Counter[str] = Counter()
        self._readings = 0

    def store(self, author: Author) -> _Found:
        """Store what can be stored."""
        read: dict[int, list[BatchObservation]] = {}
        for message in self._messages:
            if message.is_batch:
                self._take_batch(message)
            elif (found := self._read(message)) is not None:
                read[message.id] = found
        places = TakenPlaces(self._connection, [one for some in read.values() for one in some], self._ids)
        for message in self._messages:
            if message.id in read:
                self._take(message, read[message.id], places)
        placed = self._write(author) if self._fresh else None
        number = None if placed is None else placed.revision
        quarantine.write(self._connection, self._back)
        self._connection.execute(RETRIED, (self._retried,))
        self._connection.execute(DECIDED, (author.name, author.reason, number, self._retried))
        if placed is not None:
            revisions.touch(self._connection, self._facility.id, placed.replaced)
            self._derive(author, placed)
        made = () if number is None else (number,)
        return _Found(len(self._retried), self._readings, dict(self._left), made)

    def _read(self, message: QuarantinedMessage) -> list[BatchObservation] | None:
        """The readings of a message; None where it cannot be read: it goes back when that has another reason now."""
        try:
            return readings(message)
        except RevisionRefused as refused:
            if isinstance(bad := refused.__cause__, BadPack):
                self._put_back(message, bad.reason, bad.field, bad.fix)
            else:
                self._left[message.reason] += 1
            return None

    def _put_back(self, message: QuarantinedMessage, reason: str, field: str, fix: str) -> None:
        """Leave a message of which nothing can be stored, under the reason of now."""
        self._left[reason] += 1
        if reason == message.reason:
            return
        self._retried.append(message.id)
        self._back.append(
            RefusedMessage(
                facility=message.facility,
                sender=message.sender,
                received_s=message.received_at.timestamp(),
                reason=reason,
                field=field,
                fix=fix,
                raw=message.raw,
                size_bytes=message.size_bytes,
                stage=message.stage,
                epoch=message.epoch,
                seq=message.seq,
            )
        )

    def _take(self, message: QuarantinedMessage, found: Sequence[BatchObservation], places: TakenPlaces) -> None:
        """Take the readings of a message apart into what is stored and what stays."""
        stay: dict[str, list[BatchObservation]] = {}
        taken = 0
        for one in found:
            is_chosen = self._channel in (None, one.name)
            reason = self._reason(one) if is_chosen else message.reason
            if reason is None and places.other(one):
                reason = "conflict"
            if reason is not None:
                stay.setdefault(reason, []).append(one)
                if is_chosen:
                    self._left[reason] += 1
                continue
            taken += 1
            if places.take(one):
                self._fresh.append(one)
        self._readings += taken
        if not taken and set(stay) <= {message.reason}:
            return
        self._retried.append(message.id)
        for reason, some in stay.items():
            stage = message.stage if reason == message.reason else "ingest"
            of_message = RefusedReadings(
                message.facility,
                message.sender,
                reason,
                message.received_at.timestamp(),
                stage,
                epoch=message.epoch,
                seq=message.seq,
            )
            self._back += of_message.messages(some)

    def _reason(self, one: BatchObservation) -> str | None:
        """Why a reading cannot be stored by the facility file of now, None when it can."""
        if one.name not in self._ids or one.name not in self._facility.datastreams:
            return "unknown-datastream"
        if wanted_unit(one, self._facility) is not None:
            return "unit-mismatch"
        if one.cfg is not None and one.cfg > MAX_CFG:
            return "integer"
        if one.time_ms < self._earliest_ms:
            return "before-facility"
        return "clock-ahead" if one.time_ms > self._latest_ms else None

    def _write(self, author: Author) -> PlacedReadings:
        who = (author.name, author.reason)
        return placed_readings.write(self._connection, self._facility.id, *who, self._fresh, ids=self._ids)

    def _derive(self, author: Author, placed: PlacedReadings) -> None:
        """Flag and derive anew, where filters or formulas look at what is stored now, or made it."""
        used = {name for name, one in self._facility.datastreams.items() if not one.is_raw}
        used |= {name for one in self._facility.datastreams.values() for name in one.inputs.values()}
        used |= {name for name, one in self._facility.datastreams.items() if one.filters}
        if used & {one.name for one in self._fresh}:
            rederive.around(
                self._connection, self._facility.id, placed.start, placed.stop, author.name, reason=author.reason
            )

    def _take_batch(self, message: QuarantinedMessage) -> None:
        """Take a whole batch in as if it came now; its place in the sequence of its gateway was accounted for."""
        agent = message.sender.removeprefix("_edge/")
        if len(message.raw) < message.size_bytes or not is_id(agent):
            self._left[message.reason] += 1
            return
        topic, received_s = topics.batch(message.facility, agent), message.received_at.timestamp()
        arrival = decode(Delivery(topic, message.raw, received_s, lambda: None))
        if arrival.batch is None:
            (bad,) = arrival.refused
            self._put_back(message, bad.reason, bad.field, bad.fix)
            return
        store = Store(LATE_AFTER_S, revisions.take_verdicts, quarantine_bytes=NO_LIMIT)
        store.greet(self._connection)
        try:
            with self._connection.transaction():
                stored = store.take_again(self._connection, arrival)
        except psycopg.DataError:
            self._left[message.reason] += 1
            return
        self._readings += stored.new_rows
        self._retried.append(message.id)
