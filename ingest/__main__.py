"""Ingest as a program: `python -m ingest SETTINGS.toml [--migrate]`. The one place that joins its rooms."""

import argparse
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from codec import fastbatch
from ingest import database, migrate, rederive, revisions, rollups, screening, settings, versions
from ingest.alarms import Equipment, Files, Levels
from ingest.assessment import Assessor
from ingest.commands import CommandRunner, kinds
from ingest.database import DatabaseLink, DatabaseTimeline, Stopped
from ingest.jobs.database_thread import DatabaseThread
from ingest.jobs.ingest_state import Figures, IngestState
from ingest.jobs.scheduler import JobScheduler, Work
from ingest.notifications import BadAddress, Notifier, by_apprise, by_pager
from ingest.notifications.heartbeat import Check, Heartbeat, Target
from ingest.notifications.links import Pages
from ingest.receive import acks
from ingest.receive.decode import DecodeBatches
from ingest.receive.gather import Ahead, Group, gather
from ingest.receive.states import States
from ingest.receive.subscribe import BrokerSubscriber
from ingest.receive.time_replies import Times
from ingest.settings import Settings
from ingest.store import Folding, Prepared, Store, delivery_tracking, forget, newest_acks
from ingest.subscriptions import SubscriptionMailer, outgoing
from ingest.values import Ack, Connection, Queue, queue_of
from ingest.versions import facility
from ingest.versions.hellos import Hellos
from runtime import memory
from runtime.held_back import HeldBack, spoken
from runtime.log import log_of
from runtime.release import release
from runtime.secrets import read_secret
from runtime.settings import BadSettings
from runtime.shutdown import on_signal
from runtime.signed_link import read_key
from tailings.facility import BadFacility, Facility, decoded, parse
from wire.protocol import PROTOCOL

if TYPE_CHECKING:
    from ingest.receive.queues import QueueSubscriber

tell = log_of("ingest")

BYTES_PER_MB: Final = 1024 * 1024
COMMITS_WITHIN_S: Final = 60.0
"""The notifier alone commits every two seconds while the database takes anything."""
NOTIFIES_WITHIN_S, FOLLOWS_WITHIN_S = 300.0, 600.0
"""How long notifications, or alarms, may stand still before this ingest counts as broken: a channel that hangs, or a
large piece of work beside the live data, takes some minutes."""
SWITCH_S: Final = 0.0005
"""How long a thread that comes back from the database or the broker waits for the interpreter while another computes;
Python's own 5 ms is a tenth of a transaction."""
OBJECTS_IN_HAND: Final = 300_000
"""A message leaves some twenty objects, and two groups of 4,000 are in hand: to look through them for cycles again and
again took a twelfth of the time. What errors leave in cycles is found later: some tens of MB of it."""


def run(chosen: Settings) -> None:
    """Run until a signal asks to end."""
    Program(chosen).run()


