"""Each page is made of the api's answers alone: fetched over HTTP and read anew, they give the page that is served."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import pytest

import texts
from api.access import Caller
from api.alarms import models
from api.alarms.models import (
    AlarmDetail,
    Alarms,
    AllPlans,
    AllRecipients,
    Duties,
    LevelTimeline,
    OpenAlarms,
    Plan,
    Plans,
    Trial,
)
from api.http.models import Shape
from api.instruments.models import InstrumentDetail, Instruments
from api.ledger.models import Ledger
from api.overview.models import Overview
from api.people.models import Me
from api.studies.models import Worths
from dashboard import assets, ledger, pages, reads, rendering
from dashboard.alarms import backtest, board, hints, page, stair
from dashboard.alarms.board import Board
from dashboard.instruments import page as instruments
from dashboard.value import overview
from tests import alarm_story
from tests.api import people
from tests.api.people import bearer
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database

from .conftest import API_ROLE

Answer = TypeVar("Answer", bound=Shape)
EN = texts.load()
CLOCK = re.compile(r'id="clock" datetime="([^"]+)"')
"""The instant of a page: the answers are set at it, for they were fetched a moment later."""


class Api:
    """Asks a server as any program does, and reads each answer by its model; `blank` names a field that it empties."""

    def __init__(self, client: httpx.Client, headers: dict[str, str], blank: str = "") -> None:
        self._client, self._headers, self._blank = client, headers, blank
        self._now = ""

    def page(self, address: str) -> str:
        """Fetch a page; answers are of its instant from now on."""
        text = self._found(address)
        (self._now,) = CLOCK.findall(text)
        return text

    def ask(self, model: type[Answer], address: str, **query: Any) -> Answer:
        """Fetch an answer and read it anew."""
        document = json.loads(self._found(f"/api/v1{address}", query))
        if "now" in document:
            document["now"] = self._now
        if self._blank.startswith(f"{model.__name__}."):
            empty(document, self._blank)
        return model.model_validate_json(json.dumps(document))

    def _found(self, address: str, query: dict[str, Any] | None = None) -> str:
        found = self._client.get(address, headers=self._headers, params=query or None)
        assert found.status_code == 200, found.text
        return found.text

    def caller(self) -> Caller:
        me = self.ask(Me, "/me")
        return Caller(me.who, "", {place: frozenset(roles) for place, roles in me.roles.items()}, me.name)  # type: ignore[arg-type]

    def shown(self, facility: str = "") -> reads.Shown:
        return reads.shown(self.ask(Overview, f"/facilities/{facility}/overview" if facility else "/overview"))


def empty(document: Any, blank: str) -> None:
    """Empty one field of an answer, `Overview.facilities.0.nodes`, `*` of all in a list."""
    places, (*way, last) = [document], blank.split(".")[1:]
    for step in way:
        places = [
            part
            for one in places
            for part in (one if step == "*" else [one[int(step)] if step.isdigit() else one[step]])
        ]
    assert any(one[last] for one in places), f"{blank} is empty before it is emptied"
    for one in places:
        one[last] = type(one[last])()


View = Callable[[Api], tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Case:
    """A page, how it is made of answers, and a field that it shows."""

    address: str
    view: View
    field: str


def proof(api: Api) -> tuple[str, dict[str, Any]]:
    """The ledger of a facility over the period that its page shows."""
    shown = api.shown("vale")
    shows = ledger.shown_period({}, shown.facilities[0].timezone, shown.now)
    days = {"from": shows.start.date(), "to": shows.end.date(), "gaps": ledger.MAX_GAPS}
    found = ledger.proof(api.ask(Ledger, "/facilities/vale/ledger", **days))
    return "ledger.html", ledger.page(shown, EN, {}, shows, found)


def nodes_of_vale(api: Api) -> tuple[str, dict[str, Any]]:
    """The nodes of one facility."""
    shown = api.shown("vale")
    return "nodes.html", pages.nodes(shown, EN, shown.facilities[0])


def instrument(api: Api) -> tuple[str, dict[str, Any]]:
    """One of them."""
    found = api.ask(InstrumentDetail, "/facilities/vale/instruments/n04:vw1")
    return "instruments/instrument.html", instruments.single(api.shown("vale"), found, EN)


def board_of(api: Api) -> Board:
    """What the alarm pages share."""
    return board.of_answer(api.ask(models.Board, "/alarm-board"), api.caller())


def alarms_now(api: Api) -> tuple[str, dict[str, Any]]:
    """What needs me now, with the week of the plan that stands highest and what other settings would have brought."""
    found, timeline = board_of(api), None
    if found.dam:
        plan = f"/facilities/{found.dam[0].facility}/plans/{found.dam[0].rule}"
        timeline = api.ask(LevelTimeline, f"{plan}/level-timeline", **{"from": stair.start_of(found.now)})
    tried = [api.ask(Trial, f"/facilities/{one}/plans/{plan}/trial") for one, plan in hints.places(found)]
    return "alarms/alarms.html", page.now(found, EN, timeline, tried)


def alarms_past(api: Api) -> tuple[str, dict[str, Any]]:
    """All alarms."""
    past = api.ask(Alarms, "/alarms", list="history", limit=page.MAX_PAST)
    return "alarms/alarms_history.html", page.history(board_of(api), EN, past)


def recipients(api: Api) -> tuple[str, dict[str, Any]]:
    """Who is told."""
    told, plans = api.ask(AllRecipients, "/recipients"), api.ask(AllPlans, "/plans")
    return "alarms/alarms_recipients.html", page.recipients(board_of(api), EN, told, plans, None)


def alarm(api: Api) -> tuple[str, dict[str, Any]]:
    """The first alarm of all."""
    return "alarms/alarm.html", page.event(api.ask(AlarmDetail, "/alarms/1"), EN, api.shown("vale"), api.caller())


def plan_of(api: Api) -> Plan:
    """The plan against overtopping."""
    return next(one for one in api.ask(Plans, "/facilities/vale/plans").plans if one.id == "overtopping")


def plan(api: Api) -> tuple[str, dict[str, Any]]:
    """That plan, with who holds its role."""
    known = api.ask(Duties, "/facilities/vale/duties")
    return "alarms/plan.html", page.plan(plan_of(api), known, EN, api.shown("vale"), api.caller())


def back_test(api: Api) -> tuple[str, dict[str, Any]]:
    """The form that replays it."""
    return "alarms/backtest.html", backtest.page(plan_of(api), EN, api.shown("vale"), None, backtest.Change())


CASES = (
    Case("/", lambda api: ("overview.html", pages.overview(api.shown(), EN)), "Overview.facilities.1.datastreams"),
    Case("/nodes", lambda api: ("nodes.html", pages.nodes(api.shown(), EN, None)), "Overview.facilities.1.agents"),
    Case(
        "/f/vale",
        lambda api: ("facility.html", pages.facility(api.shown("vale"), EN, {}, [])),
        "Overview.facilities.0.assessment.failure_modes",
    ),
    Case("/f/vale/nodes", nodes_of_vale, "Overview.facilities.0.nodes.*.faults"),
    Case(
        "/f/vale/data",
        lambda api: ("data.html", pages.data(api.shown("vale"), EN, {})),
        "Overview.facilities.0.facility.licence",
    ),
    Case("/f/vale/ledger", proof, "Ledger.gaps"),
    Case(
        "/f/vale/instruments",
        lambda api: (
            "instruments/instruments.html",
            instruments.listed(api.shown("vale"), api.ask(Instruments, "/facilities/vale/instruments"), EN),
        ),
        "Instruments.sections",
    ),
    Case("/f/vale/instruments/n04:vw1", instrument, "InstrumentDetail.changes"),
    Case(
        "/value",
        lambda api: ("value/value_list.html", overview.context(api.shown(), api.ask(Worths, "/studies"), EN)),
        "Worths.studies",
    ),
    Case("/alarms", alarms_now, "LevelTimeline.lines"),
    Case(
        "/alarms/shelved",
        lambda api: ("alarms/alarms_shelved.html", page.shelved(board_of(api), EN)),
        "Board.load.measures.2.value",
    ),
    Case("/alarms/history", alarms_past, "Alarms.alarms"),
    Case(
        "/alarms/plans",
        lambda api: ("alarms/alarms_plans.html", page.plans(board_of(api), EN, api.ask(AllPlans, "/plans"))),
        "AllPlans.facilities",
    ),
    Case("/alarms/recipients", recipients, "AllRecipients.held"),
    Case("/alarms/1", alarm, "AlarmDetail.context"),
    Case("/f/vale/plans/overtopping", plan, "Duties.held"),
    Case("/f/vale/plans/overtopping/backtest", back_test, "Plans.plans.*.failure_mode"),
)
each_case = pytest.mark.parametrize("case", CASES, ids=[case.address for case in CASES])


@pytest.fixture(scope="module")
def alarmed(cluster: Database) -> Iterator[TestDatabase]:
    """A site with alarms."""
    with fresh_database(cluster) as database:
        alarm_story.tell(database.conninfo())
        yield database


@pytest.fixture(scope="module")
def asked(alarmed: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the api over it."""
    server = ApiServer(tmp_path_factory.mktemp("answers"), alarmed.conninfo(API_ROLE)).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


