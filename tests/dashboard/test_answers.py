"""A page knows nothing that the api does not say: made again from the JSON of one address, it is the same text.

The server is the real one; only its clock stands still, so that both answers are of one instant. What the frame of
every page shows beside (open alarms of all facilities) is asked of the list of alarms.
"""

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import httpx
import jinja2
import numpy as np
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI

import texts
from api.http import dependencies
from api.safety.models import Safety
from api.settings import Settings
from api.water.models import Water
from dashboard.safety import page as safety_page
from dashboard.water import page as water_page
from ingest.rollups import rebuild
from ingest.versions.facility import register
from tailings import parse
from tailwatch import ports
from tailwatch.api import build
from tests.api.site import touch
from tests.dashboard import site
from tests.dashboard.conftest import API_ROLE
from tests.dashboard.judging import judge
from tests.dashboard.safety.plans import PLANS
from tests.dashboard.water import sonde
from tests.servers import Database, fresh_database
from tests.tailings.test_inclinometer import CHAIN

EN = texts.load()
ANSWERS: Final[dict[str, tuple[Any, Any]]] = {"safety": (Safety, safety_page), "water": (Water, water_page)}
"""The typed answer and the view of each page; page and answer have the same last word in their addresses."""
ASKED: Final = (
    ("vale", "safety", {}),
    ("vale", "safety", {"near": "n07:vw1.level", "section": "b"}),
    ("vale", "safety", {"near": "nothing", "from": "-7d"}),
    ("rosa", "safety", {}),
    ("vale", "water", {}),
    ("rosa", "water", {}),
)
HOURS: Final = 42 * 24
"""Of history before the week of the site."""


class Served(NamedTuple):
    """A running server, its application and a client of it."""

    app: FastAPI
    client: httpx.Client


@pytest.fixture(scope="module")
def served(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The site of the pages with two months of pond, an inclinometer chain, and words of persons, at one instant."""
    with fresh_database(cluster) as database:
        newest = site.build(database.conninfo(), is_judged=False)
        _extend(database.conninfo(), newest)
        judge(database.conninfo())
        secret = tmp_path_factory.mktemp("answers") / "url"
        secret.write_text(database.conninfo(API_ROLE))
        secret.chmod(0o600)
        app = build(Settings(database_url_file=secret))
        instant = datetime.now(UTC)
        app.dependency_overrides[dependencies.now] = lambda: instant
        yield from _running(app)


def _running(app: FastAPI) -> Iterator[Served]:
    port = ports.free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", timeout=60, transport=httpx.HTTPTransport(retries=8)
    ) as client:
        yield Served(app, client)
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
        owner.execute(
            "INSERT INTO annotation (facility_id, from_time, to_time, reason, author)"
            " VALUES ('vale', %s, %s, 'Pumps were off', 'user:3')",
            (newest - timedelta(hours=3), newest - timedelta(hours=1)),
        )
        while rebuild(owner):
            pass


def _store(owner: psycopg.Connection[Any], id: int, times: list[datetime], values: Any) -> None:
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO observation (datastream_id, phenomenon_time, result, quality) VALUES (%s, %s, %s, 1)",
            [(id, time, value) for time, value in zip(times, values, strict=True)],
        )
    touch(owner, id, times[0], times[-1])


def made(served: Served, kind: str, link: str, answer: Any, asked: Mapping[str, str]) -> str:
    """The page by its view from a typed answer alone."""
    alarms = served.client.get("/api/v1/alarms?limit=200").json()["alarms"]
    frame = {
        "theme": "",
        "link": link,
        "caller": None,
        "open_alarms": sum(
            one["family"] == "dam" and one["closed_at"] is None and not one["is_simulated"] and one["hold"] is None
            for one in alarms
        ),
    }
    env = served.app.state.pages
    return str(env.get_template(f"{kind}.html").render(frame | ANSWERS[kind][1].context(answer, EN, asked)))


def answered(served: Served, facility: str, kind: str, near: str = "") -> Any:
    """The answer of the api over HTTP, read into its type."""
    params = {"near": near} if near else {}
    found = served.client.get(f"/api/v1/facilities/{facility}/{kind}", params=params)
    assert found.status_code == 200, found.text
    return ANSWERS[kind][0].model_validate_json(found.content)


@pytest.mark.parametrize(("facility", "kind", "asked"), ASKED)
def test_a_page_is_made_of_its_answer_alone(served: Served, facility: str, kind: str, asked: dict[str, str]) -> None:
    """The JSON, read back and given to the view, makes the page that the server sends, letter by letter."""
    sent = served.client.get(f"/f/{facility}/{kind}", params=asked)
    answer = answered(served, facility, kind, asked.get("near", ""))

    assert sent.status_code == 200
    assert made(served, kind, sent.request.url.raw_path.decode(), answer, asked) == sent.text


FILLED: Final = {
    "safety": {
        "annotations",
        "events",
        "file",
        "freeboard",
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
        "tips",
        "trends",
    },
    "water": {
        "balance",
        "drainage",
        "file",
        "freeboard",
        "limits",
        "loads",
        "probes",
        "samples",
        "trends",
        "weir",
        "without_limit",
    },
}
"""The parts of each answer that the page has something of; what is beside them is told apart below."""
BESIDE: Final = {
    "facility": "is the id of the snapshot",
    "confidence": "is a constant of the science, which the words name too",
    "window_d": "is said only where a line is missing or meets nothing",
    "horizon_d": "as window_d",
    "snapshot": "is everything that rows are made of",
    "outcome": "is of the verdict: it has a test of its own",
}


@pytest.mark.parametrize(("kind", "part"), [(kind, part) for kind, parts in FILLED.items() for part in sorted(parts)])
def test_a_part_that_is_left_out_is_missed(served: Served, kind: str, part: str) -> None:
    """The control: without one part of the answer the view makes another page, or none."""
    answer = answered(served, "vale", kind)
    whole = made(served, kind, f"/f/vale/{kind}", answer, {})
    value = getattr(answer, part)
    assert value, f"the site has no {part}"

    less = answer.model_copy(update={part: [] if isinstance(value, list) else None})
    try:
        found = made(served, kind, f"/f/vale/{kind}", less, {})
    except (AttributeError, KeyError, jinja2.UndefinedError):
        found = "none"

    assert found != whole


@pytest.mark.parametrize("kind", ANSWERS)
def test_each_part_of_an_answer_is_told_apart(kind: str) -> None:
    """A part is on the page, or it is said here why it is not looked for."""
    assert set(ANSWERS[kind][0].model_fields) - set(BESIDE) == FILLED[kind]


def test_another_verdict_of_water_is_another_page(served: Served) -> None:
    """The outcome of the limits is the state of the verdict."""
    answer = answered(served, "vale", "water")
    whole = made(served, "water", "/f/vale/water", answer, {})

    assert made(served, "water", "/f/vale/water", answer.model_copy(update={"outcome": "met"}), {}) != whole


def test_an_unknown_facility_is_not_found(served: Served) -> None:
    """Both addresses say so as a problem document."""
    answers = [served.client.get(f"/api/v1/facilities/nowhere/{kind}") for kind in ANSWERS]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("There is no facility" in answer.json()["detail"] for answer in answers)
