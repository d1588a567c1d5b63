"""What would be seen with a proposed plan, on the page that replays it: database, api, command and page are real."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, Final

import httpx
import pytest

from ingest import database, revisions
from ingest.notifications import recipients
from ingest.store import Store
from tailings.facility import lint, parse
from tests.api import people
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.ingest.alarms.dam import POND, START_S, Dam
from tests.ingest.waiting import until
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database
from tests.tailings.facilities import VALE

SHIFT: Final = ("shift", "mailtos://user:pass@mail.example.org", "dam", 1, 0, [1, 2, 3, 4, 5, 6, 7])
RED: Final[dict[str, Any]] = {"datastream": POND, "test": "above", "value": 340.0}
PATIENT: Final[dict[str, Any]] = {**RED, "for_n": 3, "stale_after_s": 90.0}
"""Three readings in a row, of a pond that is read each minute."""
SOON: Final[dict[str, Any]] = {**RED, "value": 338.5}


def text_with(when: dict[str, Any]) -> str:
    """The facility with a pond whose filter lets the waves pass, 12 m/h, and a plan with one level."""
    condition = ", ".join(f"{name} = {json.dumps(value)}" for name, value in when.items())
    return (
        VALE.read_text().replace("version = 1\n", "version = 2\n", 1)
        + f'[datastreams."{POND}".filters.rate_of_change]\nsuspect_per_h = 12.3\n'
        + '[tarp.overtopping]\nfailure_mode = "overtopping"\n'
        + f'[[tarp.overtopping.levels]]\nlevel = "red"\nwhen = {{ {condition} }}\n'
    )


@pytest.fixture(scope="module")
def rough(cluster: Database) -> Iterator[TestDatabase]:
    """A pond at 338 m with waves of 20 cm, read each minute until now; somebody is told; commands are carried out."""
    with fresh_database(cluster, MIGRATED) as fresh:
        with database.connect(fresh.conninfo("tailwatch_ingest")) as connection:
            dam = Dam(connection, Store(3600, revisions.take_verdicts), text_with(RED))
            now = int((datetime.now(UTC).timestamp() - START_S) // 60)
            dam.put([(at, 338.1 if at % 2 else 337.9) for at in range(now - 480, now + 1)])
            with connection.transaction():
                row = (*SHIFT, None, None, None, None, False)
                recipients.put(connection, "vale", row, "system:0", datetime.now(UTC))
        with command_runner_of(fresh):
            yield fresh


@pytest.fixture(scope="module")
def client(rough: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Somebody who may read the facility."""
    server = ApiServer(tmp_path_factory.mktemp("editor"), rough.conninfo("tailwatch_api")).start()
    headers = people.bearer(people.add_key(rough.conninfo(), "read"))
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
        yield client
    server.stop()


def said(client: httpx.Client, *levels: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Shape and words by rule of what would be seen, on the page of a back-test of these levels."""
    now = datetime.now(UTC)
    body = {
        "plan": "overtopping",
        "from": f"{now - timedelta(hours=8):%FT%TZ}",
        "to": f"{now:%FT%TZ}",
        "levels": levels,
    }
    asked = client.post("/api/v1/commands", json={"kind": "backtest-plan", "facility": "vale", "body": body})
    place = asked.headers["location"]
    until(lambda: client.get(place).json()["state"] not in ("issued", "running"))
    command = client.get(place).json()
    assert command["state"] == "done", command["outcome"]
    page = client.get(f"/f/vale/plans/overtopping/backtest?command={command['id']}").text
    rows = re.findall(r'<li data-plan="overtopping"><span>(.*?)</span>.*?href="#([\w-]+)".*?<b>(.*?)</b>', page, re.S)
    return {rule: (shape, unescape(words)) for rule, shape, words in rows}


def test_a_proposed_plan_that_the_check_accepts_is_shown_blind_beside_the_present_one(client: httpx.Client) -> None:
    """Of waves that rise at 0.5 m/h every other step is 12.5 m/h: the filter takes it for a fault, so no three follow.

    One reading is enough for the plan as it is: the 2.1 m to 340 m, less the waves, take 4 h; nobody approved it.
    """
    text = text_with(PATIENT)
    assert lint.find_errors(parse(text), text) == ()

    found = said(client, {"level": "red", "when": PATIENT})

    assert found == {
        "As it is": ("green", "Red would be sent in 4 h, seen by n01 pond; none may fail"),
        "Proposed": ("blind", "Blind: the failure would look like a fault of n01 pond level (rate of change)"),
    }


def test_a_proposed_plan_that_is_seen_says_in_how_many_minutes(client: httpx.Client) -> None:
    """338.5 m are passed by 0.6 m at 0.5 m/h, a reading in the low water of a wave: 72 min, and a reading a minute."""
    shape, words = said(client, {"level": "red", "when": SOON})["Proposed"]

    minutes = re.fullmatch(r"Red would be sent in (\d+) min, seen by n01 pond; none may fail", words)
    assert shape == "green", words
    assert minutes is not None, words
    assert 72 <= int(minutes[1]) <= 75


def test_limits_that_no_file_may_have_are_not_tried(client: httpx.Client) -> None:
    """Yellow after red: the replay answers, and what would be seen was not tried."""
    yellow = {"level": "yellow", "when": SOON}

    found = said(client, {"level": "red", "when": RED}, yellow)

    assert found["Proposed"] == ("unknown", "Not tested: the check of the facility file refuses these limits")
    assert found["As it is"][0] == "green"
