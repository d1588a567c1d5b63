"""The room of the formats: each file is a format that both addresses offer, describe and answer."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from api import exports
from api.exports import JSON
from api.reference import OPENAPI
from tests.api import site

FILES = sorted(path.stem for path in Path(exports.__file__).parent.glob("[a-z]*.py"))
LEVEL = "vale:n07:vw1.level"
OBSERVATIONS = f"/api/v1/datastreams/{LEVEL}/observations"
ADDRESSES = ("/api/v1/datastreams/{datastream}/observations", "/api/v1/facilities/{facility}/series")
SERIES = "/api/v1/facilities/vale/series"


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
    assert len(content) == 1 + len(FILES) and all(
        one.get("example") for kind, one in content.items() if JSON not in kind
    )


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("address", "more"), [(OBSERVATIONS, {}), (SERIES, {"datastream": [LEVEL, "3"]})])
def test_a_whole_file_has_a_name(client: httpx.Client, name: str, address: str, more: dict[str, Any]) -> None:
    """The ending is the format; for HEAD nothing but the headers comes; what makes charts is refused."""
    asked = {"format": name, **more}
    whole, head = client.get(address, params=asked), client.head(address, params=asked)

    assert whole.status_code == head.status_code == 200 and whole.content and not head.content
    assert whole.headers["content-disposition"].endswith(f'.{name}"')
    assert client.get(address, params={**asked, "max_points": 50}).json()["field"] == "max_points"


@pytest.mark.parametrize("name", FILES)
def test_pages_end_with_the_last_observation(client: httpx.Client, name: str) -> None:
    """Each page links to the next, the last one to none."""
    count, address = 0, f"{OBSERVATIONS}?format={name}&limit=900"
    while address:
        answer = client.get(address)
        count, address = count + 1, answer.links.get("next", {}).get("url", "")

    assert count == -(-site.LEVEL_ROWS // 900)