@pytest.fixture(scope="module")
def key(alarmed: TestDatabase) -> dict[str, str]:
    """The header of one who may do everything."""
    return bearer(people.add_key(alarmed.conninfo(), "read", "annotate", "approve", "admin", facilities=("*",)))


@pytest.fixture(scope="module")
def written() -> Callable[[Case, Api], str]:
    """Writes a page from answers alone."""
    env = rendering.environment(assets.read().prefix)

    def write(case: Case, api: Api) -> str:
        template, context = case.view(api)
        frame = {
            "theme": "",
            "link": case.address,
            "open_alarms": api.ask(OpenAlarms, "/alarm-count").dam,
            "caller": None,
        }
        return rendering.page(env, template, context, frame)

    return write


@each_case
@pytest.mark.parametrize("who", ["anonymous", "administrator"])
def test_a_page_is_made_of_answers_alone(
    case: Case, who: str, asked: httpx.Client, key: dict[str, str], written: Callable[[Case, Api], str]
) -> None:
    """To the last character, for one who is unknown and for one who may do everything."""
    api = Api(asked, {} if who == "anonymous" else key)

    served = api.page(case.address)

    assert written(case, api) == served


@each_case
def test_a_field_that_is_missing_shows(
    case: Case, asked: httpx.Client, key: dict[str, str], written: Callable[[Case, Api], str]
) -> None:
    """The control: with one field of an answer emptied, the page is another one."""
    api = Api(asked, key, case.field)

    served = api.page(case.address)

    assert written(case, api) != served
