"""A dossier is checked from itself alone: any figure, row or cause that was changed is found."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tailings.policy import PolicyQuery, differences, evaluated, verified
from tailings.policy.dossier import Dossier, FrozenMoment
from tests.tailings.policy.rows import row

SHARE = PolicyQuery("consequence_known")


def made() -> dict[str, Any]:
    """A dossier of one indicator, as JSON of the standard library has it."""
    before = evaluated(SHARE, datetime(2026, 1, 1, tzinfo=UTC), [row("a"), row("b", consequence_class="High")])
    after = evaluated(SHARE, datetime(2026, 6, 1, tzinfo=UTC), [row("b", consequence_class="High")])
    dossier = Dossier(
        instrument={"id": "example"},
        release="0",
        before=FrozenMoment("before", before.as_of, (before,)),
        after=FrozenMoment("after", after.as_of, (after,)),
        differences=(differences(before, after),),
    )
    found: dict[str, Any] = json.loads(msgspec.json.encode(dossier))
    return found


def test_what_was_frozen_follows_from_its_rows() -> None:
    """Nothing differs, after a way through a file."""
    found, faults = verified(json.dumps(made()).encode())

    assert found is not None and found.differences[0].total == 0.5
    assert faults == []


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (lambda one: one["before"]["evaluations"][0].update(value=0.6), {"hash", "value"}),
        (lambda one: one["before"]["evaluations"][0]["rows"][0]["values"].update(consequence_class="Low"), {"hash"}),
        (lambda one: one["after"]["evaluations"][0].update(sha256="0" * 64), {"hash"}),
        (lambda one: one["differences"][0]["effects"].update(added=0.5), {"difference"}),
        (lambda one: one["differences"].clear(), {"difference"}),
        (lambda one: one["after"]["evaluations"][0].update(method=9), {"hash", "method"}),
        (lambda one: one["after"]["evaluations"][0]["query"].update(indicator="none"), {"hash", "query"}),
    ],
)
def test_a_change_is_found(change: Any, kinds: set[str]) -> None:
    """Of a value, a row, a hash, an effect, a difference that is missing, a method, a query."""
    document = made()
    change(document)
    _, faults = verified(json.dumps(document).encode())

    assert kinds <= {one.kind for one in faults}


def test_what_is_no_dossier_is_said() -> None:
    """A sentence, and no crash."""
    found, faults = verified(b"[]")

    assert found is None and faults[0].kind == "unreadable"
