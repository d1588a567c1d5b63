"""A client's queue: bounded, in order, and honest when it is full."""

import asyncio
from datetime import UTC, datetime

import pytest

from api.live.commits import LogRow, Touched
from api.live.events import Commit, Interest
from api.live.subscribers import MAX_QUEUED, Let, LiveSubscriber

NOW = datetime(2026, 5, 3, tzinfo=UTC)


def commit(id: int, facility: str = "vale", datastreams: tuple[int, ...] = (1,)) -> Commit:
    return Commit(Touched(LogRow(id, NOW, [facility], list(datastreams), 1, first_time=None, last_time=None), []))


def drain(client: LiveSubscriber) -> list[bytes]:
    async def run() -> list[bytes]:
        texts = []
        while (text := await client.next(0.01)) is not None:
            texts.append(text)
        return texts

    return asyncio.run(run())


def test_commits_come_in_order() -> None:
    """What was offered comes out in the same order."""
    client = LiveSubscriber(Interest())
    for id in (1, 2, 5):
        client.offer(commit(id))

    assert [text.split(b"\n")[0] for text in drain(client)] == [b"id: 1", b"id: 2", b"id: 5"]


def test_what_the_client_has_is_not_sent_again() -> None:
    """Commits up to its position are passed over."""
    client = LiveSubscriber(Interest())
    client.position = 2
    for id in (1, 2, 3):
        client.offer(commit(id))

    assert len(drain(client)) == 1


@pytest.mark.parametrize(
    ("interest", "ids"),
    [
        (Interest(), [1, 2, 3]),
        (Interest("vale"), [1, 3]),
        (Interest(None, frozenset({7})), [2, 3]),
        (Interest("vale", frozenset({7})), [3]),
        (Interest("nowhere"), []),
    ],
)
def test_only_what_is_of_interest_is_queued(interest: Interest, ids: list[int]) -> None:
    """Facility and datastream both choose."""
    client = LiveSubscriber(interest)
    for one in (commit(1), commit(2, "rosa", (7,)), commit(3, "vale", (1, 7))):
        client.offer(one)

    assert [int(text.split(b"\n")[0][4:]) for text in drain(client)] == ids


def test_a_full_queue_lets_the_client_go() -> None:
    """One commit more than the queue holds: nothing of it is sent any more, and the client is told why."""
    client = LiveSubscriber(Interest())
    taken = [client.offer(commit(id)) for id in range(1, MAX_QUEUED + 2)]

    assert (taken.count(False), taken[-1]) == (1, False)
    with pytest.raises(Let, match="more slowly"):
        drain(client)


def test_an_event_is_made_once_for_each_interest() -> None:
    """Clients with the same interest share one text."""
    one, first, second = commit(1), LiveSubscriber(Interest("vale")), LiveSubscriber(Interest("vale"))
    first.offer(one)
    second.offer(one)

    assert drain(first)[0] is drain(second)[0]
