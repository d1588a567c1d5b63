"""Each page is made of the api's answers alone: fetched over HTTP and read anew, they give the page that is served.

Two sites are served by the real program: one with alarms, and a dam with two months of history. The clock of the
server stands still, so that what is computed for a page and for its answer is of one instant.
"""

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeVar
from urllib.parse import urlencode

import httpx
import jinja2
import numpy as np
import psycopg
import pytest
import uvicorn

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
    Plan,
    Plans,
    Trial,
)
from api.alarms.open_alarms import OpenAlarms
from api.comparison.models import FacilityComparison
from api.comparison.parameters import ComparisonQuery
from api.disclosure.models import DisclosureRule, Questions
from api.events.models import FacilityEvents
from api.http import dependencies, times
from api.http.models import Shape
from api.instruments.models import InstrumentDetail, Instruments
from api.land.models import FacilityLand
from api.ledger.models import Ledger
from api.overview.models import Overview
from api.overview.selection import OverviewQuery
from api.people.models import Me
from api.provenance.models import Provenance
from api.quarantine.models import Undeclared, UndeclaredChannel
from api.region.filters import RegionFilter
from api.region.models import Region, RegionPlaces
from api.safety.models import HourlyFigure, Safety
from api.series.models import Workspace
from api.settings import Settings
from api.studies.models import Outcomes, StudyNow, Valuation, Worths
from api.studies.origins.models import Origin
from api.walk.models import Walk
from api.water.models import Water
from dashboard import assets, login, pages, period, reads, rendering, tabs
from dashboard.alarms import backtest, board, level_steps, page, rationalisation
from dashboard.alarms.board import AlarmBoardView
from dashboard.compare import page as comparison
from dashboard.disclosure import page as disclosure
from dashboard.facilities import page as facilities
from dashboard.instruments import page as instruments
from dashboard.instruments import preview
from dashboard.land import page as land
from dashboard.ledger import page as ledger
from dashboard.provenance import page as provenance
from dashboard.region import page as region
from dashboard.region import view as region_view
from dashboard.safety import over as made_over
from dashboard.safety import page as safety
from dashboard.value import overview
from dashboard.value import page as value
from dashboard.value.origins import panel
from dashboard.walk import page as walk
from dashboard.water import page as water
from dashboard.workspace import page as workspace
from dashboard.workspace.choice import ChartChoice
from ingest import imports
from ingest.database import connect
from ingest.imports import HandReading
from ingest.rollups import rebuild
from ingest.versions.facility import register
from tailings import parse
from tailings.instants import rfc3339
from tailwatch import ports
from tailwatch.api import build
from tests import alarm_story, drill_story
from tests.api import people
from tests.api.people import bearer
from tests.api.site import touch
from tests.dashboard.site import DAM
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.test_inclinometer import CHAIN
from tests.texts import pseudo
from tests.texts.words import EACH, TRANSLATED
from texts import FOLDER
from texts.languages import Language

from . import foreign_words, site
from .conftest import API_ROLE
from .examples import NO_EVENTS
from .judging import judge, prove
from .safety.plans import PLANS
from .water import sonde

Answer = TypeVar("Answer", bound=Shape)
EN = texts.load()
CLOCK = re.compile(r'id="clock" datetime="([^"]+)"')
"""The instant of a page: answers that ask the clock themselves are set at it, for they were fetched a moment later."""
HOURS: Final = 42 * 24
"""Of history of the dam before the week of its readings."""
Site = Literal["alarms", "dam"]


class Api:
    """Asks a server as any program does, and reads each answer by its model; `blank` names a field that it empties."""

    def __init__(self, client: httpx.Client, headers: dict[str, str], blank: str = "") -> None:
        self._client, self._headers, self._blank = client, headers, blank
        self._now = ""
        self.link = self.page_url = ""

    def page(self, address: str) -> str:
        """Fetch a page; answers are of its instant from now on."""
        found = self._answer(address)
        self.link, self.page_url, text = found.request.url.raw_path.decode(), str(found.request.url), found.text
        (self._now,) = CLOCK.findall(text)
        return text

    def ask(self, model: type[Answer], address: str, **query: Any) -> Answer:
        """Fetch an answer and read it anew."""
        document = json.loads(self._answer(f"/api/v1{address}", query).text)
        if "now" in document:
            document["now"] = self._now
        if self._blank.startswith(f"{model.__name__}."):
            empty(document, self._blank)
        return model.model_validate_json(json.dumps(document))

    def _answer(self, address: str, query: dict[str, Any] | None = None) -> httpx.Response:
        found = self._client.get(address, headers=self._headers, params=query or None)
        assert found.status_code == 200, found.text
        return found

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
        one[last] = None if isinstance(one[last], dict) else type(one[last])()


