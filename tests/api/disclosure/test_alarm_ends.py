"""When an alarm was over, as the public page tells it: when its level was back, not when its papers were closed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from tests.ingest.alarms.dam import START_S
from tests.ingest.subscriptions.reader import Reader, reading
from tests.servers import Database

ROSE, FELL = 4, 30
"""Minutes at which the pond passes yellow (338.0 m) and is back below it."""
MOVED: Final = """
UPDATE alarm_event SET began_at = began_at + {by}, noted_at = noted_at + {by}, returned_at = returned_at + {by};
UPDATE alarm_history SET at = at + {by}, noted_at = noted_at + {by}"""
LATCHED: Final = "UPDATE alarm_event SET lowered_by = 'Engineer of Record', level = 1"


@pytest.fixture(scope="module")
def site(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A public dam whose pond rose past yellow for 26 minutes; nobody has acknowledged the alarm."""
    with reading(cluster, tmp_path_factory.mktemp("ends")) as made:
        made.level(1, 330.0)
        made.level(ROSE, 338.5)
        made.level(FELL, 330.0)
        yield made


def alarms(site: Reader) -> list[tuple[datetime, datetime | None]]:
    """From when to when each public alarm of a level was."""
    found: list[dict[str, Any]] = site.web.get("/api/v1/public/facilities/vale").json()["alarms"]
    times = [(one["began_at"], one["ended_at"]) for one in found if one["type"] == "level"]
    return [(datetime.fromisoformat(begun), ended and datetime.fromisoformat(ended)) for begun, ended in times]


def test_an_alarm_whose_level_is_back_is_over(site: Reader) -> None:
    """It lasted from minute 4 to 30, whoever has still to acknowledge it; a year later it is none of the last 30 days.
    Where a person lowers the level it stands, and the page says that it is not over."""
    a_year_later = alarms(site)
    by = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2) - datetime.fromtimestamp(START_S, UTC)
    site.do(MOVED.format(by=f"interval '{by.total_seconds()} s'"))
    begun = datetime.fromtimestamp(START_S, UTC) + by
    of_today, page = alarms(site), site.web.get("/public/f/vale").text
    site.do(LATCHED)

    assert a_year_later == []
    assert of_today == [(begun + timedelta(minutes=ROSE), begun + timedelta(minutes=FELL))]
    assert "not over" not in page
    assert alarms(site) == [(begun + timedelta(minutes=ROSE), None)]
