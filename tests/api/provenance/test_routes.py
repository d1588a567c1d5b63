"""Provenance over the api: the way from a figure to what was measured, with the figure computed again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any

import httpx
import psycopg
import pytest

from ingest import revisions
from ingest.migrate import migrate, migrations
from ingest.revisions import Replacement, RevisionDraft
from ingest.versions.facility import register
from tailings import parse
from tailings.instants import rfc3339
from tests.api.server import ApiServer
from tests.api.site import commit
from tests.servers import Database, fresh_database
from tests.tailings.facilities import VALE

T = datetime(2026, 5, 1, 12, tzinfo=UTC)
# Geokon 4500 manual, page 26: 2597.88 Hz is 6749 digits and, at the zero's temperature and barometer, 418.77 kPa.
RAW = {"n07:vw1.frequency": 2597.88, "n07:vw1.thermistor": 5357.0, "n01:baro.pressure": 961.0}
KPA, TEMPERATURE = 418.77, 12.0
AHEAD = 2700.0
# Half an hour before, without a temperature; the pressure was revised when the level had long been written.
EARLY = T - timedelta(minutes=30)
EARLIER = {"n07:vw1.frequency": 2600.0, "n01:baro.pressure": 955.0}
EARLIER_KPA = -0.1795 * (2600.0**2 / 1000 - 9082.0) - (95.5 - 96.1)
EARLIER |= {"n07:vw1.pressure": EARLIER_KPA, "n07:vw1.level": 318.4 + EARLIER_KPA / 9.80665}
REVISED_KPA = 400.0


@pytest.fixture(scope="module")
def client(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The test facility with one reading of n07 and its pressure, stored as the agent derives it."""
    with fresh_database(cluster) as database:
        with psycopg.connect(database.conninfo()) as owner:
            migrate(owner, migrations())
            text = VALE.read_text()
            register(owner, parse(text), text)
            ids = {name.removeprefix("vale:"): id for id, name in owner.execute("SELECT id, name FROM datastream")}
            for name, value in RAW.items():
                put(owner, ids[name], value, None)
            put(owner, ids["n07:vw1.temperature"], thermistor(), 1)
            put(owner, ids["n07:vw1.pressure"], pressure(), 1)
            put(owner, ids["n07:vw1.level"], 1.0, 1)
            put(owner, ids["n02:vw1.frequency"], AHEAD, None, datetime.now(UTC) + timedelta(hours=1))
            for name, value in EARLIER.items():
                put(owner, ids[name], value, None if name in RAW else 1, EARLY)
            commit(owner, list(ids.values()))
            revise(owner, ids["n07:vw1.pressure"], EARLY, REVISED_KPA)
        server = ApiServer(tmp_path_factory.mktemp("api"), database.conninfo("tailwatch_api")).start()
        with httpx.Client(base_url=server.url, timeout=60) as client:
            yield client
        server.stop()


def put(owner: psycopg.Connection[Any], id: int, value: float, cfg: int | None, time: datetime = T) -> None:
    """Store one observation as ingest does."""
    owner.execute("INSERT INTO observation VALUES (%s, %s, %s, 1, NULL, %s)", (id, time, value, cfg))
    owner.execute(
        "INSERT INTO latest VALUES (%s, %s, %s, 1, NULL, now(), 1, %s) ON CONFLICT DO NOTHING", (id, time, value, time)
    )


def revise(owner: psycopg.Connection[Any], id: int, time: datetime, value: float) -> None:
    """Give a derived value another one, as a revision does, and derive nothing anew."""
    stop = time + timedelta(hours=1)
    number = revisions.begin(owner, RevisionDraft("vale", "rederive", "user:1", "the cable was wet", time, stop=stop))
    rows = Replacement.of(id, [round(time.timestamp() * 1000)], [value], [1], [None], cfg=1)
    replaced = revisions.replace(owner, number, rows)
    revisions.progress(owner, number, stop, replaced.changed, replaced.added)
    revisions.close(owner, number)


def thermistor() -> float:
    """Steinhart-Hart with Geokon's coefficients, written out."""
    r = log(RAW["n07:vw1.thermistor"])
    return 1 / (1.4051e-3 + 2.369e-4 * r + 1.019e-7 * r**3) - 273.15


def pressure() -> float:
    """G (R1 - R0) + K (T1 - T0) - (S1 - S0), written out."""
    digits = RAW["n07:vw1.frequency"] ** 2 / 1000
    return -0.1795 * (digits - 9082.0) + 0.05 * (thermistor() - 12.0) - (96.1 - 96.1)


def ask(client: httpx.Client, name: str, **query: str) -> dict[str, Any]:
    """The provenance of a datastream."""
    found: dict[str, Any] = client.get(f"/api/v1/datastreams/vale:{name}/provenance", params=query).json()
    return found