View = Callable[[Api], tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Case:
    """A page, how it is made of answers, fields that it shows, and the site that has something to show."""

    address: str
    view: View
    fields: tuple[str, ...] = ()
    site: Site = "alarms"


def undeclared_of_vale(api: Api) -> list[UndeclaredChannel]:
    """What comes that its facility file does not know."""
    return api.ask(Undeclared, "/facilities/vale/undeclared").undeclared


def proof(api: Api) -> tuple[str, dict[str, Any]]:
    """The ledger of a facility over the period that its page shows."""
    shown = api.shown("vale")
    shows = ledger.shown_period({}, shown.facilities[0].timezone, shown.now)
    days = {"from": shows.start.date(), "to": shows.end.date(), "gaps": ledger.MAX_GAPS}
    found = ledger.proof(api.ask(Ledger, "/facilities/vale/ledger", **days))
    return "ledger/ledger.html", ledger.page(shown, EN, {}, shows, found, undeclared=undeclared_of_vale(api))


def office(api: Api) -> tuple[str, dict[str, Any]]:
    """What the public sees of a facility, and what it asked."""
    rule, may_answer = api.ask(DisclosureRule, "/facilities/vale/disclosure"), api.caller().may("approve", "vale")
    found = api.ask(Questions, "/facilities/vale/questions").questions if may_answer else []
    made = disclosure.office(api.shown("vale"), rule, found, EN, may_answer=may_answer)
    return "disclosure/disclosure.html", made


def compared(api: Api) -> tuple[str, dict[str, Any]]:
    """The comparison by two weights of a person."""
    asked = {"state": 20, "freedom": 50, "limit": comparison.ON_A_PAGE}
    found = api.ask(FacilityComparison, "/comparison", **asked)
    return "compare/compare.html", comparison.context(api.shown(), found, ComparisonQuery(**asked), EN)


def nodes_of_vale(api: Api) -> tuple[str, dict[str, Any]]:
    """The nodes of one facility."""
    shown = api.shown("vale")
    return "nodes/nodes.html", pages.nodes(shown, EN, shown.facilities[0], undeclared_of_vale(api))


def instrument(api: Api) -> tuple[str, dict[str, Any]]:
    """One of them."""
    found = api.ask(InstrumentDetail, "/facilities/vale/instruments/n04:vw1")
    return "instruments/instrument.html", instruments.single(api.shown("vale"), found, EN, api.caller())


def region_of(api: Api) -> tuple[str, dict[str, Any]]:
    """Measured facilities and rows of registers."""
    found = api.ask(Region, "/region", limit=region_view.ON_A_PAGE)
    asked = RegionFilter.model_validate({}).asked
    return "region/region.html", region.context(
        found, api.ask(RegionPlaces, "/region/places"), asked, "", is_first=True, texts=EN
    )


def board_of(api: Api) -> AlarmBoardView:
    """What the alarm pages share."""
    return board.of_answer(api.ask(models.AlarmBoard, "/alarm-board"), api.caller())


def alarms_now(api: Api) -> tuple[str, dict[str, Any]]:
    """What needs me now, with the week of the plan that stands highest and what other settings would have brought."""
    found, timeline = board_of(api), None
    if found.dam:
        plan = f"/facilities/{found.dam[0].facility}/plans/{found.dam[0].rule}"
        timeline = api.ask(LevelTimeline, f"{plan}/level-timeline", **{"from": level_steps.start_of(found.now)})
    tried = [api.ask(Trial, f"/facilities/{one}/plans/{plan}/trial") for one, plan in rationalisation.places(found)]
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


CHARTED: Final = "left=vale:n01:pond.level&right=vale:n07:vw1.level&view=scatter"


def charted(api: Api) -> tuple[str, dict[str, Any]]:
    """A series over another one of the last week."""
    shown, choice = api.shown(), ChartChoice.of(dict(pair.split("=") for pair in CHARTED.split("&")))
    shows, question = choice.question(workspace.zone_of(shown, choice), shown.now)
    span = {"from": shows.start.isoformat(), "to": shows.end.isoformat()}
    found = api.ask(Workspace, "/series", datastream=list(choice.names), scatter=True, **span)
    told = [api.ask(FacilityEvents, "/facilities/vale/events", **span)]
    return "workspace/workspace.html", workspace.page(
        shown, choice, shows, found, told, api=choice.api_address(question), texts=EN
    )


SAFETY: Final = (
    "events",
    "file",
    "freeboard",
    "last_hour",
    "margins",
    "movement",
    "near",
    "piezometers",
    "plans",
    "profiles",
    "rain",
    "response",
    "sections",
    "seepage",
    "sight",
    "tips",
    "trends",
)
WATER: Final = (
    "balance",
    "drainage.reasons",
    "file",
    "freeboard",
    "last_hour",
    "limits",
    "loads",
    "probes",
    "samples",
    "trends",
    "weir",
    "without_limit",
)
PROVENANCE: Final = (
    "Provenance.datastream",
    "Provenance.functions",
    "Provenance.facility_version",
    "Provenance.steps.0.quality",
    "Provenance.steps.*.calibration",
    "Provenance.steps.*.formula",
    "Provenance.steps.1.parameters.barometer_stale_after_s",
    "Provenance.steps.*.result",
)
BESIDE: Final = {
    "annotations": "are on the charts, by the answer about events",
    "facility": "is the id of the overview",
    "confidence": "is a constant of the science, which the words name too",
    "window_d": "is said only where a line is missing or meets nothing",
    "horizon_d": "as window_d",
    "overview": "is everything that rows are made of",
    "outcome": "is of the verdict: it has a test of its own",
}
"""The parts of the answers about safety and water that are not looked for, and why."""


def happened(api: Api, overview: Overview, asked: dict[str, str], usual: str) -> FacilityEvents:
    """The events of the time that a page shows."""
    facility = overview.facilities[0].facility
    shows = period.parse(asked.get("from"), asked.get("to"), facility.timezone, overview.now, usual)
    span = {"from": shows.start.isoformat(), "to": shows.end.isoformat()}
    return api.ask(FacilityEvents, f"/facilities/{facility.id}/events", **span)


def safety_page(api: Api, answer: Safety, asked: dict[str, str]) -> dict[str, Any]:
    """The page of safety, from its answer and those about the alarms that it names."""
    record = [api.ask(AlarmDetail, f"/alarms/{one.alarm.id}") for one in answer.plans if one.alarm]
    return safety.context(
        answer, EN, asked, happened(api, answer.overview, asked, safety.SERIES_RANGE)
    ) | safety.tasks_of(answer, record, api.caller(), EN)


def safety_case(facility: str, parts: tuple[str, ...] = (), **asked: str) -> Case:
    """The page of safety, asked for something or nothing."""
    address, near = f"/facilities/{facility}/safety", {"near": asked["near"]} if "near" in asked else {}
    return Case(
        f"/f/{facility}/safety" + ("?" + urlencode(asked) if asked else ""),
        lambda api: ("safety/safety.html", safety_page(api, api.ask(Safety, address, **near), asked)),
        tuple(f"Safety.{part}" for part in parts),
        "dam",
    )


def water_page(api: Api, answer: Water) -> tuple[str, dict[str, Any]]:
    """The page of water, from its answer and that about the events of its charts."""
    events = happened(api, answer.overview, {}, water.SERIES_RANGE)
    return "water/water.html", water.context(answer, EN, events)


def now_page(api: Api) -> tuple[str, dict[str, Any]]:
    """The page of a facility now."""
    overview = api.ask(Overview, "/facilities/vale/overview")
    events = happened(api, overview, {}, period.DEFAULT)
    return "now/now.html", pages.facility(reads.shown(overview), EN, {}, [], events)


def water_case(facility: str, parts: tuple[str, ...] = ()) -> Case:
    """The page of water."""
    return Case(
        f"/f/{facility}/water",
        lambda api: water_page(api, api.ask(Water, f"/facilities/{facility}/water")),
        tuple(f"Water.{part}" for part in parts),
        "dam",
    )


def provenance_case(ds: str, fields: tuple[str, ...] = (), **asked: str) -> Case:
    """The page of where a figure of vale comes from, at a time, or made of many readings."""

    def view(api: Api) -> tuple[str, dict[str, Any]]:
        shown, at = api.shown("vale"), {key: asked[key] for key in ("at",) if key in asked}
        found, zone = api.ask(Provenance, f"/datastreams/{ds}/provenance", **at), shown.facilities[0].timezone
        many = None
        if "over" in asked:
            figure = api.ask(HourlyFigure, f"/datastreams/{ds}/figure", kind=asked["over"])
            many = made_over.item(figure, zone, EN)
        return "provenance/provenance.html", pages.data(shown, EN, {}) | provenance.context(
            found, zone, shown.now, EN, many
        )

    return Case("/f/vale/provenance?" + urlencode({"ds": ds} | asked), view, fields, "dam")


VALUE: Final = (
    "advice.best",
    "advice.drivers",
    "advice.steps",
    "allowed.dry_and_reachable_t",
    "allowed.reachable",
    "allowed.unguarded_t",
    "above_cut_off.tonnes",
    "what_if.counts",
    "what_if.net.p90",
    "what_if.npv_counts",
    "what_if.tornado.0.net_low",
    "control.0.blanks",
    "control.0.duplicates",
    "control.0.standards",
    "control.*.half_difference",
    "dues",
    "has_avoided_liability",
    "lines.0.holes.1.water_m",
    "lines.*.others",
    "materials",
    "next_holes",
    "outcomes.chance_of_loss",
    "outcomes.commodities.0.value",
    "outcomes.dry_tonnes.p50",
    "outcomes.net.p50",
    "outcomes.years.p50",
    "oxidised.median_m",
    "rate_age_d",
    "reached.net.p50",
    "record.*.is_there",
    "study.files",
    "study.result.method",
    "study.result.strips",
    "study.samples_sha256",
    "tonnes",
    "uses",
    "water",
    "year_ago.water",
)
NOT_ON_PAGE: Final = {
    "plans": "are told of where a bench is closed, as tests/dashboard/value has it",
    "prices": "have their age where they are stale, as tests/dashboard/value has it",
}
"""The parts of the answer about a study that are not looked for, and why."""


def value_case(facility: str, parts: tuple[str, ...] = (), **asked: str) -> Case:
    """The page of one study, with what its sliders and its sections ask for."""
    factors = {key: asked[key] for key in ("price",) if key in asked}

    def view(api: Api) -> tuple[str, dict[str, Any]]:
        found = api.ask(Valuation, f"/facilities/{facility}/value", **factors)
        context = value.context(found, EN, asked.get("section", ""))
        return "value/value.html", context | {"may_import": api.caller().may("approve", facility)}

    address = f"/f/{facility}/value" + ("?" + urlencode(asked) if asked else "")
    return Case(address, view, tuple(f"Valuation.study.{part}" for part in parts), "dam")


def origin_case(figure: str, fields: tuple[str, ...] = (), **factors: str) -> Case:
    """The page of where a figure of the study comes from."""

    def view(api: Api) -> tuple[str, dict[str, Any]]:
        found = api.ask(Origin, "/facilities/vale/study/origin", figure=figure, **factors)
        shown = api.shown("vale")
        made = panel.context(found, shown.facilities[0].timezone, shown.now, EN)
        return "provenance/provenance.html", pages.data(shown, EN, {}) | made

    return Case("/f/vale/value/provenance?" + urlencode({"figure": figure} | factors), view, fields, "dam")


CASES = (
    Case(
        "/",
        lambda api: (
            "facilities/facilities.html",
            facilities.context(api.ask(Overview, "/overview", limit="100"), OverviewQuery(limit=100), EN),
        ),
        ("Overview.facilities.0.datastreams",),
    ),
    Case(
        "/nodes",
        lambda api: ("nodes/nodes.html", pages.nodes(api.shown(), EN, None)),
        ("Overview.facilities.0.agents",),
    ),
    Case(
        "/f/vale",
        now_page,
        ("Overview.facilities.0.assessment.failure_modes",),
    ),
    Case("/f/vale/nodes", nodes_of_vale, ("Overview.facilities.0.nodes.*.faults",)),
    Case(
        "/f/vale/data",
        lambda api: ("data/data.html", pages.data(api.shown("vale"), EN, {})),
        ("Overview.facilities.0.facility.licence",),
    ),
    Case("/f/vale/ledger", proof, ("Ledger.gaps",)),
    Case(
        "/f/vale/land",
        lambda api: (
            "land/land.html",
            land.context(api.shown("vale"), api.ask(FacilityLand, "/facilities/vale/land"), EN),
        ),
        ("FacilityLand.kinds",),
    ),
    Case("/f/vale/public", office, ("DisclosureRule.opens",)),
    Case(
        "/f/vale/walk",
        lambda api: (
            "walk/walk.html",
            walk.walk(api.shown("vale"), api.ask(Walk, "/facilities/vale/walk"), EN, api.caller()),
        ),
        ("Walk.stops", "Walk.stops.0.last", "Walk.entries", "Walk.entries.0.readings"),
        "dam",
    ),
    Case(
        "/f/vale/instruments",
        lambda api: (
            "instruments/instruments.html",
            instruments.listed(api.shown("vale"), api.ask(Instruments, "/facilities/vale/instruments"), EN),
        ),
        ("Instruments.sections",),
    ),
    Case("/f/vale/instruments/n04:vw1", instrument, ("InstrumentDetail.changes",)),
    Case(
        "/value",
        lambda api: ("value/value_list.html", overview.context(api.shown(), api.ask(Worths, "/studies"), EN)),
        ("Worths.studies",),
    ),
    Case("/region", region_of, ("Region.measured", "Region.totals", "RegionPlaces.places")),
    Case("/alarms", alarms_now, ("LevelTimeline.lines",)),
    Case(
        "/alarms/shelved",
        lambda api: ("alarms/alarms_shelved.html", page.shelved(board_of(api), EN)),
        ("AlarmBoard.load.measures.2.value",),
    ),
    Case("/alarms/history", alarms_past, ("Alarms.alarms",)),
    Case(
        "/alarms/plans",
        lambda api: ("alarms/alarms_plans.html", page.plans(board_of(api), EN, api.ask(AllPlans, "/plans"))),
        ("AllPlans.facilities",),
    ),
    Case(
        "/alarms/hand-over",
        lambda api: ("alarms/alarms_hand_over.html", page.handed_over(board_of(api), EN)),
        ("AlarmBoard.facilities",),
    ),
    Case("/alarms/recipients", recipients, ("AllRecipients.held",)),
    Case("/alarms/1", alarm, ("AlarmDetail.context",)),
    Case("/f/vale/plans/overtopping", plan, ("Duties.held",)),
    Case(f"/charts?{CHARTED}", charted, ("Workspace.series.*.means", "Workspace.scatter.r", "Workspace.scatter.pairs")),
    Case("/compare?state=20&freedom=50", compared, ("FacilityComparison.facilities.*.hazard.shares",), "dam"),
    Case("/f/vale/plans/overtopping/backtest", back_test, ("Plans.plans.*.failure_mode",)),
    safety_case("vale", SAFETY),
    safety_case("vale", near="n07:vw1.level", section="b"),
    safety_case("vale", near="nothing", **{"from": "-7d"}),
    safety_case("rosa"),
    water_case("vale", WATER),
    water_case("rosa"),
    provenance_case("vale:n07:vw1.level", PROVENANCE),
    provenance_case("vale:n07:vw1.level", ("HourlyFigure.line", "HourlyFigure.hours"), over="rate"),
    provenance_case("vale:n01:rain.rain", ("HourlyFigure.total",), over="sum"),
    value_case("vale", VALUE),
    value_case("vale", ("what_if.net.p50", "what_if.factors.price"), price="0.9", section="axis"),
    value_case("rosa"),
    origin_case("net", ("Origin.steps.0.p50", "Origin.steps.*.author", "Origin.steps.*.source", "Origin.study")),
    origin_case("grade:W", ("Origin.steps.3.reference", "Origin.steps.*.notes")),
    origin_case("unfc:W", ("Origin.steps.*.value",)),
    origin_case("flooded", ("Origin.steps.*.reference", "Origin.steps.*.unit")),
    origin_case("tonnes", ("Origin.steps.*.p90",), price="0.9"),
    provenance_case("vale:n01:pond.level", ("Provenance.steps.0.filters",), at="2026-11-01T00:00:00Z"),
)


class Served(NamedTuple):
    """A client of a running server, the header of one who may do everything, and the names that its database holds."""

    client: httpx.Client
    key: dict[str, str]
    names: set[str]
    languages: Sequence[Language]

    def api(self, who: str, blank: str = "") -> Api:
        return Api(self.client, {} if who == "anonymous" else self.key, blank)


@pytest.fixture(scope="module")
def sites(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Site, Served]]:
    """Both sites, each with its server."""
    with fresh_database(cluster, DAM) as alarmed, fresh_database(cluster, DAM) as dam:
        alarm_story.tell(alarmed.conninfo())
        drill_story.add(alarmed.conninfo())
        newest = site.build(dam.conninfo(), is_judged=False)
        _extend(dam.conninfo(), newest)
        judge(dam.conninfo())
        prove(dam.conninfo())
        with (
            serving(alarmed, tmp_path_factory.mktemp("alarms")) as of_alarms,
            serving(dam, tmp_path_factory.mktemp("dam")) as of_dam,
        ):
            yield {"alarms": of_alarms, "dam": of_dam}


