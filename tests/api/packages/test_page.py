"""Tests of the landing page of a package as it is served, in both languages."""

import json
import re

import httpx

Packaged = tuple[httpx.Client, str]


def test_the_landing_page_carries_json_ld(packaged: Packaged) -> None:
    """The same two documents as the api gives, with the address of the page and of the file."""
    client, version = packaged
    page = client.get(f"/f/vale/packages/{version}", headers={"accept-language": "en"})
    told = client.get(f"/api/v1/facilities/vale/packages/{version}").json()
    found = [json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)]

    assert found == [told["schema_org"], told["dcat_ap"]]
    assert f"tailwatch verify vale-{version}.zip" in page.text
    assert told["content_sha256"] in page.text and f"Version {version}. {page.url}" in page.text


def test_packages_are_listed_in_the_language_of_the_reader(packaged: Packaged) -> None:
    """Each with a link to the landing page."""
    client, version = packaged
    pages = [client.get("/f/vale/packages", headers={"accept-language": one}).text for one in ("en", "es", "pt")]

    heads = ("<h1>Packages of Vale", "<h1>Paquetes de Vale", "<h1>Pacotes de Vale")

    assert [head in page for head, page in zip(heads, pages, strict=True)] == [True] * 3
    assert all(f'href="/f/vale/packages/{version}"' in one for one in pages)
