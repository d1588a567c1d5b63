"""When machines with databases count as whole: what a primary says of who follows it."""

from typing import Any

from bench.failover.testbed import following


def connection(name: str, state: str = "streaming") -> dict[str, Any]:
    """As Patroni tells of one (seen of Patroni 4.0.7, GET /patroni)."""
    return {"usename": "tailwatch_replication", "application_name": name, "state": state, "sync_state": "async"}


def test_a_machine_that_stands_twice_is_one() -> None:
    """Beside a new connection the one of before a fault may still stand, while another machine follows nobody yet."""
    assert following({"replication": [connection("c"), connection("c")]}) == {"c"}
    assert following({"replication": [connection("c"), connection("b", "startup")]}) == {"c"}
    assert following({"replication": [connection("c"), connection("b"), connection("pg_basebackup")]}) == {"b", "c"}
    assert following({}) == set()