@contextmanager
def serving(database: TestDatabase, folder: Path, stopped_at: datetime | None = None) -> Iterator[Served]:
    """The program over a database, its clock stopped: now, or then."""
    secret = folder / "url"
    secret.write_text(database.conninfo(API_ROLE))
    secret.chmod(0o600)
    languages = folder / "languages"
    languages.mkdir()
    served = pseudo.served(languages)
    for tag in TRANSLATED:
        shutil.copytree(FOLDER / tag, served / tag)
    app, instant = build(Settings(database_url_file=secret), languages), stopped_at or times.now()
    app.dependency_overrides[dependencies.now] = lambda: instant
    port = ports.free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    key = people.add_key(database.conninfo(), "read", "annotate", "approve", "admin", facilities=("*",))
    waiting = httpx.HTTPTransport(retries=8)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, transport=waiting) as client:
        yield Served(client, bearer(key), foreign_words.names(database.conninfo()), app.state.languages)
    server.should_exit = True
    thread.join(30)


def _extend(conninfo: str, newest: datetime) -> None:
    text = site.VALE.read_text().replace("version = 1\n", "version = 2\n", 1)
    text += PLANS + sonde.SONDE + site.DIP + CHAIN
    hour = np.arange(HOURS)
    pond = 339.0 + 0.3 * np.sin(hour / 120)
    level = 330.1 + 0.5 * (np.concatenate((np.full(48, pond[0]), pond[:-48])) - 339.0) + 0.01 * np.cos(hour * 7.0)
    first = newest - timedelta(days=8, hours=HOURS)
    with psycopg.connect(conninfo) as owner:
        register(owner, parse(text), text)
        ids: dict[str, int] = dict(owner.execute("SELECT name, id FROM datastream").fetchall())
        for name, values in (("vale:n01:pond.level", pond), ("vale:n04:vw1.level", level)):
            _store(owner, ids[name], [first + timedelta(hours=one) for one in range(HOURS)], values.tolist())
        for name, values in (("vale:n07:ipi.d1", (1.0, 1.2)), ("vale:n07:ipi.d2", (2.0, 5.5))):
            _store(owner, ids[name], [newest - timedelta(days=30), newest], values)
            owner.execute(
                "INSERT INTO latest VALUES (%s, %s, %s, 1, NULL, %s, 2, %s)",
                (ids[name], newest, values[-1], newest, newest - timedelta(days=30)),
            )
        (taken_at,) = owner.execute("SELECT max(taken_at) FROM water_sample WHERE medium = 'seepage'").fetchall()[0]
        _store(owner, ids["vale:n02:weir.flow"], [taken_at], [2.0])
        _store(owner, ids["vale:n01:pond.level"], [newest - timedelta(days=365)], [333.0])
        owner.execute(
            "INSERT INTO annotation (facility_id, from_time, to_time, reason, author)"
            " VALUES ('vale', %s, %s, 'Pumps were off', 'user:3')",
            (newest - timedelta(hours=3), newest - timedelta(hours=1)),
        )
        while rebuild(owner):
            pass
    with connect(conninfo) as owner, owner.transaction():
        dip = HandReading("vale:n04:dip.level", newest - timedelta(hours=2), 330.4)
        imports.enter(owner, "vale", [dip], "user:3", "", is_replacing=False)


