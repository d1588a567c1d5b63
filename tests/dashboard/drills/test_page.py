"""The page of drills: what it says of a record that was worked out by hand."""

import re
from collections.abc import Iterator

import httpx
import msgspec
import pytest
from playwright.sync_api import Browser

from api.drills.models import DrillRecord
from dashboard.drills import page
from tailings.drill import DrillFacts, make
from tailings.drill.record import LevelLine
from tests import drill_story
from tests.api import people
from tests.api.server import ApiServer
from tests.dashboard.site import DAM
from tests.servers import Database, fresh_database
from texts import load, say

from ..conftest import API_ROLE
from ..looking import look_at_sizes


@pytest.fixture(scope="module")
def place(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Where the pages of a dam with two drills are, and the header of who may act there."""
    with fresh_database(cluster, DAM) as database:
        drill_story.add(database.conninfo())
        key = people.add_key(database.conninfo(), "read", "annotate")
        server = ApiServer(tmp_path_factory.mktemp("drills"), database.conninfo(API_ROLE)).start()
        yield server.url, people.bearer(key)
        server.stop()


@pytest.fixture(scope="module")
def client(place: tuple[str, dict[str, str]]) -> Iterator[httpx.Client]:
    """Who may act at a dam with two drills."""
    url, header = place
    with httpx.Client(base_url=url, timeout=60, headers=header) as opened:
        yield opened


def text_of(page: str) -> str:
    """What a screen reader reads of the main part."""
    main = page.partition('<main id="main">')[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_each_thing_says_outcome_time_and_limit(client: httpx.Client) -> None:
    """As worked out by hand; the summary has the worst first, and the alarm outside of the scenario is named."""
    said = text_of(client.get("/f/vale/drills?drill=1").text)

    assert "3 not done, 1 late, 1 done, no limit, 2 in time" in said
    assert "Before it, 25 h of simulated calm readings were stored" in said
    assert "Plan overtopping reaches yellow In time 2.0 min 2.0 min" in said
    assert "Plan overtopping: acknowledged Rui Late 6.0 min 5.0 min" in said
    assert "Walk benches Shift lead Not done not done 17.0 min" in said
    assert "Not in the scenario: piping, yellow after 4.0 min" in said


def test_each_of_several_acknowledgements_names_its_level() -> None:
    """Yellow, then red, both acknowledged; an alarm with one answer needs no level."""
    (story,) = [one for one in drill_story.record().alarms if one.plan == "overtopping"]
    lines = [("raised", 1, 3), ("acknowledged", 1, 4), ("escalated", 3, 5), ("acknowledged", 3, 6)]
    risen = msgspec.structs.replace(
        story, lines=[LevelLine(kind, level, drill_story.at(at)) for kind, level, at in lines]
    )
    facts = DrillFacts(drill_story.BEGAN, drill_story.at(30), True, [risen, msgspec.structs.replace(story, id=8)])
    told = DrillRecord.model_validate(msgspec.to_builtins(make(drill_story.SCENARIO, facts))).reactions
    answers = [one for one in told if one.measured == "acknowledged"]

    words = [load()["drill"]["measured"][page.words_of(one, told)] for one in answers]
    said = [say(text, plan=one.plan, level=one.level) for text, one in zip(words, answers, strict=True)]
    assert said == [
        "Plan overtopping: 1 acknowledged",
        "Plan overtopping: 3 acknowledged",
        "Plan overtopping: acknowledged",
    ]


def test_the_bar_of_a_reaction_lies_where_its_times_are(client: httpx.Client) -> None:
    """Of thirty minutes: acknowledged from 3 to 9 min is 20 % from 10 %, and its limit, 8 min, at 26.7 %."""
    page = client.get("/f/vale/drills?drill=1").text

    assert '<rect x="10.0" y="2" width="20.0" height="6" class="late"/><path d="M26.7 0V10" class="limit"/>' in page


def test_one_that_is_held_stands_first_and_calls_nothing_done(client: httpx.Client) -> None:
    """Two minutes into the drill the level is still open, and the second inject was not played."""
    said = text_of(client.get("/f/vale/drills").text)

    assert "Held since" in said and "Still open" in said
    assert "20.0 min Culvert free. (not played)" in said and "In time" not in said


def test_axe_finds_nothing_and_nothing_overflows(browser: Browser, place: tuple[str, dict[str, str]]) -> None:
    """At every width and in both themes, with bars in all outcomes."""
    url, header = place
    context = browser.new_context(base_url=url, locale="en-GB", extra_http_headers=header)

    found = look_at_sizes(context.new_page(), "/f/vale/drills?drill=1", "drills")
    context.close()

    assert found == ({}, {})
