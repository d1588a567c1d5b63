"""What happened: levels, acknowledgements, silences, changes of stored values and words on spans, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from api.overview.models import Overview
from api.revisions.models import Annotation, Revision
from api.safety.models import LogEvent
from api.safety.standings import Standing
from tailings.assess import freshness

PROGRAMS: Final = ("program:", "agent:")
"""Who is named; a person is not."""


def of_facility(
    overview: Overview,
    standings: Sequence[Standing],
    revisions: Sequence[Revision],
    annotations: Sequence[Annotation],
) -> list[LogEvent]:
    """Return what happened."""
    found = [_level(one) for one in standings if one.is_raised and one.since]
    found += [LogEvent(code="silent", time=at, node=node) for node, at in _silent(overview)]
    found += [_acknowledged(one) for one in standings if one.alarm and one.alarm.acknowledged_at]
    found += [_revision(one) for one in revisions]
    found += [LogEvent(code="annotation", time=one.made_at, reason=one.reason) for one in annotations]
    return sorted(found, key=lambda one: one.time, reverse=True)


def _silent(overview: Overview) -> Iterator[tuple[str, datetime]]:
    """The nodes that have spoken and are silent now, with when they were last heard."""
    for one in overview.facilities[0].nodes:
        at, interval_s = one.last_seen_at, one.node.expected_interval_s
        if at is not None and freshness.is_stale((overview.now - at).total_seconds(), interval_s):
            yield one.node.id, at


def _level(one: Standing) -> LogEvent:
    assert one.since is not None
    return LogEvent(
        code="level",
        time=one.since,
        level=one.mode.level,
        plan=one.plan.id,
        failure_mode=one.plan.failure_mode,
    )


def _revision(one: Revision) -> LogEvent:
    author = one.author if one.author.startswith(PROGRAMS) else None
    return LogEvent(
        code="revision", time=one.made_at, kind=one.kind, reason=one.reason, author=author, version=one.version
    )


def _acknowledged(one: Standing) -> LogEvent:
    assert one.alarm is not None and one.alarm.acknowledged_at is not None
    return LogEvent(
        code="acknowledged",
        time=one.alarm.acknowledged_at,
        level=one.mode.level,
        plan=one.plan.id,
        failure_mode=one.plan.failure_mode,
    )