def _store(owner: psycopg.Connection[Any], id: int, times: list[datetime], values: Any) -> None:
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO observation (datastream_id, phenomenon_time, result, quality) VALUES (%s, %s, %s, 1)",
            [(id, time, value) for time, value in zip(times, values, strict=True)],
        )
    touch(owner, id, times[0], times[-1])


Write = Callable[[Case, Api], str]


@pytest.fixture(scope="module")
def written(sites: dict[Site, Served]) -> Write:
    """Writes a page from answers alone."""
    env = rendering.environment(assets.read().prefix)

    def write(case: Case, api: Api) -> str:
        template, context = case.view(api)
        frame = {
            "theme": "",
            "link": api.link,
            "page_url": api.page_url,
            "open_alarms": api.ask(OpenAlarms, "/alarm-count").dam,
            "caller": None,
            "languages": sites["dam"].languages,
        }
        return rendering.page(env, template, context, frame)

    return write


@pytest.mark.parametrize("case", CASES, ids=[case.address for case in CASES])
@pytest.mark.parametrize("who", ["anonymous", "administrator"])
def test_a_page_is_made_of_answers_alone(case: Case, who: str, sites: dict[Site, Served], written: Write) -> None:
    """To the last character, for one who is unknown and for one who may do everything."""
    api = sites[case.site].api(who)

    served = api.page(case.address)

    assert written(case, api) == served


