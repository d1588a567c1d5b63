"""The alarm of a restore that was not tried, or not equal."""

from typing import Any

import psycopg
import pytest

from tests.ingest.alarms.looked import Looked

BEGUN = "INSERT INTO log_archive (began_at, base_every_h, try_every_h, fault) VALUES (now() - %s::interval, 24, 24, %s)"
TRIED = """
INSERT INTO restore_trial (began_at, ended_at, moment, verdict, month_count, row_count, differences)
SELECT now() - %(ago)s::interval, now() - %(ago)s::interval, now() - %(ago)s::interval, %(verdict)s, 1, 5,
       CASE %(verdict)s WHEN 'equal' THEN '{}'::text[] ELSE '{no}' END"""


@pytest.mark.parametrize(
    ("begun", "tried", "fault", "title"),
    [
        (None, [], "", None),
        ("1 h", [], "", None),
        ("3 days", [], "", "No restore of the backup was ever good: it has run since "),
        ("3 days", [("1 h", "equal")], "", None),
        ("9 days", [("3 days", "equal")], "", "No good trial of a restore since "),
        (
            "9 days",
            [("2 h", "equal"), ("1 h", "different")],
            "",
            "A restored backup is not equal to the database",
        ),
        ("9 days", [("2 h", "equal"), ("1 h", "failed")], "", "The backup could not be restored; last good "),
        ("9 days", [("1 h", "failed"), ("1 min", "equal")], "", None),
        ("9 days", [("1 h", "equal")], "disk full", "No base backup could be made; last good "),
    ],
)
def test_a_restore_is_told(
    looked: Looked,
    owner: psycopg.Connection[Any],
    begun: str | None,
    tried: list[tuple[str, str]],
    fault: str,
    title: str | None,
) -> None:
    """Never tried, old, failed, not equal and without a base backup are each told; a good one, and none, are not."""
    if begun is not None:
        owner.execute(BEGUN, (begun, fault))
    for ago, verdict in tried:
        owner.execute(TRIED, {"ago": ago, "verdict": verdict})
    looked.dam.put([(14, 96.1)], name="n01:baro.pressure")
    found = [one for one in looked.look(15) if one[0] == "restore-trial"]

    assert found == ([] if title is None else [("restore-trial", "centre")])
    assert [one.startswith(title or "") for one in looked.dam.titles("rule = 'restore-trial'")] == [True] * len(found)
