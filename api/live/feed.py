"""The live feed: one LISTEN connection, one question a wake-up, every client served from memory.

Ingest writes `commit_log` last in its transaction and under a lock, so ids are in the order of the commits: who has
seen id N has seen everything up to N. The feed reads what is above the id it knows, whatever woke it, so a lost
notification costs at most POLL_S; and when the database was silent for so long it is asked whether it is still there,
for a line that was cut without a word is silent too. A client has a short queue of its own; when that is full the
client is let go and told, and comes back with its Last-Event-ID. The newest commits stay in memory, so that many who
come back at once (the api was restarted, a proxy was) ask the database nothing; of a large facility, whose commits
weigh more, they are fewer.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

from api.http.database import NO_ANSWER, NO_SCHEMA, DatabasePool
from api.live import commits, events
from api.live.events import Commit
from api.live.subscribers import Let, LiveSubscriber
from runtime.backoff import Backoff
from runtime.log import log_of

LISTEN: Final = "LISTEN tailwatch_commit"
STILL_THERE: Final = "SELECT 1"
POLL_S: Final = 5.0
RETRY_S: Final = 0.5
MAX_RETRY_S: Final = 8.0
MAX_REPLAY: Final = 10_000
MAX_RECENT: Final = 250
MAX_RECENT_VALUES: Final = 25_000
"""Of all commits in memory: some 8 MB, and 5 MB for each kind of client."""
HEARTBEAT_S: Final = 15.0
AWAY: Final = (*NO_ANSWER, *NO_SCHEMA)

tell = log_of(__name__)


class LiveFeed:
    """All clients of this process. `last_id` is the newest commit that every one of them was offered."""

    def __init__(self, database: DatabasePool) -> None:
        self.last_id: int | None = None
        self.clients: set[LiveSubscriber] = set()
        self._recent: deque[Commit] = deque()
        self._recent_after = self._recent_values = 0
        self._database = database
        self._pauses = Backoff(RETRY_S, MAX_RETRY_S)

    @property
    def is_listening(self) -> bool:
        """Whether the feed has found its place in the log; it has not while the database was away since the start."""
        return self.last_id is not None

    async def run(self) -> None:
        """Serve until cancelled; a database that is away is asked again, with growing patience."""
        while True:
            try:
                await self._listen()
            except AWAY as error:
                tell("WARNING", "live-feed-has-no-database", next="trying again until it answers", error=error)
            await asyncio.sleep(self._pauses.next_s())

    async def _listen(self) -> None:
        async with await self._database.listen() as connection:
            await connection.execute(LISTEN)
            await self._find_place()
            self._pauses.reset()
            while True:
                await self._catch_up()
                if not [one async for one in connection.notifies(timeout=POLL_S, stop_after=1)]:
                    await connection.execute(STILL_THERE)

    async def _find_place(self) -> None:
        newest = await commits.newest(self._database)
        if self.last_id is None:
            self._jump(newest)
        elif newest < self.last_id:
            tell("WARNING", "database-was-put-back", newest=newest, known=self.last_id)
            self.let_go_all("The database was put back to an earlier state; read the lists again.")
            self._jump(newest)

    def _jump(self, newest: int) -> None:
        """Stand at a commit without having read those before it."""
        self.last_id = self._recent_after = newest
        self._recent.clear()
        self._recent_values = 0

    async def _catch_up(self) -> None:
        assert self.last_id is not None
        if not self.clients:
            newest = await commits.newest(self._database)
            # Asked again: a client may have joined at the old id meanwhile.
            if not self.clients and newest > self.last_id:
                self._jump(newest)
            if not self.clients:
                return
        while new := await commits.between(self._database, self.last_id):
            for touched in new:
                self._hand_out(Commit(touched))

    def _hand_out(self, commit: Commit) -> None:
        for client in [client for client in self.clients if not client.offer(commit)]:
            tell("INFO", "live-client-let-go", reason="slow", commit=commit.id)
            self.clients.discard(client)
        self.last_id = commit.id
        self._recent.append(commit)
        self._recent_values += len(commit.touched.latest)
        while len(self._recent) > MAX_RECENT or self._recent_values > MAX_RECENT_VALUES:
            oldest = self._recent.popleft()
            self._recent_after = oldest.id
            self._recent_values -= len(oldest.touched.latest)

    def let_go_all(self, reason: str) -> None:
        """End every client with a reason."""
        for client in self.clients:
            client.let_go(reason)
        self.clients.clear()

    async def stream(self, client: LiveSubscriber, after: int | None) -> AsyncIterator[bytes]:
        """Give the events of one client: what it missed since commit `after`, then what comes, until it is let go."""
        assert self.last_id is not None, "ask is_listening first"
        self.clients.add(client)
        client.position = joined = self.last_id
        try:
            yield events.hello(joined if after is None else after)
            if after is not None:
                async for text in self._missed(client, after, joined):
                    yield text
            while True:
                text_or_none = await client.next(HEARTBEAT_S)
                # Nothing waits for this client now, so it has all up to last_id.
                yield events.heartbeat(max(self.last_id, client.position)) if text_or_none is None else text_or_none
        except Let as end:
            yield events.dropped(str(end))
        except AWAY:
            yield events.dropped("The database does not answer; come back with your Last-Event-ID.")
        finally:
            self.clients.discard(client)

    async def _missed(self, client: LiveSubscriber, after: int, joined: int) -> AsyncIterator[bytes]:
        newest = max(joined, await commits.newest(self._database)) if after > joined else joined
        if after > newest:
            yield events.reset(newest, "The server does not know your Last-Event-ID; read the lists again.")
        elif joined - after > MAX_REPLAY:
            yield events.reset(joined, f"You missed {joined - after} commits; read the lists again.")
        else:
            client.position = max(after, joined)
            async for commit in self._between(after, joined):
                text = commit.text_for(client.interest)
                if text is not None:
                    yield text

    async def _between(self, after: int, until: int) -> AsyncIterator[Commit]:
        """Give the commits with after < id <= until, in order: from memory when they are all there."""
        if after >= self._recent_after:
            for commit in [commit for commit in self._recent if after < commit.id <= until]:
                yield commit
            return
        while missed := await commits.between(self._database, after, until):
            for touched in missed:
                yield Commit(touched)
            after = missed[-1].row.id