OTHERS: Final = (
    ("/login", "alarms"),
    ("/reset", "alarms"),
    ("/glossary", "alarms"),
    ("/nowhere", "alarms"),
    ("/f/vale/plans/nothing", "alarms"),
    ("/f/vale/data?ds=n04:vw1.level", "alarms"),
    ("/f/vale/instruments/n04:vw1?edit=new", "alarms"),
    ("/alarms/recipients?change=1", "alarms"),
    ("/have-it/forged", "alarms"),
    ("/f/vale/packages", "alarms"),
    ("/f/vale/statements", "alarms"),
    ("/f/vale/drills?drill=1", "alarms"),
    ("/register", "alarms"),
    ("/screening", "alarms"),
    ("/closed", "alarms"),
    ("/policy", "alarms"),
    ("/learning", "alarms"),
    ("/learning?new=practices", "alarms"),
    ("/region/PT", "alarms"),
    ("/charts", "dam"),
    ("/charts?left=vale:n02:vw1.level&right=vale:n01:pond.level&view=scatter", "dam"),
    ("/public/region", "alarms"),
    ("/public/mail/forged", "alarms"),
    ("/public/f/vale", "dam"),
)
"""Pages that are no case above: forms, problems, and those that hold no figure."""
ADDRESSES: Final = [*((case.address, case.site) for case in CASES), *OTHERS]


