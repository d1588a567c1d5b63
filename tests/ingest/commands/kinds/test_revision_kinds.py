"""Tests of the kinds that revise: rederive, undo_revision, set_quality and annotate, as a person asks for them."""

from typing import Any

import pytest

from ingest.commands import CommandRefused, Task, kinds
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import RAW
from tests.ingest.rederive.dam import MINUTES, apply_second, readings, stored_by
from tests.ingest.revisions.asked import AUTHOR, rows

SPAN = {"from": "2025-11-24T00:00:00Z", "to": "2025-11-26T00:00:00Z", "reason": "wrong sheet"}


@pytest.fixture
def derived(store: Store, connection: Connection) -> Connection:
    """Five hours of a piezometer, and a second version of its facility."""
    stored_by(store, connection, readings(range(MINUTES)))
    apply_second(connection)
    return connection


def ask(connection: Connection, kind: str, **body: Any) -> dict[str, Any]:
    """Carry out a command in a transaction."""
    with connection.transaction():
        return kinds()[kind].do(connection, Task(1, kind, "vale", AUTHOR, body, attempts=1), lambda share: None)


def test_rederive_is_previewed_applied_and_undone(derived: Connection) -> None:
    """The preview counts, apply gives a revision, undo_revision another one."""
    assert ask(derived, "rederive", **SPAN)["values"] == 360
    assert ask(derived, "rederive", **SPAN, apply=True) == {"revision": 1}
    assert ask(derived, "rederive", **SPAN)["values"] == 0
    assert ask(derived, "undo-revision", revision=1, reason="right after all") == {"revision": 2}
    with pytest.raises(CommandRefused, match="was undone by revision 2"):
        ask(derived, "undo-revision", revision=1, reason="again")


def test_set_quality_and_annotate(derived: Connection) -> None:
    """A flag set by hand and an annotation, each with its number."""
    name = f"vale:{RAW}"
    assert ask(derived, "set-quality", datastream=name, quality=4, **SPAN) == {"revision": 1}
    assert {row[2] for row in rows(derived, RAW)} == {4}
    assert ask(derived, "annotate", datastream=name, **SPAN) == {"annotation": 2}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("rederive", {**SPAN, "from": "2025-11-24T00:00:00"}),
        ("rederive", {**SPAN, "to": SPAN["from"]}),
        ("set-quality", {**SPAN, "datastream": "vale:n99:x.y", "quality": 4}),
        ("set-quality", {**SPAN, "datastream": f"vale:{RAW}", "quality": 9}),
        ("annotate", {**SPAN, "to": SPAN["from"]}),
    ],
)
def test_what_makes_no_sense_is_refused(derived: Connection, kind: str, body: dict[str, Any]) -> None:
    """A time without zone, an empty span, an unknown datastream or flag: one sentence for the author."""
    with pytest.raises(CommandRefused):
        ask(derived, kind, **body)
