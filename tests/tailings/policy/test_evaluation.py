"""An evaluation: the rows that it keeps, its hash, and queries that nothing answers."""

import hashlib
import json
from datetime import UTC, datetime

import msgspec
import pytest

from tailings.policy import BadQuery, PolicyQuery, evaluated, indicator, names
from tests.tailings.policy.rows import row

THEN = datetime(2026, 1, 1, tzinfo=UTC)


def test_it_keeps_what_the_indicator_needs_and_nothing_else() -> None:
    """Owner and place of a row stay out of a document that everybody may get."""
    found = evaluated(PolicyQuery("consequence_known"), THEN, [row("b", owner="X", consequence_class="Low"), row("a")])

    assert [(one.key, one.values) for one in found.rows] == [
        ("register:pt:a", {}),
        ("register:pt:b", {"consequence_class": "Low"}),
    ]
    assert (found.value, found.as_of, found.method) == (0.5, "2026-01-01T00:00:00Z", 1)


def test_the_hash_is_of_the_rest_by_sorted_keys() -> None:
    """Second implementation: the JSON of the standard library, keys sorted, without the hash."""
    found = evaluated(PolicyQuery("people_at_risk", country="PT"), THEN, [row("a", people_at_risk=3)])
    document = json.loads(msgspec.json.encode(found)) | {"sha256": ""}
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))

    assert hashlib.sha256(text.encode()).hexdigest() == found.sha256


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (PolicyQuery("consequence_knwon"), "did you mean 'consequence_known'"),
        (PolicyQuery("blind_hours"), "needs year"),
        (PolicyQuery("people_at_risk", element="Cu"), "takes no element"),
        (PolicyQuery("blind_hours", year=1234), "from 1900 to 2200"),
        (PolicyQuery("people_at_risk", region="x" * 41), "shorten"),
    ],
)
def test_a_query_that_nothing_answers_is_refused_with_the_fix(query: PolicyQuery, says: str) -> None:
    """The sentence names what to change."""
    with pytest.raises(BadQuery, match=says):
        indicator(query)


def test_each_indicator_has_its_contract() -> None:
    """A file of the room states method, form, needs and parameters; seven are there."""
    parameters = {"blind_hours": {"year": 2026}, "contained_tonnes": {"element": "Cu"}}
    found = [indicator(PolicyQuery(name, **parameters.get(name, {}))) for name in names()]  # type: ignore[arg-type]

    assert len(found) == 7
    assert all(one.METHOD >= 1 and one.NEEDS and one.measure([]).value is None for one in found)
