"""The record of a year of sight: by hand, and against a loop over minutes that shares no code with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.sight import year
from tailings.sight.model import BlindReason
from tailings.sight.year import (
    BlindStretch,
    ChainLink,
    PlanYear,
    RoundStretch,
    SightHistory,
    VersionInForce,
    YearProof,
    record_of,
)

BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
SILENT: Final = BlindReason("silent", "n01:pond", BEGIN)
SPIKES: Final = BlindReason("flagged-before", "n01:rain", None, ("spike",))


def hour(number: float) -> datetime:
    """So many hours after the year began."""
    return BEGIN + timedelta(hours=number)


HISTORY: Final = SightHistory(
    "vale",
    2026,
    BEGIN,
    hour(100),
    proofs=(
        YearProof(1, "01", "pond", 1, hour(-10), state="seen", seen_s=600.0, may_fail=2),
        YearProof(2, "02", "pond", 1, hour(10), state="blind", reasons=(SILENT,)),
        YearProof(3, "03", "pond", 1, hour(14), state="seen", seen_s=900.0, may_fail=1),
        YearProof(4, "04", "pond", 1, hour(30), state="blind", reasons=(SILENT, SPIKES)),
        YearProof(5, "05", "pond", 1, hour(52), state="seen", seen_s=600.0, may_fail=0, reasons=(SPIKES,)),
        YearProof(6, "06", "pond", 2, hour(71), state="simulated"),
        YearProof(7, "07", "pond", 2, hour(80), state="stands", seen_s=0.0, may_fail=3),
    ),
    stretches=(RoundStretch(hour(-1), hour(40)), RoundStretch(hour(50), hour(90))),
    versions=(VersionInForce(1, hour(-100), ("pond",)), VersionInForce(2, hour(70), ("pond", "wall"))),
)
"""A year of 100 hours, so that a share is hours. Seen 0-10, 14-30, 52-70 and 80-90; blind 10-14, 30-40 and 50-52;
simulated 71-80; no rounds 40-50 and 90-100, and no proof of version 2 from 70 to 71."""


def test_shares_times_and_numbers_are_those_by_hand() -> None:
    """54 hours seen, 16 blind, 9 simulated, 21 not proved; 10 minutes for 28 of the 44 hours that have a time."""
    found = record_of(HISTORY, hour(1000))
    one = found.plans[0]

    assert (one.seen, one.blind, one.simulated, one.not_proved) == (0.54, 0.16, 0.09, 0.21)
    assert (one.usual_s, one.slowest_s, one.may_fail) == (600.0, 900.0, 0)
    assert (found.proofs, found.first, found.last) == (7, ChainLink(1, "01"), ChainLink(7, "07"))
    assert [one.version for one in found.versions] == [1, 2]


def test_blindness_goes_on_across_missing_rounds_and_says_what_was_mended() -> None:
    """From hour 30 to 52 blind for 12 proven hours; the gauge came back, and the spikes did not end."""
    one = record_of(HISTORY, hour(1000)).plans[0]

    assert one.blind_stretches == 2
    assert one.longest == (
        BlindStretch(hour(30), hour(52), 12 * 3600.0, (SILENT, SPIKES), (SILENT,), ended_by=5),
        BlindStretch(hour(10), hour(14), 4 * 3600.0, (SILENT,), (SILENT,), ended_by=3),
    )


def test_a_plan_that_nobody_proved_is_not_proved() -> None:
    """It stands in a version that was in force, and there is no proof of it: nothing is seen."""
    assert record_of(HISTORY, hour(1000)).plans[1] == PlanYear("wall", 0.0, 0.0, 0.0, 1.0)


def test_no_proof_holds_for_longer_than_a_day() -> None:
    """Rounds are said to have gone on for 100 hours, and the chain has one proof: 26 hours are seen."""
    one = msgspec.structs.replace(
        HISTORY, proofs=HISTORY.proofs[:1], stretches=(RoundStretch(hour(-10), hour(100)),), versions=()
    )
    first = msgspec.structs.replace(one.proofs[0], made_at=BEGIN)

    assert record_of(msgspec.structs.replace(one, proofs=(first,)), hour(1000)).plans[0].seen == 0.26


def test_a_year_that_goes_on_counts_until_now() -> None:
    """After 12 of 100 hours: ten seen, two blind, and the blindness has not ended."""
    found = record_of(HISTORY, hour(12))
    one = found.plans[0]

    assert (found.until, found.proofs, [one.plan for one in found.plans]) == (hour(12), 2, ["pond"])
    assert (one.seen, one.blind, one.not_proved) == (10 / 12, 2 / 12, 0.0)
    assert one.longest == (BlindStretch(hour(10), hour(12), 7200.0, (SILENT,)),)


def test_a_year_that_has_not_begun_has_no_failure_modes() -> None:
    """Nothing can be said of it."""
    assert record_of(HISTORY, hour(-5)).plans == ()


MINUTES: Final = 300
TIMES: Final = st.integers(-60, MINUTES + 30)


def minute(number: int) -> datetime:
    """So many minutes after the year began."""
    return BEGIN + timedelta(minutes=number)


@st.composite
def proofs(draw: st.DrawFn) -> tuple[YearProof, ...]:
    """Proofs of one plan in the order of time, of any state and version."""
    states = st.sampled_from(["seen", "blind", "stands", "simulated"])
    found = []
    for number, at in enumerate(sorted(draw(st.lists(TIMES, max_size=8))), start=1):
        seen_s, may_fail = float(draw(st.integers(1, 4))), draw(st.integers(0, 3))
        version = draw(st.integers(1, 3))
        found.append(
            YearProof(number, "", "pond", version, minute(at), state=draw(states), seen_s=seen_s, may_fail=may_fail)
        )
    return tuple(found)


@st.composite
def histories(draw: st.DrawFn) -> SightHistory:
    """Proofs, rounds with gaps, and up to three versions, at whole minutes."""
    edges = sorted(draw(st.lists(TIMES, max_size=6, unique=True)))
    applied = sorted(draw(st.lists(TIMES, max_size=3)))
    return SightHistory(
        "vale",
        2026,
        BEGIN,
        minute(MINUTES),
        draw(proofs()),
        stretches=tuple(RoundStretch(minute(a), minute(b)) for a, b in zip(edges[::2], edges[1::2], strict=False)),
        versions=tuple(VersionInForce(number, minute(at), ("pond",)) for number, at in enumerate(applied, start=1)),
    )


class Counted(NamedTuple):
    """What is counted minute by minute; blind: how many minutes each stretch of blindness has, the longest first."""

    seen: int
    simulated: int
    blind: list[int]
    not_proved: int
    usual_s: float | None
    slowest_s: float | None
    may_fail: int | None


def each_minute(history: SightHistory, until: int) -> Iterator[YearProof | None]:
    """The proof that holds in each minute, or None."""
    for at in map(minute, range(until)):
        made = [one for one in history.proofs if one.made_at <= at]
        newer = max((one.version for one in history.versions if one.applied_at <= at), default=0)
        is_looked_at = any(one.from_at <= at < one.until for one in history.stretches)
        is_new = bool(made) and at - made[-1].made_at < timedelta(hours=26)
        yield made[-1] if is_new and is_looked_at and newer <= made[-1].version else None


def counted(minutes: Sequence[YearProof | None]) -> Counted:
    """The second implementation."""
    proved = [one for one in minutes if one is not None]
    blind: list[int] = []
    for before, one in zip([None, *proved], proved, strict=False):
        if one.state == "blind":
            if before is None or before.state != "blind":
                blind.append(0)
            blind[-1] += 1
    seeing = [one for one in proved if one.state in ("seen", "stands")]
    times = sorted(one.seen_s for one in seeing if one.state == "seen" and one.seen_s is not None)
    return Counted(
        len(seeing),
        sum(one.state == "simulated" for one in proved),
        sorted(blind, reverse=True),
        len(minutes) - len(proved),
        times[(len(times) - 1) // 2] if times else None,
        slowest_s=max(times, default=None),
        may_fail=min((one.may_fail for one in seeing), default=None),
    )


def recorded(history: SightHistory, until: int) -> Counted:
    """The same of the record."""
    found = {one.plan: one for one in record_of(history, minute(until)).plans}
    one = found.get("pond", PlanYear("pond", 0.0, 0.0, 0.0, 1.0))
    assert one.blind_stretches == len(one.longest)
    return Counted(
        round(one.seen * until),
        round(one.simulated * until),
        [round(stretch.blind_s / 60) for stretch in one.longest],
        round(one.not_proved * until),
        one.usual_s,
        slowest_s=one.slowest_s,
        may_fail=one.may_fail,
    )


@given(histories(), st.integers(1, MINUTES))
def test_the_record_is_what_a_loop_over_minutes_counts(history: SightHistory, until: int) -> None:
    """Any proofs, rounds and versions: the same minutes seen, blind, simulated and not proved, and the same numbers."""
    history = msgspec.structs.replace(history, versions=(VersionInForce(0, minute(-90), ("pond",)), *history.versions))

    assert recorded(history, until) == counted(list(each_minute(history, until)))


def test_the_loop_finds_a_record_that_takes_gaps_as_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where every proof holds until the next one, whether rounds were made or not, the two differ."""
    until = 100 * 60
    right = counted(list(each_minute(HISTORY, until)))
    assert recorded(HISTORY, until) == right

    monkeypatch.setattr(year, "_looked_at", lambda _, from_at, end: [RoundStretch(from_at, end)])
    broken = recorded(HISTORY, until)

    assert (broken.seen - right.seen, broken.not_proved) == (10 * 60, 60)
