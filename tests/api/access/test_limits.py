"""Rate limits, on a clock of the test and on a real server."""

from pathlib import Path

import httpx
from hypothesis import given
from hypothesis import strategies as st

from api.access.limits import MAX_BUCKETS, FailedLogins, RateLimit
from tests.api import people
from tests.api.server import ApiServer
from tests.servers import TestDatabase


@given(st.lists(st.floats(0, 30), min_size=1, max_size=200), st.integers(1, 20))
def test_no_minute_has_more_than_twice_the_rate(pauses_s: list[float], per_minute: int) -> None:
    """However the requests come, a window of a minute lets through the full bucket and what flows in, no more."""
    now = [0.0]
    limit = RateLimit(per_minute, lambda: now[0])
    taken = []
    for pause_s in pauses_s:
        now[0] += pause_s
        if limit.take("a") == 0:
            taken.append(now[0])

    assert all(sum(start <= time < start + 60 for time in taken) <= 2 * per_minute for start in taken)


def test_one_name_does_not_use_up_the_other() -> None:
    """Each name has a bucket of its own; the wait is told."""
    limit = RateLimit(1, lambda: 0.0)

    assert (limit.take("a"), limit.take("a"), limit.take("b")) == (0, 60, 0)


def test_the_buckets_are_limited() -> None:
    """A flood of names does not fill the memory."""
    limit = RateLimit(1, lambda: 0.0)
    for number in range(MAX_BUCKETS + 10):
        limit.take(str(number))

    assert len(limit._buckets) == MAX_BUCKETS


def test_too_many_requests_are_told_when_to_come_back(own_database: TestDatabase, tmp_path: Path) -> None:
    """Above the rate it is 429 with retry-after for everybody without a key; one with a key goes on; health always."""
    server = ApiServer(tmp_path, own_database.conninfo("tailwatch_api"), anonymous_per_minute=3).start()
    key = people.add_key(own_database.conninfo(), "read")
    with httpx.Client(base_url=server.url, timeout=60) as client:
        answers = [client.get("/api/v1/facilities") for _ in range(5)]
        known = client.get("/api/v1/facilities", headers=people.bearer(key))
        healthy = client.get("/healthz")
    server.stop()

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 20
    assert (known.status_code, healthy.status_code) == (200, 200)


def test_a_line_has_one_limit_however_many_addresses(own_database: TestDatabase, tmp_path: Path) -> None:
    """Behind a proxy each IPv4 address counts for itself, and all IPv6 addresses of one /64 together."""
    server = ApiServer(tmp_path, own_database.conninfo("tailwatch_api"), anonymous_per_minute=1).start()
    addresses = [
        "192.0.2.1",
        "192.0.2.2",
        "2001:db8:0:1::1",
        "2001:db8:0:1:ffff::2",
        "2001:db8:0:2::1",
        "::ffff:192.0.2.1",
    ]
    with httpx.Client(base_url=server.url, timeout=60) as client:
        told = [client.get("/api/v1/facilities", headers={"x-forwarded-for": one}).status_code for one in addresses]
    server.stop()

    assert told == [200, 200, 200, 429, 200, 429]


def test_who_fails_waits_longer_and_longer_and_is_forgiven() -> None:
    """Three times free, then 1, 2, 4 s up to a quarter of an hour; a success, or a day, and it is as at first."""
    now = [0.0]
    limit = FailedLogins(3, lambda: now[0])
    waits = []
    for _ in range(16):
        waits.append(limit.wait_s("ana"))
        now[0] += waits[-1]
        limit.failed("ana")

    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    assert limit.wait_s("bea") == 0
    now[0] += 86_400
    limit.failed("ana")
    assert limit.wait_s("ana") == 0
    limit.passed("ana")
    assert [(limit.failed("ana"), limit.wait_s("ana")) for _ in range(3)] == [(1, 0), (2, 0), (3, 1)]