def asked(site: Served, address: str, language: str) -> str:
    """Fetch a page in a language, for one who may do everything."""
    headers = site.key | {"accept": "text/html"}
    return site.client.get(f"{address}{'&' if '?' in address else '?'}lang={language}", headers=headers).text


def known(site: Served, address: str) -> set[str]:
    """Give the names of a site, and what its study holds of a figure: it is kept packed."""
    _, mark, query = address.partition("/value/provenance?")
    if not mark:
        return site.names
    told = site.client.get(f"/api/v1/facilities/vale/study/origin?{query}", headers=site.key).json()
    return site.names | {one for one in foreign_words.strings(told) if " " in one}


ELSEWHERE: Final = (
    "/account",
    "/alarms/log.csv",
    "/f/{facility}/packages/{version}",
    "/f/{facility}/statements/{year}.pdf",
    "/f/{facility}/why",
    "/f/{facility}/value/study.pdf",
    "/f/{facility}/value/why",
    "/register/{number}",
    "/policy/{id}",
    "/policy/{id}/dossier.zip",
    "/learning/{noun}/{id}",
    "/public/f/{facility}/feed.atom",
    "/public/region/feed.atom",
)
"""The account is read in test_language, a package in tests/api/packages, a row of a register in register,
a policy instrument and its dossier in policy, a record of learning in learning, a feed
in public, a study on paper in value/study_document, a statement in statements, a file has machine names, the others
lead on to a page above."""


