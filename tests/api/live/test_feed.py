"""What the live feed keeps in memory for clients that come back."""

import asyncio
from datetime import UTC, datetime

import psycopg_pool
import pytest

from api.http.database import DatabasePool
from api.live.commits import LogRow, Touched, Value
from api.live.events import Commit
from api.live.feed import LiveFeed

NOW = datetime(2026, 5, 3, tzinfo=UTC)
DATASTREAMS = 1_000
KEPT = 25
"""Commits of a thousand datastreams: 25,000 values, as the module says."""


def large(id: int) -> Commit:
    """A commit that touched all datastreams of a large facility."""
    values = [Value(number, "vale", "{}") for number in range(DATASTREAMS)]
    return Commit(
        Touched(
            LogRow(id, NOW, ["vale"], list(range(DATASTREAMS)), DATASTREAMS, first_time=None, last_time=None), values
        )
    )


async def given(feed: LiveFeed, after: int, until: int) -> list[int]:
    """The ids of the commits in between, from memory or from the database."""
    return [commit.id async for commit in feed._between(after, until)]


def test_commits_of_a_large_facility_stay_as_far_as_their_values_go() -> None:
    """The newest 25 of 60 come from memory; for one more the feed asks the database, which here is not open."""
    feed = LiveFeed(DatabasePool("", 2, 1.0))
    feed._jump(0)
    for id in range(1, 61):
        feed._hand_out(large(id))

    assert asyncio.run(given(feed, 60 - KEPT, 60)) == list(range(36, 61))
    with pytest.raises(psycopg_pool.PoolClosed):
        asyncio.run(given(feed, 60 - KEPT - 1, 60))
