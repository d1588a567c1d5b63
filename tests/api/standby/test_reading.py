"""When a standby may answer: by the log of the primary, on the primary's timeline. Against real servers, and alone."""

import asyncio
import math
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection

from api.http.database import DatabasePool
from api.standby.reading import MOST_CALLERS, HistoryReader, LastAnswer, LastAnswers, LogPlace, PrimaryLog, Standbys
from tailwatch.servers.database import ADMIN
from tests.servers import server_folder
from tests.standby import Pair

COUNT = "SELECT count(*) FROM told"
MAX_LAG_S = 2.0


class Careless(HistoryReader):
    """The control: takes any standby for new enough."""

    async def lag_of(self, connection: AsyncConnection[Any]) -> float:
        return 0.0


class OneTimeline(PrimaryLog):
    """The control: compares places of different timelines."""

    def shown_s(self, place: LogPlace) -> float:
        return super().shown_s(LogPlace(self._ends[-1][1].timeline, place.byte))


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A primary with a table, and a standby that has it."""
    with server_folder(is_durable=False) as folder, Pair(folder) as made:
        say(made.first, "CREATE TABLE told (n int)", "INSERT INTO told VALUES (1)")
        until_s = time.monotonic() + 60
        while not _has_table(made):
            assert time.monotonic() < until_s
            time.sleep(0.05)
        yield made


def say(server: Any, *statements: str) -> None:
    with psycopg.connect(server.conninfo(ADMIN, "postgres"), autocommit=True) as admin:
        for statement in statements:
            admin.execute(statement)


def _has_table(pair: Pair) -> bool:
    with psycopg.connect(pair.second.conninfo(ADMIN, "postgres")) as admin:
        return admin.execute("SELECT to_regclass('told') IS NOT NULL").fetchone() == (True,)


async def counted(
    pair: Pair, reader: type[HistoryReader] = HistoryReader, log: type[PrimaryLog] = PrimaryLog
) -> tuple[int, bool]:
    """How many rows history has, once more than the limit has passed, and whether a standby said it."""
    conninfo = pair.conninfo(ADMIN, "postgres")
    async with DatabasePool(conninfo, 2, 10) as primary, DatabasePool(conninfo, 2, 10, "standby", wait_s=30) as pool:
        standbys = Standbys(primary, pool, MAX_LAG_S)
        standbys.log = log(MAX_LAG_S + 1)
        watching = asyncio.create_task(standbys.watch())
        await asyncio.sleep(MAX_LAG_S + 0.5)
        found = await read(standbys, reader=reader)
        watching.cancel()
    return found


async def read(
    standbys: Standbys, max_age_s: float = math.inf, reader: type[HistoryReader] = HistoryReader
) -> tuple[int, bool]:
    asked = reader(standbys, lambda: "somebody", max_age_s)
    (found,) = await asked.tuple(COUNT, {})
    return found, asked.lag_s is not None


@pytest.mark.parametrize("reader", [HistoryReader, Careless])
def test_a_standby_that_stands_still(pair: Pair, reader: type[HistoryReader]) -> None:
    """Nobody writes: it answers, however long. It does not follow: the primary does, or else a row is not told."""
    quiet = asyncio.run(counted(pair, reader))
    say(pair.second, "SELECT pg_wal_replay_pause()")
    say(pair.first, "INSERT INTO told VALUES (2)")
    written = asyncio.run(counted(pair, reader))

    assert quiet == (1, True)
    assert written == ((2, False) if reader is HistoryReader else (1, True))


@pytest.mark.parametrize("log", [PrimaryLog, OneTimeline])
def test_a_standby_of_the_former_primary(pair: Pair, log: type[PrimaryLog]) -> None:
    """It is further than the new primary, and has not what that one committed."""
    pair.second.kill()
    say(pair.first, "SELECT pg_logical_emit_message(true, 'x', repeat('x', 9000000))", "INSERT INTO told VALUES (2)")
    pair.first.kill()
    pair.second.run()
    say(pair.second, "SELECT pg_promote()", "INSERT INTO told VALUES (3), (4)")
    (pair.first.data / "standby.signal").touch()
    pair.first.run()

    assert asyncio.run(counted(pair, log=log)) == ((3, False) if log is PrimaryLog else (2, True))


def test_who_wants_it_newer(pair: Pair) -> None:
    """A standby that stands still is too old for who wants what was committed before the question."""

    async def ask(max_age_s: float) -> tuple[int, bool]:
        conninfo = pair.conninfo(ADMIN, "postgres")
        async with DatabasePool(conninfo, 2, 10) as first, DatabasePool(conninfo, 2, 10, "standby", wait_s=30) as pool:
            standbys = Standbys(first, pool, 300)
            while (await read(standbys))[1] is False:
                await standbys.look()
            say(pair.second, "SELECT pg_wal_replay_pause()")
            say(pair.first, "INSERT INTO told VALUES (2)")
            found = await read(standbys, max_age_s)
            say(pair.second, "SELECT pg_wal_replay_resume()")
            assert not standbys.is_left
        return found

    assert asyncio.run(ask(math.inf)) == (1, True)
    assert asyncio.run(ask(0.0)) == (3, False)


def test_what_is_shown_is_known_by_the_end_of_the_log() -> None:
    """The newest question counts whose end was reached, of that timeline alone; what is too old is forgotten."""
    log = PrimaryLog(10)
    nothing = log.shown_s(LogPlace(1, 100))
    for asked_s, end in ((1.0, LogPlace(1, 50)), (2.0, LogPlace(1, 100)), (3.0, LogPlace(2, 60))):
        log.add(asked_s, end)
    found = [log.shown_s(LogPlace(*place)) for place in ((1, 49), (1, 50), (1, 100), (1, 500), (2, 60), (2, 59))]
    log.add(12.5, LogPlace(2, 70))

    assert (nothing, found) == (-math.inf, [-math.inf, 1.0, 2.0, 2.0, 3.0, -math.inf])
    assert (log.shown_s(LogPlace(1, 100)), log.newest_s) == (-math.inf, 12.5)


def test_questions_in_quick_succession_leave_the_older_ones() -> None:
    """However often the primary is asked, ends of all the time that counts are kept, and few of them."""
    log = PrimaryLog(10)
    for number in range(5_000):
        log.add(number / 1000, LogPlace(1, number))

    assert log.shown_s(LogPlace(1, 4_999)) == 4.999
    assert 0 < log.shown_s(LogPlace(1, 600)) <= 0.6
    assert len(log._ends) < 30


def test_callers_are_forgotten_to_the_safe_side() -> None:
    """When too many are kept, each is as one who was answered by the primary just now."""
    answers = LastAnswers()
    answers.keep("first", LastAnswer(1.0, "a"))
    unknown = answers.of("nobody")
    for number in range(MOST_CALLERS):
        answers.keep(f"caller {number}", LastAnswer(2.0 + number, "a"))

    assert unknown is None
    assert answers.of("first") == LastAnswer(1.0 + MOST_CALLERS, None)
    assert answers.of(f"caller {MOST_CALLERS - 1}") == LastAnswer(1.0 + MOST_CALLERS, "a")
