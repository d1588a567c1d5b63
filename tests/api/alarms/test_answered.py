"""How soon an alarm was acknowledged: since it called as it stood then, for a level that rises calls anew."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from ingest.alarms import operator_actions
from tests.ingest.alarms.dam import START_S, minute
from tests.ingest.subscriptions.reader import Reader, reading
from tests.servers import Database

YELLOW, RED = 4, 604
"""Minutes at which the pond passes yellow (338.0 m) and has been past red (340.5 m) for two minutes."""
TODAY: Final = """
UPDATE alarm_event SET began_at = began_at + {by}, noted_at = noted_at + {by}, acknowledged_at = acknowledged_at + {by};
UPDATE alarm_history SET at = at + {by}, noted_at = noted_at + {by}"""
SHELVED: Final = """
INSERT INTO alarm_hold (facility_id, family, rule, level, kind, reason, author, from_time, until)
SELECT facility_id, family, rule, 3, 'shelved', 'tests', 'user:3', now() - interval '1 min', now() + interval '1 hour'
FROM alarm_event"""

HELD_THEN: Final = """
INSERT INTO alarm_hold (facility_id, family, rule, level, kind, reason, author, from_time, until, ended_at)
SELECT e.facility_id, e.family, e.rule, 1, 'shelved', 'tests', 'user:3', h.noted_at - interval '2 min', now(),
       h.noted_at + interval '{ended}'
FROM alarm_event e JOIN alarm_history h ON h.event_id = e.id WHERE h.level = 1 AND h.kind = 'raised'"""


@pytest.fixture(scope="module")
def site(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A public dam: yellow was acknowledged after 3 minutes, red, ten hours later, after 4."""
    with reading(cluster, tmp_path_factory.mktemp("answered")) as made:
        for at, level_m, answered in ((YELLOW, 338.5, 7), (RED - 3, 341.0, 0), (RED, 341.0, 608)):
            made.level(at, level_m)
            if answered:
                (alarm,) = made.dam.event("id")
                operator_actions.acknowledge(made.dam.connection, "vale", alarm, "user:3", "", now=minute(answered))
        yield made


def got(site: Reader, address: str) -> dict[str, Any]:
    """What a stranger reads."""
    return dict(site.web.get(f"/api/v1/{address}").json())


def test_an_answer_counts_from_the_call_that_it_answers(site: Reader) -> None:
    """Four minutes of 604 since it was first known: by the alarm, the statement of its year, and the median."""
    (number,) = site.dam.event("id")
    year = datetime.fromtimestamp(START_S, UTC).year
    alarm = got(site, f"alarms/{number}")["alarm"]
    (event,) = [one for one in got(site, f"facilities/vale/statements/{year}")["events"] if one["type"] == "level"]
    by = datetime.now(UTC) - timedelta(days=1) - minute(0)
    site.do(TODAY.format(by=f"interval '{by.total_seconds()} s'"))

    assert alarm["acknowledged_after_s"] == event["acknowledged_after_s"] == 240.0
    assert got(site, "alarm-performance")["median_acknowledged_s"] == pytest.approx(240.0)


@pytest.mark.parametrize(("ended", "called"), [("1 min", 1), ("-1 min", 2)], ids=["after-the-call", "before-it"])
def test_what_was_held_called_nobody(site: Reader, ended: str, called: int) -> None:
    """Yellow and red of a day ago, yellow shelved by a hold that somebody has ended: until then it held."""
    before = got(site, "alarm-performance")["alarms"]
    site.do(HELD_THEN.format(ended=ended))
    held = got(site, "alarm-performance")["alarms"]
    site.do("DELETE FROM alarm_hold")

    assert (before, held) == (2, called)


def test_what_nobody_is_called_for_counts_in_no_figure(site: Reader) -> None:
    """An alarm of two days ago is stale; shelved it is not, and simulated its answer does not count either."""
    (number,) = site.dam.event("id")
    site.do("UPDATE alarm_event SET noted_at = now() - interval '2 days'")
    stands = got(site, "alarm-performance")
    site.do(SHELVED)
    shelved = got(site, "alarm-performance")
    site.do("DELETE FROM alarm_hold; UPDATE alarm_event SET is_simulated = true")
    simulated = got(site, "alarm-performance")

    assert [one["stale"] for one in (stands, shelved, simulated)] == [[number], [], []]
    assert [one["median_acknowledged_s"] is None for one in (stands, shelved, simulated)] == [False, False, True]
