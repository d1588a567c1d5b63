"""Tests of the addresses of packages: the list, what catalogues read, and the file."""

import hashlib
from pathlib import Path

import httpx

from ingest import packages

OF_VALE = "/api/v1/facilities/vale/packages"
Packaged = tuple[httpx.Client, str]


def test_packages_are_listed_and_described(packaged: Packaged) -> None:
    """By version, with content hash, and JSON-LD that names the landing page and the file."""
    client, version = packaged
    (listed,) = client.get(OF_VALE).json()["packages"]
    one = client.get(f"{OF_VALE}/{version}").json()
    site = str(client.base_url).rstrip("/")

    assert listed["version"] == version == listed["content_sha256"][:16]
    assert one["schema_org"]["url"] == f"{site}/f/vale/packages/{version}"
    assert one["schema_org"]["distribution"]["contentUrl"] == f"{site}{OF_VALE}/{version}/file"
    assert one["dcat_ap"]["dcat:distribution"]["dcat:byteSize"]["@value"] == str(listed["bytes"])


def test_the_file_is_whole_and_never_changes(packaged: Packaged, tmp_path: Path) -> None:
    """Its bytes have the stated length and hash, and verify; who has it is told so by its ETag."""
    client, version = packaged
    answer = client.get(f"{OF_VALE}/{version}/file")
    (tmp_path / "vale.zip").write_bytes(answer.content)
    listed = client.get(OF_VALE).json()["packages"][0]
    again = client.get(f"{OF_VALE}/{version}/file", headers={"if-none-match": answer.headers["etag"]})
    found = packages.verify(tmp_path / "vale.zip", lambda share: None)

    assert hashlib.sha256(answer.content).hexdigest() == listed["sha256"]
    assert (int(answer.headers["content-length"]), len(answer.content)) == (listed["bytes"], listed["bytes"])
    assert (again.status_code, again.content, "immutable" in answer.headers["cache-control"]) == (304, b"", True)
    assert (found.count, found.version) == (0, version)


def test_a_download_that_was_cut_goes_on(packaged: Packaged) -> None:
    """From a byte on, as RFC 9110 has it; behind the end there is nothing."""
    client, version = packaged
    address = f"{OF_VALE}/{version}/file"
    whole = client.get(address)
    tag = whole.headers["etag"]
    rest = client.get(address, headers={"range": "bytes=1000-", "if-range": tag})
    other = client.get(address, headers={"range": "bytes=1000-", "if-range": '"of another file"'})
    behind = client.get(address, headers={"range": f"bytes={len(whole.content)}-"})

    assert (rest.status_code, rest.content) == (206, whole.content[1000:])
    assert rest.headers["content-range"] == f"bytes 1000-{len(whole.content) - 1}/{len(whole.content)}"
    assert (other.status_code, behind.status_code) == (200, 416)


def test_there_is_no_other_package(packaged: Packaged) -> None:
    """Of a version that is none, one of no package, and of a facility that is not there."""
    client, version = packaged
    asked = ("vale/packages/latest", f"vale/packages/{'0' * 16}", f"nowhere/packages/{version}")
    found = [client.get(f"/api/v1/facilities/{one}/file").status_code for one in asked]

    assert found == [422, 404, 401]
