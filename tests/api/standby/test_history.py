"""What answers of history say of where they were read, against real streaming replication."""

import math
import threading
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from api import reference
from api.standby.history import HISTORY
from tests.api import site
from tests.api.metrics.test_routes import figure
from tests.api.people import bearer
from tests.api.standby.replicated import FROM, LAG, ReplicatedSite, until
from tests.servers import server_folder

QUICK_S, PATIENT_S = 2, 300
LATE = f"{site.T0 + timedelta(minutes=site.MINUTES - 5):%Y-%m-%dT%H:%M:%SZ}"
OBSERVATIONS = f"/api/v1/datastreams/{site.LEVEL}/observations?from={LATE}"
READ = (
    OBSERVATIONS,
    f"{OBSERVATIONS}&format=csv",
    f"/api/v1/datastreams/{site.LEVEL}/observations?format=csv",
    f"/api/v1/facilities/vale/series?datastream={site.LEVEL}&datastream={site.FREQUENCY}",
    f"/api/v1/series?datastream={site.LEVEL}",
    "/api/v1/facilities/vale/packages",
    "/api/v1/registers/export",
    "/sta/v1.1/Things?$expand=Datastreams",
    f"/sta/v1.1/Datastreams({site.LEVEL})/Observations?$top=5",
)
DECIDES = (
    "/api/v1/facilities/vale/overview",
    "/api/v1/facilities/vale/assessment",
    "/api/v1/alarm-board",
    "/api/v1/facilities/vale/ledger",
    "/api/v1/changes",
    f"/api/v1/datastreams/{site.LEVEL}",
    "/readyz",
)


@pytest.fixture(scope="module")
def replicated() -> Iterator[ReplicatedSite]:
    with server_folder(is_durable=False) as folder, ReplicatedSite(folder, QUICK_S, PATIENT_S) as made:
        yield made


@pytest.fixture
def quick(replicated: ReplicatedSite) -> Iterator[httpx.Client]:
    """A stranger at the api that lets a standby be two seconds old."""
    with httpx.Client(base_url=replicated.servers[0].url, timeout=60) as client:
        yield client


@pytest.fixture
def patient(replicated: ReplicatedSite) -> Iterator[httpx.Client]:
    """A stranger at the api that lets a standby be five minutes old."""
    with httpx.Client(base_url=replicated.servers[1].url, timeout=60) as client:
        yield client


def is_from(client: httpx.Client, server: str, path: str = OBSERVATIONS) -> bool:
    return client.get(path).headers[FROM] == server


def test_a_standby_answers_as_the_primary_and_is_not_missed(replicated: ReplicatedSite, quick: httpx.Client) -> None:
    """Each kind of history is read there, with its age; with the standby killed under questions none fails."""
    for path in READ:
        until(lambda path=path: is_from(quick, "standby", path))
    there = {path: quick.get(path) for path in READ}
    stop, answers = threading.Event(), []

    def ask() -> None:
        with httpx.Client(base_url=quick.base_url, timeout=60) as client:
            while not stop.is_set():
                answers.append(client.get(OBSERVATIONS))

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: len(answers) > 3)
    replicated.pair.second.kill()
    until(lambda: bool(answers) and answers[-1].headers[FROM] == "primary")
    stop.set()
    asking.join(60)
    here = {path: quick.get(path) for path in READ}
    replicated.pair.second.run()
    until(lambda: is_from(quick, "standby"))

    assert {(answer.status_code, answer.headers[FROM]) for answer in there.values()} == {(200, "standby")}
    assert max(float(answer.headers[LAG]) for answer in there.values()) <= QUICK_S
    assert {answer.status_code for answer in answers} == {200}
    assert {(answer.headers[FROM], LAG in answer.headers) for answer in here.values()} == {("primary", False)}
    assert {path: answer.text for path, answer in there.items()} == {path: one.text for path, one in here.items()}