class Program:
    """The running program: broker -> queue -> worker -> database -> acks."""

    def __init__(
        self,
        chosen: Settings,
        newest_protocol: int = PROTOCOL,
        decode_batches: DecodeBatches = fastbatch.decode_batches,
    ) -> None:
        """`newest_protocol` is the last one that `decode_batches` reads: that of this release, or a later one."""
        self._settings = chosen
        self._decode_batches = decode_batches
        self._held = HeldBack("centre", tell, lambda: time.time_ns() // 1_000_000, newest_protocol)
        self._stop = threading.Event()
        self._is_subscribed = threading.Event()
        self._queue = queue_of(chosen.queue_mb * BYTES_PER_MB)
        self._ahead = Ahead(self._get_ready)
        self._store = Store(chosen.late_after_s, revisions.take_verdicts, self._ahead.begin, chosen.quarantine_bytes)
        conninfo = read_secret(chosen.database_url_file)
        self._timeline = DatabaseTimeline()
        self._line = DatabaseLink(conninfo, self._stop, self._greet)
        states = States()
        times = Times(self._commits, lambda: time.time_ns() // 1_000_000)
        talk = BrokerSubscriber(
            chosen,
            self._queue,
            self._is_subscribed.set,
            states.heard,
            times.answer,
            hear_hello=lambda topic, payload: self._hellos.heard(topic, payload),
        )
        self._subscriber = _subscriber(chosen, self._queue, talk)
        self._publisher = versions.Publisher(self._subscriber.publish)
        self._hellos = Hellos(self._publisher, self._held.understood)
        files = Files()
        equipment = Equipment(chosen.folder, chosen.broker.ca_file, files=files)
        alarms: list[Work] = [Levels(files=files).follow, equipment.look, Assessor(files).work]
        state = IngestState(chosen.client_id, self._figures)
        prompt: list[Work] = [self._publisher.publish, states.write, *alarms, state.beat]
        works: list[Work] = [rollups.rebuild, rederive.catch_up, revisions.close_verdicts, forget, Folding().fold]
        works.append(screening.ScoreFollower().follow)
        self._scheduler = JobScheduler(conninfo, _check_schema, works, prompt)
        send = by_pager(chosen.drill_pager) if chosen.drill_pager else by_apprise(chosen.notification_hosts)
        self._notifier = Notifier(conninfo, send, pages=_pages(chosen), language=chosen.language)
        way = outgoing(chosen.public_mail_url_file, _pages(chosen), is_drill=bool(chosen.drill_pager))
        public = SubscriptionMailer(conninfo, by_apprise(chosen.notification_hosts, is_private=True), way)
        heartbeat = Heartbeat(conninfo, chosen.client_id, _target(chosen), self._checks())
        self._threads: list[DatabaseThread] = [
            self._scheduler,
            CommandRunner(conninfo, kinds()),
            self._notifier,
            public,
            heartbeat,
        ]

    def run(self) -> None:
        """Work until a signal asks to end; what is in hand by then is stored or left with the broker."""
        on_signal(self._end)
        tell("INFO", "started", release=release(), protocol=PROTOCOL, understands=spoken(self._held.understood))
        try:
            for path in self._settings.facility_files:
                self._register(path)
            self._subscriber.start()
            for one in self._threads:
                one.start()
            self._work()
        except Stopped:
            pass
        finally:
            self._queue.close()  # the broker's thread may be waiting for room in it
            self._subscriber.stop()
            for one in self._threads:
                one.close()
            self._line.close()
        tell("INFO", "ended")

    def _work(self) -> None:
        with self._ahead:
            while not self._stop.is_set():
                group, prepared = self._ahead.take()
                if self._is_subscribed.is_set():
                    self._is_subscribed.clear()
                    self._publish(self._line.confirm(newest_acks))
                    self._publisher.again()
                self._answer_hellos()
                if group:
                    delivery_tracking.take(self._line, self._store, group, self._publish, prepared)
                    rows = sum(arrival.row_count for _, arrival in group)
                    self._scheduler.wake(rows)
                self._subscriber.settle()

    def _answer_hellos(self) -> None:
        if waiting := self._hellos.take():
            for topic, payload in self._line.transact(partial(self._hellos.answers, waiting=waiting)):
                self._subscriber.tell(topic, payload)
            self._scheduler.wake(0)

    def _get_ready(self) -> tuple[Group, Prepared | None]:
        chosen = self._settings
        group = gather(
            self._queue,
            chosen.gather_rows,
            chosen.gather_ms / 1000,
            self._ahead.is_wanted,
            is_held=lambda one: self._held.holds(f"agent {one.facility}/{one.agent}", one.protocol),
            decode_batches=self._decode_batches,
        )
        return group, self._store.prepare([arrival for _, arrival in group]) if group else None

    def _figures(self) -> Figures:
        budget = self._settings.quarantine_bytes
        return Figures(self._subscriber.is_connected, self._line.retries, self._queue.size, budget)

    def _commits(self) -> bool:
        """Whether the database has taken something lately."""
        newest_s = max(self._line.committed_s, self._scheduler.committed_s, self._notifier.committed_s)
        return time.monotonic() - newest_s < COMMITS_WITHIN_S

    def _checks(self) -> list[Check]:
        """What must work besides the database before an address outside is asked."""

        def stands(moved_s: float, within_s: float) -> bool:
            return time.monotonic() - moved_s > within_s

        return [
            lambda: "" if self._subscriber.is_connected else "the broker is gone",
            lambda: "notifications stand still" if stands(self._notifier.moved_s, NOTIFIES_WITHIN_S) else "",
            lambda: "alarms are not followed" if stands(self._scheduler.moved_s, FOLLOWS_WITHIN_S) else "",
        ]

    def _publish(self, told: Sequence[Ack]) -> None:
        acks.publish(self._subscriber.publish, told)

    def _end(self) -> None:
        self._stop.set()
        for one in self._threads:
            one.stop()
        self._queue.close()

    def _greet(self, connection: Connection) -> None:
        _check_schema(connection)
        self._store.greet(connection)
        if self._timeline.has_changed(connection):
            self._is_subscribed.set()

    def _register(self, file: Path) -> None:
        text, parsed = _read_facility(file)
        try:
            is_new = self._line.transact(partial(facility.register, facility=parsed, file=text))
        except (facility.FacilityRefused, BadFacility) as error:
            tell("ERROR", "facility-refused", file=file, error=error, next="the stored version, if there is one, stays")
            return
        if is_new:
            tell("INFO", "facility-applied", facility=parsed.id, version=parsed.version)


def _subscriber(chosen: Settings, queue: Queue, talk: BrokerSubscriber) -> "BrokerSubscriber | QueueSubscriber":
    """Return what takes batches: the line to the broker itself, or with it the queues of a cluster; or BadSettings."""
    if chosen.queues is None:
        return talk
    try:
        from ingest.receive.queues import QueueSubscriber
    except ModuleNotFoundError as error:
        raise BadSettings("queues", f"needs {error.name}, install it: pip install 'tailwatch[cluster]'") from error
    return QueueSubscriber(chosen, queue, talk)


def _pages(chosen: Settings) -> Pages:
    return Pages(chosen.pages_url, read_key(chosen.link_key_file) if chosen.link_key_file else b"")


def _target(chosen: Settings) -> Target | None:
    if not chosen.heartbeat_url:
        return None
    try:
        return Target(chosen.heartbeat_url, chosen.heartbeat_every_s, chosen.notification_hosts)
    except BadAddress as error:
        raise BadSettings("heartbeat_url", str(error)) from error


def _check_schema(connection: Connection) -> None:
    migrate.check(connection, migrate.migrations())


def _read_facility(file: Path) -> tuple[str, Facility]:
    try:
        text = decoded(file.read_bytes(), str(file))
    except OSError as error:
        raise BadSettings(file, f"cannot be read: {error.strerror}") from error
    return text, parse(text, str(file))


def bring_up_to_date(chosen: Settings) -> None:
    """Apply the missing migrations as the owner of the tables."""
    url_file = chosen.owner_url_file or chosen.database_url_file
    with database.connect(read_secret(url_file)) as connection:
        for name in migrate.migrate(connection, migrate.migrations()):
            tell("INFO", "migrated", file=name)


def main(words: list[str]) -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser("ingest", description="Stores the batches of the edge agents in the database.")
    parser.add_argument("settings", type=Path, help="settings file (TOML)")
    parser.add_argument("--migrate", action="store_true", help="bring the schema up to date, then end")
    arguments = parser.parse_args(words)

    def work() -> None:
        memory.share_heap()
        sys.setswitchinterval(SWITCH_S)
        memory.look_for_cycles_after(OBJECTS_IN_HAND)
        chosen = settings.read(arguments.settings)
        (bring_up_to_date if arguments.migrate else run)(chosen)

    wrong = (BadSettings, BadFacility, migrate.SchemaMismatch, migrate.MigrationFailed)
    return database.exit_code_of(tell, work, wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
