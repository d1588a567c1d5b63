"""The catalogue over HTTP: who finds what in it, with which licence, and whether pyshacl finds it DCAT-AP."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.policy import dossier
from ingest.database import connect
from tailwatch import seals
from tests import foreign
from tests.api import people
from tests.api.conftest import API_ROLE
from tests.api.land import vale
from tests.api.people import bearer
from tests.api.policy import site as policy_site
from tests.api.server import ApiServer
from tests.dcat_ap_shapes import SHACL, SHAPES
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, TestDatabase, fresh_database

CATALOGUE = "/api/v1/catalogue"
SIGN = """
INSERT INTO annual_statement (facility_id, year, version, name, role, document, figures_sha256, gaps, author)
VALUES ('vale', 2025, 1, 'Ana Sousa', 'Engineer of record', '{}', %s, 0, 'user:3')
"""


@pytest.fixture(scope="module")
def served(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ApiServer, TestDatabase]]:
    """An api over vale with a public layer, one that is not, and a signed statement."""
    with fresh_database(cluster, KNOWS_VALE) as database:
        vale.place(database.conninfo())
        with connect(database.conninfo("tailwatch_ingest")) as connection:
            vale.load(connection, "natura", is_public=True)
            vale.load(connection, "rivers", licence="As the publisher says")
        with psycopg.connect(database.conninfo()) as owner:
            owner.execute(SIGN, ("0" * 64,))
        folder = tmp_path_factory.mktemp("catalogue")
        seals.made_once(folder / "seal.pem")
        server = ApiServer(folder, database.conninfo(API_ROLE), seal_file=f'"{folder / "seal.pem"}"').start(CATALOGUE)
        freeze_plan(server, database)
        yield server, database
        server.stop()


def freeze_plan(server: ApiServer, database: TestDatabase) -> None:
    """A public policy instrument, frozen before and after."""
    key = bearer(people.add_key(database.conninfo(), "read", "approve", facilities=("*",)))
    said = policy_site.written()
    said["document"] |= {"licence": "CC-BY-4.0"}
    with httpx.Client(base_url=server.url, timeout=120, headers=key) as client:
        assert client.post(policy_site.PLAN, json=said).status_code == 201
        for moment in ("before", "after"):
            policy_site.freeze(client, moment)


@pytest.fixture(scope="module")
def anybody(served: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client without a key."""
    with httpx.Client(base_url=served[0].url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def operator(served: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client who may read every facility."""
    key = bearer(people.add_key(served[1].conninfo(), "read", facilities=("*",)))
    with httpx.Client(base_url=served[0].url, timeout=60, headers=key) as client:
        yield client


def sets_of(client: httpx.Client) -> list[dict[str, Any]]:
    """The data sets of the catalogue."""
    found: list[dict[str, Any]] = client.get(CATALOGUE).json()["dcat:dataset"]
    return found


def test_layers_statements_and_readings_stand_in_it_with_their_licence(operator: httpx.Client) -> None:
    """A name of SPDX by its address, other words as they are; every file can be fetched."""
    answer = operator.get(CATALOGUE).json()["dcat:dataset"]
    files = [file for one in answer for file in one["dcat:distribution"]]
    licences = {
        file["@id"].rpartition("/api/v1")[2]: file["dct:license"] for file in files if "/land/layers/" in file["@id"]
    }
    found = [operator.get(file["dcat:accessURL"]["@id"]).status_code for file in files if "version=" not in file["@id"]]

    assert any("statements/2025?version=1" in file["@id"] for file in files)
    assert licences["/land/layers/natura/export#file"]["@id"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert licences["/land/layers/rivers/export#file"] == {
        "@type": "dct:LicenseDocument",
        "rdfs:label": {"@value": "As the publisher says"},
    }
    assert set(found) == {200}


def test_who_reads_not_everything_finds_what_is_public(anybody: httpx.Client, operator: httpx.Client) -> None:
    """One layer of two; the box of a layer and its day stand with it."""
    kinds = [
        [one["dcat:keyword"][0]["@value"] for one in sets_of(client) if "/land/" in one["@id"]]
        for client in (anybody, operator)
    ]
    (layer,) = [one for one in sets_of(anybody) if "/land/" in one["@id"]]

    assert kinds == [["protected-area"], ["protected-area", "river"]]
    assert layer["dct:temporal"]["dcat:startDate"]["@value"] == "2026-01-31"
    assert layer["dct:spatial"][0]["dcat:bbox"]["@value"].startswith("POLYGON((-8.5 37.5, -6.5 37.5")


def dossier_of(client: httpx.Client) -> dict[str, Any]:
    """The file of the dossier of the policy instrument."""
    (one,) = [one for one in sets_of(client) if "/policy/land-plan" in one["@id"]]
    (file,) = [file for file in one["dcat:distribution"] if file["dcat:mediaType"]["@id"].endswith("/zip")]
    assert isinstance(file, dict)
    return file


def test_a_dossier_stands_in_it_with_its_licence_and_the_hash_of_its_bytes(
    anybody: httpx.Client, operator: httpx.Client
) -> None:
    """Fetched twice it is the bytes of that hash, by hashlib; who may read all finds the same one."""
    file = dossier_of(anybody)
    content, again = (anybody.get(file["dcat:accessURL"]["@id"]).content for _ in range(2))

    assert file["spdx:checksum"]["spdx:checksumValue"]["@value"] == hashlib.sha256(content).hexdigest()
    assert again == content
    assert file["dct:license"]["@id"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert dossier_of(operator) == file


def test_that_dossier_is_one_that_can_be_checked_alone(anybody: httpx.Client) -> None:
    """Signed by the seal of the installation, every figure from its rows, and the two moments are those frozen."""
    found = dossier.check(anybody.get(dossier_of(anybody)["dcat:accessURL"]["@id"]).content)

    assert (found.faults, found.is_signed, found.indicators) == ((), True, 3)


@pytest.mark.foreign
def test_pyshacl_finds_it_dcat_ap_and_one_without_titles_not(operator: httpx.Client, tmp_path: Path) -> None:
    """The shapes of catalogue, data set and file; the control has no description of a data set."""
    good = operator.get(CATALOGUE).json()
    (shapes := tmp_path / "shapes.ttl").write_text(SHAPES)
    found = []
    for broken in (False, True):
        if broken:
            del good["dcat:dataset"][0]["dct:description"]
        (file := tmp_path / "catalogue.jsonld").write_text(json.dumps(good))
        found.append(foreign.asked(SHACL, file, shapes)["conforms"])

    assert found == [True, False]