def test_past_the_limit_the_primary_answers(replicated: ReplicatedSite, quick: httpx.Client) -> None:
    """A standby that stands still answers until the limit, with a growing age, and then the primary does."""
    until(lambda: is_from(quick, "standby"))
    replicated.standby("SELECT pg_wal_replay_pause()")
    try:
        newest = replicated.store()
        before = []
        while (answer := quick.get(OBSERVATIONS)).headers[FROM] == "standby":
            before.append(answer)
    finally:
        replicated.standby("SELECT pg_wal_replay_resume()")
    until(lambda: is_from(quick, "standby"))
    after = quick.get(OBSERVATIONS)

    assert answer.json()["times"][-1].startswith(newest)
    assert max((float(one.headers[LAG]) for one in before), default=0) <= QUICK_S
    assert [newest in one.text for one in before] == [False] * len(before)
    assert after.json()["times"][-1].startswith(newest)


def test_no_caller_goes_back(replicated: ReplicatedSite, patient: httpx.Client) -> None:
    """After an answer of the primary, of whatever, the old standby answers no more; to others it still does."""
    other = bearer(replicated.key)
    until(lambda: is_from(patient, "standby"))
    until(lambda: patient.get(OBSERVATIONS, headers=other).headers[FROM] == "standby")
    replicated.standby("SELECT pg_wal_replay_pause()")
    try:
        newest = replicated.store()
        told = patient.get(f"/api/v1/datastreams/{site.LEVEL}").json()
        mine, theirs = patient.get(OBSERVATIONS), patient.get(OBSERVATIONS, headers=other)
        known = patient.get(OBSERVATIONS, headers={"if-none-match": mine.headers["etag"]})
        asked = patient.get(OBSERVATIONS, headers=other | {"cache-control": "no-cache"})
        later = patient.get(OBSERVATIONS, headers=other)
    finally:
        replicated.standby("SELECT pg_wal_replay_resume()")

    assert told["latest"]["time"].startswith(newest)
    assert (mine.headers[FROM], newest in mine.text, known.status_code) == ("primary", True, 304)
    assert (theirs.headers[FROM], newest in theirs.text) == ("standby", False)
    assert [(one.headers[FROM], newest in one.text) for one in (asked, later)] == [("primary", True)] * 2


def test_what_decides_is_read_at_the_primary(replicated: ReplicatedSite, quick: httpx.Client) -> None:
    """States, alarms, the ledger and what changed say nothing of a standby, for none is asked."""
    answers = [quick.get(path, headers=bearer(replicated.key)) for path in DECIDES]

    assert [(answer.status_code, FROM in answer.headers) for answer in answers] == [(200, False)] * len(DECIDES)


def test_each_address_of_history_is_there_and_described(client: httpx.Client) -> None:
    """The description names the headers where an answer may have them, and nowhere else."""
    paths = client.get(reference.OPENAPI).json()["paths"]

    described = {
        path
        for path, operations in paths.items()
        for operation in operations.values()
        if FROM in operation["responses"].get("200", {}).get("headers", {})
    }
    assert described == HISTORY


def test_without_the_setting_nothing_is_said(client: httpx.Client) -> None:
    """One database is the default, and its answers have no such header."""
    assert FROM not in client.get(OBSERVATIONS).headers


def test_metrics_say_how_far_behind_the_standby_is(replicated: ReplicatedSite, quick: httpx.Client) -> None:
    """Seconds while it follows, more while its replay is held and the primary writes, infinite without one."""

    def lag_s() -> float:
        return figure(quick.get("/metrics").text, "tailwatch_standby_lag_seconds")

    until(lambda: lag_s() < QUICK_S)
    replicated.standby("SELECT pg_wal_replay_pause()")
    replicated.store()
    until(lambda: lag_s() > QUICK_S)
    replicated.standby("SELECT pg_wal_replay_resume()")
    until(lambda: lag_s() < QUICK_S)
    replicated.pair.second.kill()
    until(lambda: lag_s() == math.inf)
    alone = lag_s()
    replicated.pair.second.run()
    until(lambda: lag_s() < QUICK_S)

    assert alone == math.inf
