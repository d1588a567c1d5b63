"""Alarms over the api: lists, one with its context, plans, holds, load; and what only those with a right see."""

import asyncio
import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from api.alarms import movement
from api.alarms.models import (
    AlarmBoard,
    AlarmDetail,
    AlarmPerformance,
    Alarms,
    Holds,
    LevelTimeline,
    Movement,
    Plans,
    Trial,
)
from api.alarms.trials import Trials
from api.http.database import DatabasePool
from ingest.rollups import rebuild
from tests import alarm_story
from tests.alarm_story import Told
from tests.api import people
from tests.api.conftest import API_ROLE
from tests.api.server import ApiServer
from tests.api.site import touch
from tests.dashboard.alarms.boards import alarm
from tests.dashboard.site import DAM
from tests.servers import Database as Cluster
from tests.servers import TestDatabase, fresh_database


@pytest.fixture(scope="module")
def alarmed(cluster: Cluster) -> Iterator[tuple[TestDatabase, Told]]:
    """A site with alarms."""
    with fresh_database(cluster, DAM) as database:
        yield database, alarm_story.tell(database.conninfo())


@pytest.fixture(scope="module")
def alarms(alarmed: tuple[TestDatabase, Told], tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the api over it."""
    server = ApiServer(tmp_path_factory.mktemp("alarms"), alarmed[0].conninfo(API_ROLE)).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


def test_what_stands_now(alarms: httpx.Client) -> None:
    """The pond is yellow and unacknowledged, the simulated one says so, the silent node is of the equipment."""
    found = Alarms(**alarms.get("/api/v1/alarms").json()).alarms

    dam = {one.rule: (one.state, one.level) for one in found if one.family == "dam"}
    assert dam == {"overtopping": ("unacknowledged", 1), "piping": ("suppressed-by-design", 2)}
    assert ("silent-node", "n06") in {(one.rule, one.subject) for one in found if one.family == "maintenance"}
    assert {one.next_who for one in found if one.rule == "overtopping"} == {"operator"}


def test_what_is_watched_is_what_is_past_its_limit(alarms: httpx.Client) -> None:
    """Of the two that raise piping it is the well, which is above 321 m, not the pond, which is named first."""
    found = {one.rule: one for one in Alarms(**alarms.get("/api/v1/alarms", params={"family": "dam"}).json()).alarms}

    assert found["piping"].watched == "vale:n02:vw1.level"
    assert found["overtopping"].watched == "vale:n01:pond.level"
    assert (found["overtopping"].quality_now, found["overtopping"].is_stale) == (1, False)


def test_how_it_goes_on_is_read_from_the_hours_of_the_last_day(alarmed: tuple[TestDatabase, Told]) -> None:
    """A well that rises by 20 cm a day, a reading each quarter of an hour; its week would not carry a line."""
    database, now = alarmed[0], datetime.now(UTC)
    watched = {"facility": "vale", "watched": "vale:n08:vw1.level", "quantity": "water-level", "value_now": 330.0}
    with psycopg.connect(database.conninfo()) as owner:
        (id,) = owner.execute("SELECT id FROM datastream WHERE name = %s", (watched["watched"],)).fetchone() or (0,)
        owner.execute(
            "INSERT INTO observation (datastream_id, phenomenon_time, result, quality) SELECT %s,"
            " %s::timestamptz - n * interval '15 min', 330 - 0.2 * n / 96.0, 1 FROM generate_series(0, 100) n",
            (id, now),
        )
        touch(owner, id, now - timedelta(hours=25), now)
        rebuild(owner)

    async def read() -> list[Movement]:
        async with DatabasePool(database.conninfo(API_ROLE), 2, 20) as asked:
            return await movement.of_alarms(asked, [alarm(**watched)], now)

    rate = asyncio.run(read())[0].rate
    assert rate is not None and rate.window_s == 86_400
    assert rate.per_d == pytest.approx(0.2, rel=0.03)  # the newest hour is not whole


def test_the_board_and_the_timeline_say_what_stands(alarms: httpx.Client) -> None:
    """The pond over yellow: one alarm of the dam that is told, its value past a level, and its step up in the week."""
    board = AlarmBoard.model_validate_json(alarms.get("/api/v1/alarm-board").text)
    line = alarms.get("/api/v1/facilities/vale/plans/overtopping/level-timeline").text
    steps = LevelTimeline.model_validate_json(line).steps

    (pond,) = [one for one in board.open if one.family == "dam" and not one.is_simulated]
    (moves,) = board.movements
    assert (moves.alarm, moves.margin and moves.margin.past) == (pond.id, "yellow")
    assert [one.level for one in steps] == [0, 1] and steps[1].at == pond.began_at


def test_one_has_its_instruments_pond_and_rain(alarms: httpx.Client, alarmed: tuple[TestDatabase, Told]) -> None:
    """One event shows all instruments of its failure mode with their limits, the rain, its actions, its history."""
    found = AlarmDetail(**alarms.get(f"/api/v1/alarms/{alarmed[1].alarm}").json())

    around = {one.datastream: one for one in found.context}
    assert {"vale:n01:pond.level", "vale:n07:vw1.level", "vale:n01:rain.rain"} <= set(around)
    assert around["vale:n01:pond.level"].value == alarm_story.YELLOW_M + 0.2
    assert around["vale:n01:pond.level"].limits[0].value == alarm_story.YELLOW_M
    assert around["vale:n01:rain.rain"].sum_24h is not None and not around["vale:n01:rain.rain"].is_of_plan
    assert [one.what for one in found.actions] == ["inspect the beach"]
    assert [one.kind for one in found.history] == ["raised"]


def test_plans_say_who_answers_for_them(alarms: httpx.Client) -> None:
    """One is in force by its file, the other only simulates; conditions come without what says nothing."""
    found = {one.id: one for one in Plans(**alarms.get("/api/v1/facilities/vale/plans").json()).plans}

    assert {id: one.approval for id, one in found.items()} == {"overtopping": "in-force", "piping": "simulated"}
    assert found["overtopping"].approved_by == alarm_story.ROLE
    assert found["overtopping"].levels[0].when == {
        "datastream": "n01:pond.level",
        "test": "above",
        "value": alarm_story.YELLOW_M,
        "hysteresis": 0.2,
    }


@pytest.mark.case("2", "A plan reads as blind where nobody has assessed it for longer than an assessment holds")
def test_a_plan_that_nobody_assesses_any_more_is_blind(
    alarmed: tuple[TestDatabase, Told], alarms: httpx.Client
) -> None:
    """Ingest is dead for an hour: its last word on the pond was full sight, and says nothing now."""
    database, _ = alarmed
    address = "/api/v1/facilities/vale/plans"
    before = {one.id: one.sight for one in Plans(**alarms.get(address).json()).plans}
    with psycopg.connect(database.conninfo(), autocommit=True) as owner:
        ((document,),) = owner.execute("SELECT document FROM assessment WHERE facility_id = 'vale'").fetchall()
        old = document | {"valid_until": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
        owner.execute("UPDATE assessment SET document = %s WHERE facility_id = 'vale'", (Jsonb(old),))
        found = Plans(**alarms.get(address).json()).plans
        page = alarms.get("/f/vale/plans/overtopping").text
        owner.execute("UPDATE assessment SET document = %s WHERE facility_id = 'vale'", (Jsonb(document),))

    assert before["overtopping"] == "full"
    assert {one.id: one.sight for one in found} == dict.fromkeys(before, "blind")
    assert 'class="verdict blind"' in page


def test_the_load_stands_beside_its_limits(alarms: httpx.Client) -> None:
    """Every figure has a limit whose source is named, and said to be secondary; simulated ones do not count."""
    found = AlarmPerformance(**alarms.get("/api/v1/alarm-performance", params={"days": 7}).json())

    assert {one.checked for one in found.measures} == {"secondary"}
    assert ("dam", "overtopping") in {(one.family, one.rule) for one in found.worst}
    assert "piping" not in {one.rule for one in found.worst}
    assert sum(day.yellow + day.orange + day.red + day.equipment for day in found.days) == found.alarms


def test_the_public_sees_no_persons(alarms: httpx.Client, alarmed: tuple[TestDatabase, Told]) -> None:
    """Who did what, and what was said, is for those with a right of their own."""
    database, told = alarmed
    alarm_story.shelve(database.conninfo(), told)
    key = people.add_key(database.conninfo(), "read")
    public = Holds(**alarms.get("/api/v1/alarm-holds").json()).holds
    own = Holds(**alarms.get("/api/v1/alarm-holds", headers=people.bearer(key)).json()).holds

    assert ([one.author for one in public], [one.author for one in own]) == (["somebody"], [f"user:{told.engineer}"])
    shelved = Alarms(**alarms.get("/api/v1/alarms", params={"list": "shelved"}).json()).alarms
    assert [(one.rule, one.state) for one in shelved] == [("silent-node", "out-of-service")]


def test_the_log_of_alarms_is_a_file(alarms: httpx.Client, alarmed: tuple[TestDatabase, Told]) -> None:
    """One line for each alarm as the api lists them, the newest first; the public reads no person in it."""
    answer = alarms.get("/alarms/log.csv")
    found = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    listed = Alarms(**alarms.get("/api/v1/alarms", params={"list": "history"}).json()).alarms

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [(int(one["id"]), one["state"], one["rule"]) for one in found] == [
        (one.id, one.state, one.rule) for one in listed
    ]
    assert {one["acknowledged_by"] for one in found} == {""}


def test_a_trial_counts_what_ingest_counted(alarmed: tuple[TestDatabase, Told]) -> None:
    """The plan as it is, replayed beside the answer, has the rises that ingest wrote down; what is unknown has none."""
    now, places = datetime.now(UTC), [("vale", "piping"), ("vale", "nothing"), ("nowhere", "piping")]

    async def computed() -> list[Trial]:
        trials = Trials()
        async with DatabasePool(alarmed[0].conninfo(API_ROLE), 2, 20) as database:
            for _ in range(100):  # each waits a moment, not for the whole
                found = await trials.of(database, places, now)
                if found[0].state != "computing":
                    break
        return found

    found = asyncio.run(computed())
    with psycopg.connect(alarmed[0].conninfo()) as owner:
        end = now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)
        rises = owner.execute(
            "SELECT count(*) FROM tarp_level_change"
            " WHERE plan = 'piping' AND before = 0 AND withdrawn_at IS NULL AND at < %s",
            (end,),
        ).fetchone()
    assert [(one.state, one.alarms) for one in found[1:]] == [("none", None)] * 2
    assert (found[0].state, (found[0].alarms,)) == ("done", rises)


def test_a_private_facility_hides_its_alarms(
    alarms: httpx.Client, alarmed: tuple[TestDatabase, Told], tmp_path: Path
) -> None:
    """Neither in the list nor by its number, which is answered as one that there is not."""
    database, told = alarmed
    people.make_private(database.conninfo(), "vale")
    try:
        listed = alarms.get("/api/v1/alarms").json()["alarms"]
        single = alarms.get(f"/api/v1/alarms/{told.alarm}").status_code
    finally:
        with psycopg.connect(database.conninfo()) as connection:
            connection.execute("UPDATE facility SET document = document || '{\"public\": true}'")

    assert (listed, single) == ([], 401)
    assert alarms.get("/api/v1/alarms/999999").status_code == 401


def test_an_alarm_that_a_spike_raised_says_so(alarms: httpx.Client, alarmed: tuple[TestDatabase, Told]) -> None:
    """Its one rise is taken back, the reading is marked, and the gateway's own alarm still stands, with the command.

    What a gateway writes of another plan and cannot be read is left out.
    """
    database, told = alarmed
    address, signed = f"/api/v1/alarms/{told.alarm}", people.bearer(people.add_key(database.conninfo(), "read"))
    before = AlarmDetail(**alarms.get(address).json())
    alarm_story.doubt(database.conninfo())
    found = AlarmDetail(**alarms.get(address, headers=signed).json())
    page = alarms.get(f"/alarms/{told.alarm}").text

    assert (before.alarm.is_taken_back, found.alarm.is_taken_back, found.alarm.level) == (False, True, 1)
    (line,) = [one for one in found.history if one.kind == "corrected"]
    assert (line.note, line.detail["code"], line.detail["tests"]) == ("", "doubted-by", ["manual"])
    assert "later flagged failed, vale:n01:pond.level 339.8 m (manual)" in page
    (gateway,) = found.gateways
    assert (
        gateway.agent,
        gateway.level,
        gateway.signal,
        gateway.suspect_reading and gateway.suspect_reading.tests,
    ) == (
        "gw1",
        1,
        0,
        "spike",
    )
    assert (gateway.believed, gateway.sight) == (1, "blind")
    assert [(one.datastream, one.reason) for one in gateway.lost] == [("n01:pond.level", "suspect")]
    assert "No working instrument there would detect the worst level." in page
    assert "Raised by a reading that was flagged later: n01:pond.level, 339.80 m." in page
    assert "tailwatch gateway release overtopping SETTINGS.toml --reason" in page
    assert AlarmDetail(**alarms.get(f"/api/v1/alarms/{told.simulated}").json()).gateways == []
