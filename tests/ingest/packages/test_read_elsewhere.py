"""A package as programs of others read it: frictionless, roc-validator (RO-Crate 1.2), pyshacl with shapes of DCAT-AP.

Accepted: roc-validator's recommendations (no ROR, no contact of an organisation, no description of each file), of which
nothing is asked here; it needs the JSON-LD context of RO-Crate, which stands on the net: the one that the package
`rocrate` carries (1.3, which has the terms of 1.2) is put into its cache. The shapes of `tests.dcat_ap_shapes` say what
DCAT-AP 3.0 has as mandatory, and the classes of what it refers to; they are ours, since the files of SEMIC are in no
package.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.packages import PackageDraft, WrittenPackage, description
from ingest.values import Connection
from tailings.dataset import dcat_ap
from tests import foreign
from tests.dcat_ap_shapes import SHACL, SHAPES
from tests.ingest.packages import made

pytestmark = pytest.mark.foreign

FRICTIONLESS = """
import json, sys
from frictionless import Package, system
with system.use_context(trusted=True):
    report = Package(sys.argv[1]).validate()
tasks = [(one.name, one.valid, one.stats.get("rows")) for one in report.tasks]
print(json.dumps({"valid": report.valid, "tasks": tasks, "errors": report.flatten(["title", "message"])}))
"""
CACHE = """
import importlib.util, io, pathlib, sys
from requests import Request, Response
from requests_cache import CachedSession
from urllib3 import HTTPResponse
cache, url = sys.argv[1:]
folder = pathlib.Path(importlib.util.find_spec("rocrate").submodule_search_locations[0])
content, kind = (folder / "data" / "ro-crate.jsonld").read_bytes(), {"content-type": "application/ld+json"}
answer = Response()
answer.status_code, answer.url, answer._content, answer.request = 200, url, content, Request("GET", url).prepare()
answer.headers.update(kind)
answer.raw = HTTPResponse(io.BytesIO(content), kind, 200, preload_content=False, request_url=url)
CachedSession(cache_name=cache, backend="sqlite", expire_after=-1).cache.save_response(answer)
print("null")
"""


@pytest.fixture
def unpacked(package: Path, tmp_path: Path) -> Path:
    """The folder of a package."""
    for path, content in made.contents(package).items():
        (tmp_path / "vale" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "vale" / path).write_bytes(content)
    return tmp_path / "vale"


@pytest.fixture
def published(filled: Connection, draft: PackageDraft, tmp_path: Path) -> dict[str, Any]:
    """What the landing page carries as DCAT-AP."""
    written: WrittenPackage = made.written(filled, tmp_path / "draft", draft, tmp_path / "vale.zip")
    one = description.describe(written.about, written.made, written.content_sha256, written.packed)
    page = f"https://dam.example.org/f/vale/packages/{written.version}"
    return dcat_ap.document(one.at(page), f"{page}.zip", "ab" * 32, 1_000)


def test_frictionless_reads_every_row(unpacked: Path) -> None:
    """Types, flags, keys, bytes and hashes: of each file of readings so many rows as were stored."""
    found = foreign.asked(FRICTIONLESS, unpacked / "datapackage.json")
    rows = {name: count for name, _, count in found["tasks"]}

    assert found["errors"] == [] and found["valid"]
    assert rows["data-n07-vw1-pressure-csv"] == made.MINUTES - 60


def test_the_citation_is_yaml(unpacked: Path) -> None:
    """PyYAML reads the keys that CFF 1.2.0 requires, and the version."""
    code = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))"
    found = foreign.asked(code, unpacked / "CITATION.cff")

    assert found["cff-version"] == "1.2.0" and found["authors"] == [{"name": "Example operator"}]
    assert {"message", "title"} <= found.keys() and found["identifiers"][0]["value"].startswith("ni:///sha-256;")
    assert len(found["version"]) == 16


def test_frictionless_finds_a_changed_row(unpacked: Path) -> None:
    """The control: a flag that is none."""
    file = unpacked / "data/n07/vw1.pressure.csv"
    file.write_bytes(file.read_bytes().replace(b",1,", b",7,", 1))

    assert not foreign.asked(FRICTIONLESS, unpacked / "datapackage.json")["valid"]


def test_the_crate_is_one_of_version_1_2(unpacked: Path, tmp_path: Path) -> None:
    """All that RO-Crate 1.2 requires; the control: without a licence it is none."""
    foreign.asked(CACHE, tmp_path / "cache", "https://w3id.org/ro/crate/1.2/context")
    found = []
    for _ in range(2):
        words = ("-y", "validate", "-p", "ro-crate-1.2", "-l", "required", "--offline", "--no-paging", "-f", "json")
        place = ("--cache-path", tmp_path / "cache", "-o", tmp_path / "report.json", unpacked)
        foreign.run("rocrate-validator", *words, *place, check=False)
        report = json.loads((tmp_path / "report.json").read_text())
        found.append((report["passed"], [one["message"] for one in report["issues"]]))
        crate = json.loads((unpacked / "ro-crate-metadata.json").read_text())
        next(one for one in crate["@graph"] if one["@id"] == "./").pop("license", None)
        (unpacked / "ro-crate-metadata.json").write_text(json.dumps(crate))

    assert found[0] == (True, [])
    assert found[1][0] is False and any("license" in one for one in found[1][1])


def test_the_landing_page_conforms_to_dcat_ap(published: dict[str, Any], tmp_path: Path) -> None:
    """All that DCAT-AP 3.0 has as mandatory; the control: without a title it does not."""
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    found = []
    for _ in range(2):
        (tmp_path / "dcat.jsonld").write_text(json.dumps(published))
        found.append(foreign.asked(SHACL, tmp_path / "dcat.jsonld", tmp_path / "shapes.ttl"))
        published.pop("dct:title", None)

    assert found[0]["conforms"], found[0]["text"]
    assert not found[1]["conforms"]
