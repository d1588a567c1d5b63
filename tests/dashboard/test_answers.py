"""Each page is made of the api's answers alone: fetched over HTTP and read anew, they give the page that is served."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import pytest

import texts
from api.access import Caller
from api.alarms.models import OpenAlarms
from api.http.models import Shape
from api.ledger.models import Ledger
from api.overview.models import Overview
from api.people.models import Me
from dashboard import assets, ledger, pages, reads, rendering
from tests.api import people
from tests.api.people import bearer
from tests.servers import TestDatabase

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
    """Empty one field of an answer, `Overview.facilities.0.nodes`; a text becomes null."""
    *way, last = blank.split(".")[1:]
    for step in way:
        document = document[int(step)] if step.isdigit() else document[step]
    value = document[last]
    assert value, f"{blank} is empty before it is emptied"
    document[last] = None if isinstance(value, str) else type(value)()


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


CASES = (
    Case("/", lambda api: ("overview.html", pages.overview(api.shown(), EN)), "Overview.facilities.1.datastreams"),
    Case("/nodes", lambda api: ("nodes.html", pages.nodes(api.shown(), EN, None)), "Overview.facilities.1.agents"),
    Case(
        "/f/vale",
        lambda api: ("facility.html", pages.facility(api.shown("vale"), EN, {}, [])),
        "Overview.facilities.0.assessment.failure_modes",
    ),
    Case("/f/vale/nodes", nodes_of_vale, "Overview.facilities.0.nodes.5.heard_at"),
    Case(
        "/f/vale/data",
        lambda api: ("data.html", pages.data(api.shown("vale"), EN, {})),
        "Overview.facilities.0.facility.licence",
    ),
    Case("/f/vale/ledger", proof, "Ledger.gaps"),
)
each_case = pytest.mark.parametrize("case", CASES, ids=[case.address for case in CASES])


@pytest.fixture(scope="module")
def key(pages_database: TestDatabase) -> dict[str, str]:
    """The header of one who may do everything."""
    return bearer(people.add_key(pages_database.conninfo(), "read", "annotate", "approve", "admin", facilities=("*",)))


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
    case: Case, who: str, client: httpx.Client, key: dict[str, str], written: Callable[[Case, Api], str], fresh: None
) -> None:
    """To the last character, for one who is unknown and for one who may do everything."""
    api = Api(client, {} if who == "anonymous" else key)

    served = api.page(case.address)

    assert written(case, api) == served


@each_case
def test_a_field_that_is_missing_shows(
    case: Case, client: httpx.Client, key: dict[str, str], written: Callable[[Case, Api], str], fresh: None
) -> None:
    """The control: with one field of an answer emptied, the page is another one."""
    api = Api(client, key, case.field)

    served = api.page(case.address)

    assert written(case, api) != served
