"""The comparison over the api: what is known of each, who sees whom, the same numbers everywhere, and thousands."""

import csv
import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from msgspec import to_builtins
from msgspec.structs import replace
from psycopg.types.json import Jsonb

from api.comparison import answers, table
from api.comparison.gathering import Gathered
from api.comparison.known import GatheredFacility, Told
from api.comparison.parameters import ComparisonQuery
from ingest import register
from ingest.assessment import assessor
from ingest.database import connect
from ingest.samples import water
from tailings.assess.model import FailureMode, WaterCompliance, not_assessed
from tailings.comparison import Candidate, Range, compare
from tests.api import people
from tests.api.conftest import API_ROLE
from tests.api.people import bearer
from tests.api.server import ApiServer
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, TestDatabase, fresh_database

PLACE = "/api/v1/comparison"
MAP = '[register]\nid = "{id}"\ntitle = "Cadastro"\nday = 2026-06-30\nlicence = "CC-BY-4.0"\npublic = {public}\n'
HEAD = "id,name,consequence_class,consequence_system,stability_concern,people_at_risk,protected_area_m"
ROWS = (
    "A1,Alto,Extreme,GISTM,yes,100,2500",
    "A2,Baixo,Low,GISTM,no,,",
    "A3,Outro,Alta,Classificação nacional,no,,",
    "A4,Vale do Sino,High,GISTM,,,",
)
ROSA = "INSERT INTO facility (id, name, document, file, version, hash) VALUES ('rosa', 'Rosa', %s, '', 1, 'x')"
SAID = "INSERT INTO register_match (entry_id, other_entry_id, is_same, author) VALUES (%s, %s, %s, 'user:3')"
NOW = datetime.now(UTC)
STUDY = {
    "net": [-1e6, 9e6, 99e6],
    "currency": "EUR",
    "exchange_rate": {"usd": 1.1},
    "cut_off_element": "W",
    "commodities": [{"element": "Cu", "unfc": "E3;F3;G4"}, {"element": "W", "unfc": "E2;F2;G2"}],
    "assayed": [{"element": "W", "intervals": 9, "below": 0}],
    "stated_materials": [],
    "measures": [{"name": "Auger", "cost": 4_000.0}],
    "next_holes": [{"name": "H-17", "cost": 3_200.0}],
}
"""What a comparison reads of a study."""
SEEPAGE = """sample,point,medium,time,laboratory,pH
S1,toe,seepage,{first},L,4.1
S2,toe,seepage,{second},L,5.3
S3,pond,pond,{second},L,2
"""


def fill(connection: "psycopg.Connection[Any]") -> None:
    """Vale, orange, with a study and samples; rosa, which is not public; a public register and one that is not."""
    for name, public, rows in (("pt", "true", ROWS), ("own", "false", ("B1,Only ours,Very High,GISTM,,,",))):
        content = "\n".join((HEAD, *rows)).encode()
        register.take(connection, f"{name}.csv", content, MAP.format(id=name, public=public), "user:3")
    mode = FailureMode("p", "P", "plan", "in-force", "orange", signal="orange", believed="orange", sight="reduced")
    made = replace(
        not_assessed("vale", NOW),
        verdict="orange",
        level="orange",
        sight="reduced",
        failure_modes=(mode,),
        reasons=(),
        valid_until=NOW + timedelta(minutes=30),
        water=WaterCompliance("exceeded", 10, 2, 1),
    )
    days = {"first": (NOW - timedelta(days=90)).isoformat(), "second": (NOW - timedelta(days=9)).isoformat()}
    with connection.transaction():
        connection.execute(assessor.PUT, ("vale", NOW, made.valid_until, "orange", Jsonb(to_builtins(made))))
        connection.execute(
            "INSERT INTO study (facility_id, version, author, inputs, inputs_sha256, samples_sha256, files, result) "
            "VALUES ('vale', 1, 'user:3', '', '', '', '{}', %s)",
            (Jsonb(STUDY),),
        )
    water.take(connection, "vale", "year.csv", SEEPAGE.format(**days).encode(), "system:1000")