def test_every_page_is_read() -> None:
    """Each address of a view, and of the login, is among those whose words are looked at."""
    views = [import_module(name) for first in (True, False) for name in tabs.views(first)]
    routes = [one for view in (*views, login) for one in view.router.routes if "GET" in one.methods]
    paths = [address.partition("?")[0] for address, _ in ADDRESSES]

    assert len(routes) > 20
    assert [one.path for one in routes if not any(map(one.path_regex.match, paths)) and one.path not in ELSEWHERE] == []


@pytest.mark.parametrize(("address", "at"), ADDRESSES, ids=[address for address, _ in ADDRESSES])
def test_a_page_has_no_word_of_its_own(address: str, at: Site, sites: dict[Site, Served]) -> None:
    """Each word that is no name, code or unit comes from the catalogue: in a language of marks it has a mark."""
    page = asked(sites[at], address, pseudo.SERVED)

    assert f'<html lang="{pseudo.SERVED}"' in page
    assert foreign_words.unsaid(page, pseudo.SERVED, known(sites[at], address), pseudo.MARK) == []


@pytest.mark.parametrize("language", EACH)
@pytest.mark.parametrize(("address", "at"), ADDRESSES, ids=[address for address, _ in ADDRESSES])
def test_a_translated_page_has_no_english_and_one_form_of_numbers(
    address: str, at: Site, sites: dict[Site, Served], language: str
) -> None:
    """No sentence of English, decimal point, comma between thousands, month in English, or date of a file."""
    page = asked(sites[at], address, language)

    assert f'<html lang="{Language(language).locale}"' in page
    assert foreign_words.english(page, language, known(sites[at], address)) == []
    assert foreign_words.odd_numbers(page, language, known(sites[at], address)) == []


def test_what_no_catalogue_says_is_found(sites: dict[Site, Served]) -> None:
    """The control: an English page has words without a mark, sentences of English, and points in its numbers."""
    page = asked(sites["dam"], "/f/vale/water", "en")
    spoilt = page.replace('lang="en"', f'lang="{pseudo.SERVED}"'), page.replace('lang="en"', 'lang="es"')

    assert len(foreign_words.unsaid(spoilt[0], pseudo.SERVED, sites["dam"].names, pseudo.MARK)) > 100
    assert len(foreign_words.english(spoilt[1], "es", sites["dam"].names)) > 10
    assert len(foreign_words.odd_numbers(spoilt[1], "es", sites["dam"].names)) > 10


def test_requests_in_different_languages_never_mix(sites: dict[Site, Served]) -> None:
    """Forty at once, in three languages by address, choice and browser: each has its own, to the last letter."""
    site = sites["dam"]
    ways = [
        ({"params": {"lang": "es"}}, "es"),
        ({"cookies": {"language": pseudo.SERVED}}, pseudo.SERVED),
        ({"headers": {"accept-language": "es-CL,es;q=0.9"}}, "es"),
        ({"headers": {"accept-language": "fi"}}, "en"),
    ]

    def ask(number: int) -> tuple[str, str, str]:
        more, language = ways[number % len(ways)]
        with httpx.Client(base_url=site.client.base_url, timeout=60) as own:
            found = own.get("/f/rosa/water", **more)
        return language, found.headers["content-language"], CLOCK.sub("", found.text.replace("lang=es", ""))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(40)))

    assert [(wanted, got) for wanted, got, _ in found if wanted != got] == []
    heads = {
        (wanted, re.findall("<h1>(.*?)</h1>.*?<h2[^>]*>(.*?)</h2>", text, re.DOTALL)[0]) for wanted, _, text in found
    }
    assert len(heads) == 3


SHOWN: Final = [(case, field) for case in CASES for field in case.fields]


