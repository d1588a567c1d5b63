"""What is reached today on the page: assays, study file and a reading of the pond in, the net value of it out."""

import csv
import io
import re
from collections.abc import Iterator

import httpx
import numpy as np
import psycopg
import pytest

from ingest import studies
from ingest.migrate import migrate, migrations
from ingest.samples import assays
from ingest.versions.facility import register
from tailings.facility import parse
from tailwatch.demo import assays as demo
from tests.api.server import ApiServer
from tests.dashboard.safety.plans import PLANS
from tests.dashboard.site import VALE
from tests.dashboard.value import study
from tests.dashboard.value.test_page import GREEN_M, YELLOW_M, pond
from tests.servers import Database, TestDatabase, fresh_database

RICH = 4.0
"""The tungsten of the beach is so many times that of the rest."""
NET = re.compile(r"([+\u2212]?[\d.\u202f]+)[\s\u00a0]M EUR net \(P50\) from what is reachable")


def rich_beach() -> bytes:
    """The demo's assays with the tungsten of the holes 120 m from the crest multiplied."""
    rows = list(csv.DictReader(io.StringIO(demo.text())))
    for row in rows:
        if row["offset_m"] == "-120":
            row["WO3 % [XRF]"] = f"{float(row['WO3 % [XRF]']) * RICH:.4f}"
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def only_the_beach_closes() -> str:
    """The study file: the yellow level closes bench 3 alone, the others wait for red; tungsten alone, costs plain."""
    text = study.inputs('"overtopping"')
    parts = re.split(r"(?=\[\[bench\]\])", text)
    return "".join(
        part.replace("plans = [", 'closes_at = "red"\nplans = [', 1)
        if part.startswith("[[bench]]") and "beach" not in part
        else part
        for part in parts
    )


@pytest.fixture(scope="module")
def site(cluster: Database) -> Iterator[TestDatabase]:
    """Vale with its plans and that study."""
    with fresh_database(cluster) as database, psycopg.connect(database.conninfo()) as connection:
        migrate(connection, migrations())
        text = VALE.read_text() + PLANS
        register(connection, parse(text, str(VALE)), text)
        assays.take(connection, "vale", "rich.csv", rich_beach(), "system:1000", synthetic="for this test")
        studies.make(connection, "vale", only_the_beach_closes(), "system:1000")
        connection.commit()
        yield database


@pytest.fixture(scope="module")
def client(site: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the pages over it."""
    running = ApiServer(tmp_path_factory.mktemp("reach"), site.conninfo("tailwatch_api")).start()
    with httpx.Client(base_url=running.url, timeout=60) as client:
        yield client
    running.stop()


def net_of(page: str) -> float:
    """The figure of what is reached, in M EUR."""
    (found,) = NET.findall(page)
    return float(found.replace("\u2212", "-").replace("\u202f", ""))


def own_net(open_grade: dict[str, float], share: float, client: httpx.Client) -> float:
    """The P50 of a Monte Carlo of this test over the inputs of the stored study, with open grades [M EUR]."""
    case = client.get("/api/v1/facilities/vale/study").json()["result"]["case"]
    random = np.random.default_rng(7)

    def drawn(of: dict[str, float], factor: float = 1.0) -> np.ndarray:
        z = random.standard_normal(200_000)
        low, mid, high = (factor * of[name] for name in ("low", "mid", "high"))
        return np.maximum(mid + z * np.where(z < 0, mid - low, high - mid) / 1.2815515655, 0.0)

    tonnes = drawn(case["volume"]) * drawn(case["density"]) * share
    net = -drawn(case["plant"]) + share * drawn(case["avoided_liability"]) - tonnes * drawn(case["cost"])
    for one in case["commodities"]:
        grade = drawn(one["grade"], open_grade[one["element"]])
        net += tonnes * grade / 1e6 * drawn(one["recovery"]) * drawn(one["price"]) * one["payability"]
    for use in case["bulk"]:
        net += tonnes * use["share"] * drawn(use["price"])
    return float(np.median(net)) / 1e6


def test_a_rich_bench_that_closes_takes_its_metal_with_it(site: TestDatabase, client: httpx.Client) -> None:
    """Of 500 panels the beach has 200; the page falls by what those hold, not by two fifths of the whole."""
    pond(site, GREEN_M)
    whole = client.get("/f/vale/value").text
    pond(site, YELLOW_M)
    part = client.get("/f/vale/value").text
    panels = list(csv.DictReader(io.StringIO(client.get("/api/v1/facilities/vale/study/tables/panels").text)))
    is_open = np.array([not -180 <= float(row["offset_m"]) < -60 for row in panels])
    grades = {of: np.array([float(row[f"{of}_mg_per_kg"]) for row in panels]) for of in ("W", "Cu", "Sn", "Zn")}
    open_grade = {of: float(grade[is_open].mean() / grade.mean()) for of, grade in grades.items()}
    shown = [net_of(page) for page in (whole, part)]

    assert open_grade["W"] < 0.8
    assert shown[1] == pytest.approx(own_net(open_grade, 0.6, client), abs=1.5)
    assert own_net(dict.fromkeys(open_grade, 1.0), 0.6, client) > shown[1] + 6