@pytest.fixture(scope="module")
def compared(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ApiServer, TestDatabase]]:
    """An api over two facilities and two registers."""
    with fresh_database(cluster, KNOWS_VALE) as database:
        with psycopg.connect(database.conninfo()) as owner:
            document = {"name": "Rosa", "timezone": "UTC", "consequence_class": "low"}
            owner.execute(ROSA, (Jsonb(document),))
        with connect(database.conninfo("tailwatch_ingest")) as connection:
            fill(connection)
        server = ApiServer(tmp_path_factory.mktemp("compared"), database.conninfo(API_ROLE)).start(wait_for=PLACE)
        yield server, database
        server.stop()


@pytest.fixture(scope="module")
def anybody(compared: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client without a key."""
    with httpx.Client(base_url=compared[0].url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def reader(compared: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client who may read every facility."""
    key = bearer(people.add_key(compared[1].conninfo(), "read", facilities=("*",)))
    with httpx.Client(base_url=compared[0].url, timeout=60, headers=key) as client:
        yield client


def by_name(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """A facility of an answer with its indicators by name."""
    (found,) = [one for one in answer["facilities"] if one["name"] == name]
    return {**found, "of": {one["name"]: one for one in found["indicators"]}}


def test_each_indicator_has_its_range_source_and_words(anybody: httpx.Client) -> None:
    """Of vale by hand: orange 2/3, reduced 1/2, 2 of 10 limits 0.6 to 0.65, pH 4.1 to 5.3, 9.9 M USD, one point."""
    vale = by_name(anybody.get(PLACE, params={"of": "facilities"}).json(), "Vale do Sino")["of"]
    found = {
        name: (one["low"], one["high"], one["source"], one["code"] or one["numbers"]) for name, one in vale.items()
    }

    assert found["state"] == (0.6667, 0.6667, "assessment", "orange")
    assert found["sight"][:2] == (0.5, 0.5) and found["water"] == (0.6, 0.65, "assessment", [2, 1, 10])
    assert found["acid"] == (pytest.approx(0.425), pytest.approx(0.725), "water-samples", [4.1, 5.3])
    assert found["consequence"] == (0.5, 0.5, "facility-file", "high")
    assert vale["net"]["middle"] == pytest.approx(0.5 + 0.5 * 2.3888 / 6.9088, abs=2e-4) and found["net"][
        3
    ] == pytest.approx([-1.1e6, 9.9e6, 108.9e6])
    assert found["feasibility"][2:] == ("study", "E2;F2;G2") and found["confidence"][0] == 0.6667
    assert found["completeness"][3][1] == 51 and found["people"] == (0.0, 1.0, None, [])


def test_the_file_has_each_number_as_it_was_said() -> None:
    """A net value of 1,234,567.5 USD and 12,345,678 people, no digit less than in the answer."""
    told = {
        "net": Told(Range(0, 1, 0.5), "study", NOW, numbers=(0.1, 1234567.5, 1e9)),
        "people": Told(Range(1, 1), "register", NOW, numbers=(12_345_678.0,)),
    }
    answer = answers.answer(Gathered(NOW, 1, [GatheredFacility("f", "F", told)]), ComparisonQuery())
    (line,) = csv.DictReader(io.StringIO(table.csv(answer).decode()))

    assert [float(one) for one in line["net_numbers"].split()] == [0.1, 1234567.5, 1e9]
    assert line["people_numbers"] == "12345678"


def test_a_row_of_a_register_says_what_it_says(anybody: httpx.Client) -> None:
    """A concern is yellow or worse; a class of another system, and no concern, say nothing: such a row is counted."""
    answer = anybody.get(PLACE, params={"of": "registers"}).json()
    alto, baixo = by_name(answer, "Alto"), by_name(answer, "Baixo")

    assert [(one["name"], one["low"], one["high"]) for one in alto["indicators"] if one["is_known"]] == [
        ("state", 0.3333, 1.0),
        ("consequence", 1.0, 1.0),
        ("people", 0.6667, 0.6667),
        ("protected", 0.75, 0.75),
    ]
    assert [one["name"] for one in baixo["indicators"] if one["is_known"]] == ["consequence"]
    assert (answer["total"], answer["silent_entries"], answer["left_out"]) == (3, 1, 0)


def test_nobody_sees_what_other_pages_hide(anybody: httpx.Client, reader: httpx.Client) -> None:
    """A facility that is not public, a register that is not; and they turn nothing for who does not see them."""
    few, all_ = anybody.get(PLACE).json(), reader.get(PLACE).json()
    scores = [{one["key"]: one["hazard"]["centre"] for one in answer["facilities"]} for answer in (few, all_)]

    assert {one["name"] for one in all_["facilities"]} - {one["name"] for one in few["facilities"]} == {
        "Rosa",
        "Only ours",
    }
    assert scores[0].items() <= scores[1].items()
    assert "Rosa" not in anybody.get(f"{PLACE}/export").text


def test_a_row_that_is_a_facility_of_this_site_is_not_compared_with_it(
    reader: httpx.Client, anybody: httpx.Client, compared: tuple[ApiServer, TestDatabase]
) -> None:
    """Once a person said so; taken back, it is compared again."""
    before = reader.get(PLACE).json()
    (entry,) = [one["entry"] for one in before["facilities"] if one["register"] and one["name"] == "Vale do Sino"]
    totals = []
    for is_same in (True, False):
        with psycopg.connect(compared[1].conninfo("tailwatch_ingest")) as connection:
            connection.execute(
                "INSERT INTO register_match (entry_id, facility_id, is_same, author) VALUES (%s, 'vale', %s, 'user:3')",
                (entry, is_same),
            )
        totals.append(reader.get(PLACE).json()["total"])

    assert totals == [before["total"] - 1, before["total"]]


def test_a_row_is_a_facility_of_this_site_by_way_of_other_rows_too(
    reader: httpx.Client, anybody: httpx.Client, compared: tuple[ApiServer, TestDatabase]
) -> None:
    """Three rows are said to be the next one each, the last of them vale: none is compared with it. To who does not see
    the row in the middle, the first stays; and all are back when it is taken back."""
    before = [client.get(PLACE).json()["total"] for client in (reader, anybody)]
    found = reader.get(PLACE).json()["facilities"]
    number = {one["name"]: one["entry"] for one in found if one["register"]}
    pairs = (("Alto", "Only ours"), ("Baixo", "Only ours"))
    totals = []
    for is_same in (True, False):
        with psycopg.connect(compared[1].conninfo("tailwatch_ingest")) as connection:
            for one, other in pairs:
                connection.execute(SAID, (number[one], number[other], is_same))
            connection.execute(
                "INSERT INTO register_match (entry_id, facility_id, is_same, author) VALUES (%s, 'vale', %s, 'user:3')",
                (number["Baixo"], is_same),
            )
        totals.append([client.get(PLACE).json()["total"] for client in (reader, anybody)])

    assert totals == [[before[0] - 3, before[1] - 1], before]


def test_the_ranks_are_those_of_the_ranges_that_are_told(reader: httpx.Client) -> None:
    """Compared again from the ranges in the answer: the same shares but for their rounding; the file says the same."""
    asked = {"state": 10, "water": 40, "freedom": 60, "seed": 5, "by": "value"}
    answer = reader.get(PLACE, params=asked).json()
    of = [
        Candidate(one["key"], {it["name"]: Range(it["low"], it["high"], it["middle"]) for it in one["indicators"]})
        for one in answer["facilities"]
    ]
    stated = {one["name"]: one["weight"] for one in answer["indicators"] if one["axis"] == "value"}
    ranking = compare("value", of, stated, 0.6, seed=5)
    lines = {one["key"]: one for one in csv.DictReader(io.StringIO(reader.get(f"{PLACE}/export", params=asked).text))}

    assert [one["value"]["first"] for one in answer["facilities"]] == pytest.approx(
        list(ranking.shares[:, 0]), abs=0.01
    )
    assert list(ranking.order) == list(range(len(of)))
    assert {key: float(one["hazard_first"]) for key, one in lines.items()} == {
        one["key"]: one["hazard"]["first"] for one in answer["facilities"]
    }


def test_it_says_what_turns_and_what_would_settle_the_order(reader: httpx.Client) -> None:
    """With the weights that it names the first two are equal; the cheapest step of the study has its cost."""
    answer = reader.get(PLACE, params={"freedom": 0}).json()
    hazard, value = answer["hazard"], answer["value"]
    first, second = (
        next(one for one in answer["facilities"] if one["key"] == hazard[name]["key"]) for name in ("first", "second")
    )
    then = hazard["turning"]["weights"]

    def score(one: dict[str, Any]) -> float:
        return sum(then[it["name"]] * (it["low"] + it["high"]) / 2 for it in one["indicators"] if it["name"] in then)

    assert score(first) == pytest.approx(score(second), abs=2e-3) and 0 < hazard["turning"]["moved"] < 1
    assert all(one["known"] <= one["now"] for one in hazard["settling"])
    net = [one for one in value["settling"] if (one["key"], one["indicator"]) == ("vale", "net")]
    assert [(one["measure"], one["cost"], one["currency"]) for one in net] == [("H-17", 3_200.0, "EUR")]


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"net": 0, "feasibility": 0, "confidence": 0, "completeness": 0}, 422, "a weight above 0"),
        ({"state": 101}, 422, "state must be"),
        ({"stat": 4}, 422, "did you mean state"),
    ],
)
def test_what_cannot_be_compared_is_said(anybody: httpx.Client, asked: dict[str, int], status: int, told: str) -> None:
    """An axis without a weight, a weight that is none, an indicator that there is not."""
    answer = anybody.get(PLACE, params=asked)

    assert (answer.status_code, told in answer.json()["detail"]) == (status, True)


