"""Addresses that an answer says of itself: by them the client comes again, and never where a stranger says."""

import httpx
import pytest

from tests.api.exports import stored

TLS = {"x-forwarded-proto": "https"}


@pytest.mark.parametrize(
    ("headers", "begins"),
    [
        ({}, "{own}"),
        (TLS, "https://{host}"),
        ({**TLS, "x-forwarded-host": "localhost:8443"}, "https://localhost:8443"),
        ({"x-forwarded-host": "evil.example"}, "{own}"),
        ({"x-forwarded-proto": "javascript"}, "{own}"),
    ],
    ids=["alone", "behind TLS", "behind a proxy of another port", "a strange host", "a strange scheme"],
)
def test_a_file_and_an_entity_say_where_they_are_from(
    client: httpx.Client, headers: dict[str, str], begins: str
) -> None:
    """The citation of a file and the link of a SensorThings entity begin alike."""
    own = str(client.base_url).rstrip("/")
    wanted = begins.format(own=own, host=client.base_url.netloc.decode())
    file = client.get(stored.OBSERVATIONS, params={"format": "geojson"}, headers=headers).json()
    entity = client.get("/sta/v1.1/Things(1)", headers=headers).json()

    assert file["metadata"]["address"] == f"{wanted}{stored.OBSERVATIONS}?format=geojson"
    assert entity["@iot.selfLink"] == f"{wanted}/sta/v1.1/Things(1)"
