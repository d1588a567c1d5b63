"""Registers through the api: a file brought and looked at, lists by keyset, history, who sees what, files out."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from msgspec import to_builtins
from msgspec.structs import replace
from psycopg.types.json import Jsonb

from api.register import queries
from ingest import register
from ingest.assessment import assessor
from ingest.database import connect
from tailings.assess.model import Verdict, not_assessed
from tests.api import people
from tests.api.conftest import API_ROLE
from tests.api.people import bearer
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.dashboard.value import study
from tests.ingest.conftest import KNOWS_VALE
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.study.example import COARSE

MAP = """
[register]
id = "{id}"
title = "Cadastro"
day = {day}
licence = "CC-BY-4.0"
public = {public}
"""
ROWS = ["id,name,country,status,volume_m3,longitude,latitude"] + [
    f"A{n:03d},{'Ávila' if n % 3 else 'Río'} {n:03d},{'PT' if n % 2 else 'ES'},active,{n}.5,," for n in range(45)
]
NAMES = "/api/v1/registers"
MANY = """
INSERT INTO register_entry (register_id, registered_id, revision, seen_import_id, sort_name, search)
SELECT 'own', 'many-' || n, 1, (SELECT max(id) FROM register_import WHERE register_id = 'own'), '', ''
FROM generate_series(1, %s) n
"""


def text(rows: list[str]) -> bytes:
    """The bytes of a file."""
    return "\n".join(rows).encode()


@pytest.fixture(scope="module")
def registered(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ApiServer, TestDatabase]]:
    """An api over a public register of two files, and one that is not public; ingest carries out commands."""
    with fresh_database(cluster, KNOWS_VALE) as database:
        with connect(database.conninfo("tailwatch_ingest")) as connection:
            later = [one.replace(",7.5,", ",8.5,") for one in ROWS[:-1]]
            for day, rows in (("2026-01-31", ROWS), ("2026-06-30", later)):
                given = MAP.format(id="pt", day=day, public="true")
                register.take(connection, "pt.csv", text([*rows, "B1,,PT,,,,"]), given, "user:3")
            own = MAP.format(id="own", day="2026-01-01", public="false")
            register.take(connection, "own.csv", text([ROWS[0], "A001,Own 1,PT,closed,2,,"]), own, "user:3")
        server = ApiServer(tmp_path_factory.mktemp("register"), database.conninfo(API_ROLE)).start(wait_for=NAMES)
        with command_runner_of(database):
            yield server, database
        server.stop()


@pytest.fixture(scope="module")
def anybody(registered: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client without a key."""
    with httpx.Client(base_url=registered[0].url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def approver(registered: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client who may read and approve in every facility."""
    key = bearer(people.add_key(registered[1].conninfo(), "read", "approve", facilities=("*",)))
    with httpx.Client(base_url=registered[0].url, timeout=60, headers=key) as client:
        yield client


def test_a_list_is_read_page_by_page(anybody: httpx.Client) -> None:
    """By name, whatever its accents; each once, and the total on every page."""
    found: list[Any] = []
    address = f"{NAMES}/entries?limit=20"
    while address:
        answer = anybody.get(address).json()
        found += answer["entries"]
        assert answer["total"] == 45
        address = answer["next"]

    names = [one["values"]["name"] for one in found]
    assert names == sorted(names, key=lambda name: name.replace("Á", "A").replace("í", "i"))
    assert len({one["number"] for one in found}) == 45


def test_search_and_filters_narrow_the_list(anybody: httpx.Client) -> None:
    """Without accents and capitals; by country; a cursor of another list is refused."""
    river = anybody.get(f"{NAMES}/entries", params={"search": "RIO", "country": "PT", "limit": 3}).json()
    other = anybody.get(river["next"].replace("country=PT", "country=ES"))

    assert [one["values"]["id"] for one in river["entries"]] == ["A003", "A009", "A015"]
    assert (river["total"], other.status_code) == (7, 422)
    assert river["choices"] == {
        "registers": ["pt"],
        "countries": ["ES", "PT"],
        "statuses": ["active"],
        "consequences": [],
        "commodities": [],
    }


def test_who_reads_not_everything_sees_what_is_public(anybody: httpx.Client, approver: httpx.Client) -> None:
    """The other register, its entries and its imports are not even said to be there."""
    own = approver.get(f"{NAMES}/entries?register=own").json()["entries"]
    number = own[0]["number"]

    assert [one["id"] for one in anybody.get(NAMES).json()["registers"]] == ["pt"]
    assert [one["id"] for one in approver.get(NAMES).json()["registers"]] == ["own", "pt"]
    assert anybody.get(f"{NAMES}/entries?register=own").json()["total"] == 0
    assert [anybody.get(f"{NAMES}/{path}").status_code for path in (f"entries/{number}", "imports")] == [404, 401]


def test_an_entry_has_its_history(anybody: httpx.Client, approver: httpx.Client) -> None:
    """Each revision with file, row and day, and what differs; authors are told to those who may read everything."""
    (one,) = anybody.get(f"{NAMES}/entries?search=a007").json()["entries"]
    found = anybody.get(f"{NAMES}/entries/{one['number']}").json()

    assert (found["values"]["volume_m3"], found["day"], found["licence"]) == (8.5, "2026-06-30", "CC-BY-4.0")
    assert [(r["revision"], r["day"], r["file_row"], r["differs"], r["author"]) for r in found["history"]] == [
        (2, "2026-06-30", 9, ["volume_m3"], ""),
        (1, "2026-01-31", 9, [], ""),
    ]
    assert approver.get(f"{NAMES}/entries/{one['number']}").json()["history"][0]["author"] == "user:3"


def test_what_is_gone_and_what_was_refused_is_told(anybody: httpx.Client, approver: httpx.Client) -> None:
    """The last row is in the first file only; the row without a name is in a file to download. As many
    are without a place as the filter of that name lists: those that are still in it."""
    (pt,) = anybody.get(NAMES).json()["registers"]
    imports = approver.get(f"{NAMES}/imports?register=pt").json()["imports"]
    refused = approver.get(f"{NAMES}/imports/{imports[0]['number']}/refused").text

    assert (pt["facilities"], pt["gone"], pt["without_place"]) == (45, 1, 44)
    listed = anybody.get(f"{NAMES}/entries", params={"register": "pt", "attention": "no-place"}).json()
    assert listed["total"] == 44
    assert [(one["rows_in"], one["added"], one["changed"], one["unchanged"], one["refused"]) for one in imports] == [
        (45, 0, 1, 43, 1),
        (46, 45, 0, 0, 1),
    ]
    assert list(csv.DictReader(io.StringIO(refused))) == [
        {"row": "46", "field": "name", "reason": "is empty", "fix": "each facility needs it"}
    ]


@pytest.mark.parametrize("form", ["csv", "geojson", "gpkg"])
def test_a_file_out_is_there_already_when_it_comes_in(approver: httpx.Client, form: str) -> None:
    """By the same addresses: previewed by a command, every row is unchanged."""
    content = approver.get(f"{NAMES}/export", params={"form": form, "register": "pt"}).content
    given = MAP.format(id="pt", day="2026-06-30", public="true")
    outcome = command(approver, content, given, preview="true")["outcome"]

    assert (outcome["rows_in"], outcome["unchanged"], outcome["refused"]) == (45, 45, 0)


def command(client: httpx.Client, content: bytes, given: str, **more: str) -> dict[str, Any]:
    """A file brought, and the command as it ended."""
    asked = client.post(f"{NAMES}/file", params={"name": "x.csv", "map": given, **more}, content=content)
    assert asked.status_code == 202, asked.text
    place = asked.headers["location"]
    until(lambda: client.get(place).json()["state"] not in ("issued", "running"))
    found: dict[str, Any] = client.get(place).json()
    return found


def test_a_register_is_brought_by_those_who_approve_everywhere(
    approver: httpx.Client, anybody: httpx.Client, registered: tuple[ApiServer, TestDatabase]
) -> None:
    """What is wrong with the map is the reason of the refusal; of one facility alone the right does not do."""
    given = MAP.format(id="new", day="2026-01-01", public="true")
    done = command(approver, text(ROWS[:4]), given)
    refused = command(approver, text(ROWS[:4]), "[register]")
    of_one = bearer(people.add_key(registered[1].conninfo(), "read", "approve", facilities=("vale",)))
    asked = {"params": {"name": "x", "map": given}, "content": b"id,name\n"}
    aside = {"kind": "import-register", "facility": "vale", "body": {"name": "x", "content": "aWQ=", "map": given}}
    place = approver.post("/api/v1/commands", json=aside).headers["location"]
    until(lambda: approver.get(place).json()["state"] == "refused")

    assert (done["state"], done["facility"], done["outcome"]["added"]) == ("done", "*", 3)
    assert (refused["state"], "map: " in refused["outcome"]["reason"]) == ("refused", True)
    assert [anybody.post(f"{NAMES}/file", **asked, headers=one).status_code for one in ({}, of_one)] == [401, 403]
    assert "of no facility" in approver.get(place).json()["outcome"]["reason"]


def test_a_geojson_out_has_what_a_reader_needs(anybody: httpx.Client) -> None:
    """A FeatureCollection with the register beside each."""
    answer = anybody.get(f"{NAMES}/export", params={"form": "geojson", "search": "a007"})
    (feature,) = json.loads(answer.content)["features"]

    assert answer.headers["content-type"] == "application/geo+json"
    assert (feature["properties"]["register"], feature["properties"]["register_licence"]) == ("pt", "CC-BY-4.0")


def test_a_body_without_its_fields_is_told_which(approver: httpx.Client) -> None:
    """Two fields are left out: each is named as missing, in a sentence."""
    said = approver.post(f"{NAMES}/matches", json={}).json()["detail"]

    assert said == "entry is missing; it is required. is_same is missing; it is required."


def test_the_same_facility_elsewhere_is_confirmed_by_a_person(approver: httpx.Client, anybody: httpx.Client) -> None:
    """Proposed by its id; confirmed and taken back; what contradicts stands beside, and neither row changes."""
    (own,) = approver.get(f"{NAMES}/entries?register=own").json()["entries"]
    (other,) = approver.get(f"{NAMES}/entries?register=pt&search=a001").json()["entries"]
    asked = f"{NAMES}/entries/{own['number']}/candidates"
    before = [one for one in approver.get(asked).json()["candidates"] if one["register"] == "pt"]
    said = {"entry": own["number"], "other": other["number"]}
    for is_same in (False, True):
        place = approver.post(f"{NAMES}/matches", json={**said, "is_same": is_same}).headers["location"]
        until(lambda place=place: approver.get(place).json()["state"] == "done")
    after = approver.get(asked).json()["candidates"][0]

    assert [(one["number"], one["is_same_id"], one["is_same"]) for one in before] == [(other["number"], True, None)]
    assert [one["column"] for one in after["contradictions"]] == ["name", "status", "volume_m3"]
    assert (after["is_same"], after["contradictions"][2]) == (
        True,
        {"column": "volume_m3", "here": 2.0, "there": 1.5, "is_measured": False, "layers": []},
    )
    assert approver.get(f"{NAMES}/entries/{own['number']}").json()["values"] == own["values"]
    seen = anybody.get(f"{NAMES}/entries/{other['number']}/candidates").json()["candidates"]
    assert "own" not in {one["register"] for one in seen}
    assert anybody.post(f"{NAMES}/matches", json={**said, "is_same": True}).status_code == 401


@pytest.mark.parametrize(
    ("verdict", "columns"), [("orange", ["stability_concern", "volume_m3"]), ("green", ["volume_m3"])]
)
def test_a_register_that_measurements_contradict_is_flagged(
    registered: tuple[ApiServer, TestDatabase], approver: httpx.Client, verdict: Verdict, columns: list[str]
) -> None:
    """A register has no stability concern and 3 Mm3 of Vale, whose dam is orange and whose study has 1.2 Mm3."""
    with connect(registered[1].conninfo("tailwatch_ingest")) as connection:
        given = MAP.format(id="denies", day="2026-01-01", public="false")
        heading = "id,name,stability_concern,volume_m3"
        register.take(connection, "denies.csv", text([heading, "vale,Vale do Sino,no,3000000"]), given, "user:3")
        study.add(connection, "vale", COARSE)
        now = datetime.now(UTC)
        made = replace(not_assessed("vale", now), verdict=verdict, valid_until=now + timedelta(minutes=5))
        with connection.transaction():
            row = ("vale", now, made.valid_until, verdict, Jsonb(to_builtins(made)))
            connection.execute(assessor.PUT, row)
    (entry,) = approver.get(f"{NAMES}/entries?register=denies").json()["entries"]
    (found,) = approver.get(f"{NAMES}/entries/{entry['number']}/candidates").json()["candidates"]
    flagged = {one["column"]: (one["here"], one["there"]) for one in found["contradictions"] if one["is_measured"]}

    assert (found["facility"], list(flagged)) == ("vale", columns)
    assert flagged["volume_m3"] == (3_000_000.0, 1_200_000.0)
    assert flagged.get("stability_concern", ("no", verdict)) == ("no", verdict)


def test_a_match_that_cannot_be_is_refused(approver: httpx.Client) -> None:
    """Of an entry with itself, with nothing, with one of its own register, or with a facility that there is not."""
    first, second = (one["number"] for one in approver.get(f"{NAMES}/entries?register=pt&limit=2").json()["entries"])
    told = []
    for other in ({"other": first}, {}, {"other": second}, {"facility": "nowhere"}):
        place = approver.post(f"{NAMES}/matches", json={"entry": first, "is_same": True, **other}).headers["location"]
        until(lambda place=place: approver.get(place).json()["state"] == "refused")
        told.append(approver.get(place).json()["outcome"]["reason"].partition(" ")[0])

    assert told == ["Give", "Give", "Both", "There"]


def test_a_file_that_would_be_cut_is_refused(
    approver: httpx.Client, registered: tuple[ApiServer, TestDatabase]
) -> None:
    """One facility more than a file holds: how many there are, and what narrows it; a part of them comes."""
    with psycopg.connect(registered[1].conninfo()) as owner:
        owner.execute(MANY, (queries.MAX_EXPORTED,))
    asked = approver.get(f"{NAMES}/export", params={"form": "csv"})
    part = approver.get(f"{NAMES}/export", params={"form": "csv", "register": "pt"})
    with psycopg.connect(registered[1].conninfo()) as owner:
        owner.execute("ALTER TABLE register_entry DISABLE TRIGGER refuse_delete")
        owner.execute("DELETE FROM register_entry WHERE registered_id LIKE 'many-%'")
        owner.execute("ALTER TABLE register_entry ENABLE TRIGGER refuse_delete")

    assert asked.status_code == 422
    assert "a file holds 100000: narrow it by register" in asked.json()["detail"]
    assert part.status_code == 200