def test_of_rows_that_are_one_facility_the_newest_register_counts(
    reader: httpx.Client, compared: tuple[ApiServer, TestDatabase]
) -> None:
    """Three rows are one: the first says nothing, the second Low, 10 people and a concern, the third, which is newer,
    Extreme, 1,000 people and no concern any more. So it is one facility, extreme, of 1,000 people, by the newest."""
    rows = {
        "x": ("2026-01-31", ",,,,"),
        "y": ("2026-02-28", "Low,GISTM,yes,10,"),
        "z": ("2026-07-31", "Extreme,GISTM,no,1000,"),
    }
    totals = [reader.get(PLACE).json()]
    with connect(compared[1].conninfo("tailwatch_ingest")) as connection:
        for name, (day, said) in rows.items():
            given = MAP.format(id=name, public="false").replace("2026-06-30", day)
            register.take(connection, name, f"{HEAD}\n{name},Same {name},{said}".encode(), given, "user:3")
        totals.append(reader.get(PLACE).json())
        number = dict(connection.execute("SELECT register_id, id FROM register_entry").fetchall())
        for other in ("y", "z"):
            connection.execute(SAID, (number["x"], number[other], True))
        connection.commit()
        totals.append(reader.get(PLACE).json())
    found = by_name(totals[2], "Same x")

    assert [one["total"] - totals[0]["total"] for one in totals] == [0, 2, 1]
    assert [one["silent_entries"] - totals[0]["silent_entries"] for one in totals] == [0, 1, 0]
    assert {
        name: (one["code"] or one["numbers"], one["dated"][:10]) for name, one in found["of"].items() if one["source"]
    } == {
        "consequence": ("Extreme", "2026-07-31"),
        "people": ([1000.0], "2026-07-31"),
    }


def test_two_thousand_rows_are_compared_at_once(compared: tuple[ApiServer, TestDatabase], reader: httpx.Client) -> None:
    """Far below the seconds that a person waits also on a busy machine; what is more than that is counted."""
    rows = "\n".join(
        (
            HEAD,
            *(f"M{n},Name {n},{('Low', 'High', 'Extreme')[n % 3]},GISTM,{('yes', '')[n % 2]},," for n in range(2_000)),
        )
    )
    with connect(compared[1].conninfo("tailwatch_ingest")) as connection:
        register.take(connection, "many.csv", rows.encode(), MAP.format(id="many", public="false"), "user:3")
    begun = time.perf_counter()
    answer = reader.get(PLACE, params={"limit": 50}).json()
    print(f"2,000 compared in {time.perf_counter() - begun:.2f} s")

    assert (answer["total"], len(answer["facilities"])) == (2_000, 50)
    assert answer["left_out"] > 0 and time.perf_counter() - begun < 10
