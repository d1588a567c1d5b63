"""Addresses of origins."""

from dashboard.value.addresses import address


def test_names_with_spaces_and_commas_are_quoted() -> None:
    """RFC 3986: a space is %20, a comma %2C."""
    assert address("vale", "bench:Bench 1, crest", "&price=0.9") == (
        "/f/vale/value/provenance?figure=bench%3ABench%201%2C%20crest&price=0.9"
    )