@pytest.mark.parametrize(("case", "field"), SHOWN, ids=[f"{case.address}-{field}" for case, field in SHOWN])
def test_a_field_that_is_missing_shows(case: Case, field: str, sites: dict[Site, Served], written: Write) -> None:
    """The control: with one field of an answer emptied, the page is another one, or there is none."""
    api = sites[case.site].api("administrator", field)
    served = api.page(case.address)

    try:
        found = written(case, api)
    except (AttributeError, KeyError, ZeroDivisionError, jinja2.UndefinedError):
        found = "none"

    assert found != served


def test_the_part_that_sliders_change_is_made_of_its_answer(sites: dict[Site, Served], written: Write) -> None:
    """What a script fetches while a slider moves stands for itself."""
    api = sites["dam"].api("anonymous")
    found = api.ask(Outcomes, "/facilities/vale/study/outcomes", price="0.9")
    case = Case("", lambda _: ("value/value_net.html", value.what_if(found, "vale", EN)))

    assert written(case, api) == sites["dam"].client.get("/f/vale/value?price=0.9&part=net").text


def test_what_happened_in_the_time_of_a_preview_is_made_of_its_answer(
    sites: dict[Site, Served], written: Write
) -> None:
    """What a script lays over the chart of a preview are the events of that time, in the words of every chart."""
    api, address = sites["dam"].api("administrator"), "/f/vale/instruments/n04:vw1"
    to = times.now()
    span = {"from": rfc3339(to - timedelta(days=7)), "to": rfc3339(to)}
    found = api.ask(FacilityEvents, "/facilities/vale/events", **span)
    api.page(address)
    case = Case("", lambda _: ("instruments/preview_events.html", preview.context(api.shown("vale"), found, EN)))
    served = sites["dam"].client.get(address, params=span, headers=sites["dam"].key).text

    assert written(case, api) == served
    assert "Pumps were off" in served and 'class="event"' in served


def test_each_part_of_a_study_is_told_apart() -> None:
    """A part is on its page, or it is said here why it is not looked for."""
    assert set(StudyNow.model_fields) - set(NOT_ON_PAGE) == {part.partition(".")[0] for part in VALUE}


def test_the_panel_at_the_side_is_a_part_of_its_page(sites: dict[Site, Served]) -> None:
    """What a script fetches beside a figure stands in the page of the same address."""
    client = sites["dam"].client
    address = "/f/vale/provenance?ds=vale:n07:vw1.level"
    page, panel = (client.get(one).text for one in (address, f"{address}&part=true"))

    assert "</ol>" in panel and panel.strip() in page


@pytest.mark.parametrize("page", ["", "/safety"])
def test_where_the_freeboard_comes_from_explains_the_freeboard(sites: dict[Site, Served], page: str) -> None:
    """The way from the figure leads to the same figure, as the crest of the file (342 m) less the pond."""
    client = sites["dam"].client
    shown = client.get(f"/f/vale{page}").text
    way, value = re.findall(r'<a data-provenance href="([^"]*over=freeboard)">([\d.]+)</a>', shown)[0]

    told = client.get(unescape(way)).text

    assert f"Where {value} m comes from" in told
    (pond,) = re.findall(r"crest of the facility file, 342.00 m, less the pond, ([\d.]+) m", told)
    assert float(value) == pytest.approx(342.0 - float(pond), abs=0.011)
    assert f"{value} m = 342.00 m \u2212 {pond} m" in told.replace("\u00a0", " ")


def test_a_figure_of_another_facility_is_not_found(sites: dict[Site, Served]) -> None:
    """The right is asked for in the facility of the address, so its figures alone are told of."""
    client = sites["dam"].client
    way = "provenance?ds=vale:n07:vw1.level&over=rate"

    assert [client.get(f"/f/{one}/{way}").status_code for one in ("vale", "rosa")] == [200, 404]


@pytest.mark.parametrize(("model", "parts"), [(Safety, SAFETY), (Water, WATER)])
def test_each_part_of_an_answer_is_told_apart(model: type[Shape], parts: tuple[str, ...]) -> None:
    """A part is on the page, or it is said here why it is not looked for."""
    assert set(model.model_fields) - set(BESIDE) == {part.partition(".")[0] for part in parts}


def test_another_verdict_of_water_is_another_page(sites: dict[Site, Served]) -> None:
    """The outcome of the limits is the state of the verdict."""
    found = sites["dam"].api("anonymous").ask(Water, "/facilities/vale/water")

    states = [
        water.context(one, EN, NO_EVENTS)["verdict"].state
        for one in (found, found.model_copy(update={"outcome": "met"}))
    ]

    assert len(set(states)) == 2


def test_an_unknown_facility_asks_for_a_login(sites: dict[Site, Served]) -> None:
    """Both addresses say so as a problem document, as for one that is private."""
    client = sites["dam"].client
    answers = [client.get(f"/api/v1/facilities/nowhere/{kind}") for kind in ("safety", "water")]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert all("log in at /login" in answer.json()["detail"] for answer in answers)
