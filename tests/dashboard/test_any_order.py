"""What is answered about a dam does not depend on the order in which its readings came: live, late, in parts, or twice.

Two sites have the same readings; at one they came hour by hour, at the other in small parts, shuffled, some twice.
Both are judged when all is there, and each answer is asked of both.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
import pytest

from tests.servers import MIGRATED, Database, fresh_database

from .dams import HOUR_MS, LEVEL, Dam, Reading, between, by_the_hour, fill, paths, readings, side_by_side

COUNTS_MESSAGES: Final = "/ledger"
"""The end of an address that tells of messages."""
ONE_MORE: Final = """
INSERT INTO observation (datastream_id, phenomenon_time, result, quality)
SELECT l.datastream_id, l.first_time + interval '90.5 min', l.result, 1
FROM latest l JOIN datastream d ON d.id = l.datastream_id WHERE d.name = 'vale:n04:vw1.level'"""
LEVEL_NOW: Final = f"{LEVEL}/observations"


def shuffled(all_of_them: Sequence[Reading]) -> list[list[Reading]]:
    """Twenty minutes at a time, in any order, some twice; what is derived comes with what it is made of."""
    parts: dict[int, list[Reading]] = {}
    for one in all_of_them:
        parts.setdefault(one.time_ms // (HOUR_MS // 3), []).append(one)
    drawn, some = random.Random(7), list(parts.values())
    some += [list(one) for one in some[::5]]
    for one in some:
        drawn.shuffle(one)
    drawn.shuffle(some)
    return some


@pytest.fixture(scope="module")
def dams(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dam, Dam]]:
    """The dam with readings in order, and in any."""
    newest = datetime.now(UTC).replace(microsecond=0)
    all_of_them = readings(cluster, newest)
    with fresh_database(cluster, MIGRATED) as live, fresh_database(cluster, MIGRATED) as late:
        fill(live, by_the_hour(all_of_them), newest)
        fill(late, shuffled(all_of_them), newest)
        with side_by_side(live, late, tmp_path_factory) as both:
            yield both


def test_readings_in_any_order_give_the_same_answers(dams: tuple[Dam, Dam]) -> None:
    """Verdicts, figures, hours, days, charts, water and sight."""
    live, late = dams
    asked = [path for path in paths(live.served.client) if not path.endswith(COUNTS_MESSAGES)]
    told: dict[str, tuple[Any, Any]] = {path: (live.answer(path), late.answer(path)) for path in asked}

    assert len(asked) > 40
    assert {path: where for path, pair in told.items() if (where := between(pair))} == {}


def test_a_reading_too_many_is_seen(dams: tuple[Dam, Dam]) -> None:
    """The control: one beside 50,000, in the list of them."""
    live, late = dams
    with psycopg.connect(late.database.conninfo()) as owner:
        assert owner.execute(ONE_MORE).rowcount == 1

    assert between((live.answer(LEVEL_NOW), late.answer(LEVEL_NOW)))
