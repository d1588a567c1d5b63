"""Which media type an `Accept` header likes best, by the worked examples of RFC 9110 section 12.5.1."""

import pytest

from api.http.media_types import preferred

OFFERED = ("application/json", "text/csv", "application/vnd.apache.parquet")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "liked"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        (BROWSER, "application/json"),
        ("text/csv", "text/csv"),
        ("Text/CSV; header=present", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("application/json;q=0.2, text/csv;q=0.3", "text/csv"),
        ("*/*, application/json;q=0", "text/csv"),
        ("application/*;q=0.5, application/json;q=0.1, text/csv;q=0.2", "application/vnd.apache.parquet"),
        ("text/csv;q=much", None),
        ("application/json;q=0", None),
        ("image/png, text/html", None),
        ("nonsense", "application/json"),
    ],
)
def test_the_most_exact_range_decides_and_the_first_of_equals_wins(accept: str | None, liked: str | None) -> None:
    """A weight of 0 is a refusal; a header without any range says nothing."""
    assert preferred(accept, OFFERED) == liked
