"""What happened: levels, acknowledgements, silences, changes of stored values and words on spans, the newest first."""

from __future__ import annotations

from collections.abc import Sequence

from api.nodes import heard
from api.revisions.models import Annotation, Revision
from api.safety.models import Event
from api.safety.standings import Standing
from api.snapshots.models import Snapshot


def of_facility(
    snapshot: Snapshot,
    standings: Sequence[Standing],
    revisions: Sequence[Revision],
    annotations: Sequence[Annotation],
) -> list[Event]:
    """Return what happened."""
    found = [_level(one) for one in standings if one.is_raised and one.since]
    found += [Event(code="silent", time=at, node=node) for node, at in heard.silent(snapshot)]
    found += [_acknowledged(one) for one in standings if one.alarm and one.alarm.acknowledged_at]
    found += [Event(code="revision", time=one.made_at, kind=one.kind, reason=one.reason) for one in revisions]
    found += [Event(code="annotation", time=one.made_at, reason=one.reason) for one in annotations]
    return sorted(found, key=lambda one: one.time, reverse=True)


def _level(one: Standing) -> Event:
    assert one.since is not None
    return Event(
        code="level",
        time=one.since,
        level=one.mode.level,
        plan=one.plan.id,
        failure_mode=one.plan.failure_mode,
    )


def _acknowledged(one: Standing) -> Event:
    assert one.alarm is not None and one.alarm.acknowledged_at is not None
    return Event(
        code="acknowledged",
        time=one.alarm.acknowledged_at,
        level=one.mode.level,
        plan=one.plan.id,
        failure_mode=one.plan.failure_mode,
    )
