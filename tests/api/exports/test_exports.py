"""The room of the formats: each file is a format that both addresses offer, describe and answer."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from api import exports
from api.application import NOT_COMPRESSED
from api.exports import JSON
from api.http.errors import NotInstalled
from api.reference import OPENAPI
from tailings import plugins
from tests.api import site

FILES = sorted(path.stem for path in Path(exports.__file__).parent.glob("[a-z]*.py"))
LEVEL = "vale:n07:vw1.level"
OBSERVATIONS = f"/api/v1/datastreams/{LEVEL}/observations"
ADDRESSES = ("/api/v1/datastreams/{datastream}/observations", "/api/v1/facilities/{facility}/series")
SERIES = "/api/v1/facilities/vale/series"


def file(name: str) -> Any:
    """The module of a format."""
    return plugins.find(exports.ROOM, name)


@pytest.fixture(scope="module")
def paths(client: httpx.Client) -> dict[str, Any]:
    """The description of the api, by address."""
    found: dict[str, Any] = client.get(OPENAPI).json()["paths"]
    return found


@pytest.mark.parametrize(
    "address", ["/api/v1/datastreams/{datastream}/observations", "/api/v1/facilities/{facility}/series"]
)
def test_the_description_names_each_format(paths: dict[str, Any], address: str) -> None:
    """As a value of `format`, and its media type with an example."""
    asked = paths[address]["get"]
    (parameter,) = [one for one in asked["parameters"] if one["name"] == "format"]
    content = asked["responses"]["200"]["content"]

    assert FILES and parameter["schema"]["enum"] == [JSON, *FILES]
    assert {file(name).MEDIA_TYPE.partition(";")[0] for name in FILES} | {"application/json"} == content.keys()
    assert all(one.get("example") or one["schema"] for one in content.values())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("address", "more"), [(OBSERVATIONS, {}), (SERIES, {"datastream": [LEVEL, "3"]})])
def test_a_whole_file_has_a_name(client: httpx.Client, name: str, address: str, more: dict[str, Any]) -> None:
    """The ending is the format; for HEAD nothing but the headers comes; what makes charts is refused."""
    asked = {"format": name, **more}
    whole, head = client.get(address, params=asked), client.head(address, params=asked)

    assert whole.status_code == head.status_code == 200 and whole.content and not head.content
    assert whole.headers["content-disposition"].endswith(f'.{getattr(file(name), "ENDING", name)}"')
    assert client.get(address, params={**asked, "max_points": 50}).json()["field"] == "max_points"


@pytest.mark.parametrize("name", FILES)
def test_pages_end_with_the_last_observation(client: httpx.Client, name: str) -> None:
    """Each page links to the next, the last one to none."""
    count, address = 0, f"{OBSERVATIONS}?format={name}&limit=900"
    while address:
        answer = client.get(address)
        count, address = count + 1, answer.links.get("next", {}).get("url", "")

    assert count == -(-site.LEVEL_ROWS // 900)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("more", [{"limit": 10}, {}])
def test_a_file_without_observations_is_a_file(client: httpx.Client, name: str, more: dict[str, Any]) -> None:
    """Of a span in which nothing was measured, as a page and whole: with its head, and without a next page."""
    nothing = {"from": "2001-01-01T00:00:00Z", "to": "2001-01-02T00:00:00Z"}
    answer = client.get(OBSERVATIONS, params={"format": name, **nothing, **more})

    assert answer.status_code == 200 and answer.content, answer.text
    assert "next" not in answer.links


@pytest.mark.parametrize("name", FILES)
def test_a_page_that_ends_with_the_last_observation_has_an_empty_one_behind_it(client: httpx.Client, name: str) -> None:
    """Of as many observations as the limit nobody knows whether more follow: the next page is there, and empty."""
    first = client.get(OBSERVATIONS, params={"format": name, "limit": site.LEVEL_ROWS})
    behind = client.get(first.links["next"]["url"])

    assert (first.status_code, behind.status_code) == (200, 200), behind.text
    assert "next" not in behind.links


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("address", "more"), [(OBSERVATIONS, {}), (SERIES, {"datastream": [LEVEL, "3"]})])
def test_accept_chooses_a_format_too(client: httpx.Client, name: str, address: str, more: dict[str, Any]) -> None:
    """The header alone brings it, the parameter wins over the header, and a cache is told that both decide."""
    kind = {"accept": f"{file(name).MEDIA_TYPE.partition(';')[0]}, application/json;q=0.5"}
    answer = client.head(address, params=more, headers=kind)
    both = client.head(address, params={**more, "format": JSON}, headers=kind)

    assert answer.headers["content-type"] == file(name).MEDIA_TYPE and "accept" in answer.headers["vary"].lower()
    assert both.headers["content-type"] == "application/json" and "accept" in both.headers["vary"].lower()


@pytest.mark.parametrize("accept", ["*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"])
def test_whoever_takes_anything_gets_json(client: httpx.Client, accept: str) -> None:
    """A browser and a plain client read the answer itself."""
    answer = client.get(OBSERVATIONS, params={"limit": 1}, headers={"accept": accept})

    assert answer.json()["count"] == 1


def test_an_accept_that_fits_nothing_is_told_what_there_is(client: httpx.Client) -> None:
    """406 names every media type, and the format that is asked for by name comes all the same."""
    answer = client.get(OBSERVATIONS, headers={"accept": "image/png"})
    named = client.head(OBSERVATIONS, params={"format": "csv"}, headers={"accept": "image/png"})

    assert answer.status_code == 406 and named.status_code == 200
    assert all(file(name).MEDIA_TYPE.partition(";")[0] in answer.json()["detail"] for name in FILES)


def test_the_next_page_of_an_accepted_format_is_of_that_format(client: httpx.Client) -> None:
    """Whoever follows the link needs no header again."""
    answer = client.get(OBSERVATIONS, params={"limit": 900}, headers={"accept": "text/csv"})

    assert client.get(answer.links["next"]["url"]).headers["content-type"].startswith("text/csv")


def test_a_format_whose_package_is_missing_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not offered, and who asks for it by name is told what its operator installs."""
    (tmp_path / "punched_tape.py").write_text(
        'MODULES, EXTRA, MEDIA_TYPE = ("no_such_module",), "tape", "image/tape"\n'
    )
    monkeypatch.setattr(exports, "__path__", [*exports.__path__, str(tmp_path)])
    plugins.names.cache_clear()
    try:
        assert "punched_tape" in plugins.names(exports.ROOM) and "punched_tape" not in exports.names()
        with pytest.raises(NotInstalled, match=r"pip install 'tailwatch\[tape\]'"):
            exports._format("punched_tape")
    finally:
        plugins.names.cache_clear()


def test_what_is_packed_already_is_not_compressed_again() -> None:
    """The formats without text are sent as they are: their readers see the length, and no time is lost."""
    binary = {file(name).MEDIA_TYPE for name in FILES if not hasattr(file(name), "EXAMPLE")}

    assert binary and binary <= set(NOT_COMPRESSED)