def test_a_pressure_leads_back_to_frequency_thermistor_and_barometer(client: httpx.Client) -> None:
    """Each step with its value; the pressure is that of the manual, and computing it again gives the stored one."""
    steps = {step["datastream"]: step for step in ask(client, "n07:vw1.pressure")["steps"]}
    figure = steps["vale:n07:vw1.pressure"]

    assert {name: steps[f"vale:{name}"]["result"] for name in RAW} == RAW
    assert figure["result"] == pytest.approx(KPA, abs=0.1) and figure["is_equal"] is True
    assert figure["calibration"]["gauge_factor_kpa_per_digit"] == -0.1795


def test_a_wrong_figure_is_found_out(client: httpx.Client) -> None:
    """A stored level that the formula does not give is told as not equal, with what it gives (tip 318.40 m)."""
    figure = ask(client, "n07:vw1.level")["steps"][0]

    assert figure["is_equal"] is False
    assert figure["recomputed"] == pytest.approx(318.4 + pressure() / 9.80665, abs=0.01)


def test_it_names_the_file_and_its_row_of_the_audit_log(client: httpx.Client) -> None:
    """Version and hash of the facility file, and a digest of the chain."""
    applied = ask(client, "n07:vw1.pressure")["facility_version"]

    assert applied["version"] == 1 and applied["audit_number"] == 1 and len(applied["audit_digest"]) == 64
    assert applied["hash"] == parse(VALE.read_text()).version_hash


def test_a_raw_reading_is_its_own_origin(client: httpx.Client) -> None:
    """One step, as measured."""
    (step,) = ask(client, "n01:baro.pressure")["steps"]

    assert step["formula"] is None and step["inputs"] == {} and step["is_equal"] is None


def test_without_a_time_it_is_the_newest_whatever_the_clock_says(client: httpx.Client) -> None:
    """A reading of this second, or of a node whose clock is ahead, is the newest, as in the list of datastreams."""
    (step,) = ask(client, "n02:vw1.frequency")["steps"]

    assert step["result"] == AHEAD


def test_before_the_first_observation_there_is_nothing(client: httpx.Client) -> None:
    """A time before it is not found, and says what to change."""
    early = (T - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    answer = client.get("/api/v1/datastreams/vale:n07:vw1.pressure/provenance", params={"at": early})

    assert answer.status_code == 404 and "give a later one" in answer.json()["detail"]


def test_the_panel_says_the_same_in_words(client: httpx.Client) -> None:
    """The part for the side panel has figure, calibration, formula and history; it is no whole page."""
    text = client.get("/f/vale/provenance", params={"ds": "vale:n07:vw1.pressure", "part": "1"}).text

    assert "Where 418.8 kPa comes from" in text and "the same as stored" in text
    assert "G \u22120.1795 kPa/digit" in text and "audit row 1" in text and "<html" not in text


def test_the_numbers_are_those_that_were_used(client: httpx.Client) -> None:
    """A value that was revised later stands in the line as the figure was made of it, and its own origin too."""
    early = rfc3339(EARLY)
    figure, pressure, *_ = ask(client, "n07:vw1.level", at=early)["steps"]
    numbers = {one["name"]: one["value"] for one in figure["equation"]["numbers"]}

    assert numbers["pressure"] == pressure["result"] == EARLIER_KPA
    assert figure["is_equal"] is True and pressure["is_equal"] is True
    assert ask(client, "n07:vw1.pressure", at=early)["steps"][0]["result"] == REVISED_KPA


def test_an_input_that_was_not_there_is_said(client: httpx.Client) -> None:
    """No temperature: the term is left out of the line, and the panel says so; it is not 0."""
    early = rfc3339(EARLY)
    pressure = ask(client, "n07:vw1.level", at=early)["steps"][1]
    text = client.get("/f/vale/provenance", params={"ds": "vale:n07:vw1.level", "part": "1", "at": early}).text

    assert {one["role"]: one["use"] for one in pressure["used"]}["temperature"] == "missing"
    assert "temperature" not in pressure["equation"]["line"] and "T1: no reading at that time" in text


def test_the_panel_puts_the_numbers_into_the_formula(client: httpx.Client) -> None:
    """The line of the level and its numbers: by hand 318.40 + 379.3 / 9.80665 = 357.08, and what the pressure was."""
    asked = {"ds": "vale:n07:vw1.level", "part": "1", "at": rfc3339(EARLY)}
    text = client.get("/f/vale/provenance", params=asked).text.replace("\u00a0", " ")

    assert "water level = tip + 1000 · pore pressure / (9.80665 · ρ)" in text
    assert f"{318.4 + EARLIER_KPA / 9.80665:.2f} m = 318.40 m + 1000 · {EARLIER_KPA:.1f} kPa / (9.80665" in text
    assert f"pore pressure: {EARLIER_KPA:.1f} kPa, 1 May 12:30; from 2600.00 Hz, the reading before" in text


def test_an_address_of_release_0_2_leads_on(client: httpx.Client) -> None:
    """A link that somebody kept, of a reading or of a figure of a study, with all that it asks."""
    places = [client.get(f"/f/vale/{old}why?ds=a&part=1").headers["location"] for old in ("", "value/")]

    assert places == ["/f/vale/provenance?ds=a&part=1", "/f/vale/value/provenance?ds=a&part=1"]
