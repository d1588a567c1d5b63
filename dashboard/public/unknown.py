"""What is not known of a facility, in sentences: closed, late, blind, silent, undecided, and what is always so."""

from collections.abc import Iterator
from typing import Final

from api.disclosure.models import PublicFacility
from dashboard import numbers
from dashboard.full_times import full_time
from dashboard.public import near
from texts import Texts, say

OF_REASONS: Final = (
    "suspect-past",
    "within-uncertainty",
    "limit-unwatched",
    "held",
    "approval-ended",
    "no-plan",
)
"""Reasons of a verdict that are a gap in what is known; blind and reduced plans are named one by one."""


def lines(found: PublicFacility, texts: Texts) -> list[str]:
    """Give each gap its sentence, that of the state first; what instruments never see stands last."""
    words = texts["public"]["unknown"]
    return [
        *_state(found, texts),
        *_instruments(found, texts),
        *_water(found, texts),
        *_near(found, texts),
        *_stated(found, texts),
        words["always"],
    ]


def _state(found: PublicFacility, texts: Texts) -> Iterator[str]:
    words, state = texts["public"]["unknown"], found.state
    if state is None:
        yield words["closed_state"]
        return
    if state.is_expired:
        yield say(words["expired"], time=full_time(state.valid_until, found.timezone))
    elif state.blind:
        yield say(words["blind"], titles=", ".join(state.blind))
    if state.reduced:
        yield say(words["reduced"], titles=", ".join(state.reduced))
    for code in OF_REASONS:
        if code in state.reasons:
            yield words[code]


def _instruments(found: PublicFacility, texts: Texts) -> Iterator[str]:
    words = texts["public"]["unknown"]
    for one in found.instruments or ():
        if silent := one.total - one.reporting:
            yield say(words["silent"], silent, kind=texts["public"]["kinds"][one.kind])
    for name in ("instruments", "readings", "alarms"):
        if name not in found.opens:
            yield words[f"closed_{name}"]
    if found.delay_h and {"readings", "water", "alarms"} & set(found.opens):
        yield say(words["late"], hours=numbers.short(found.delay_h))


def _water(found: PublicFacility, texts: Texts) -> Iterator[str]:
    words, water = texts["public"]["unknown"], found.water
    if water is None:
        yield words["closed_water"]
        return
    if not water.samples:
        yield words["water_no_samples"]
    if left := sum(one.outcome == "not-decided" for one in water.limits):
        yield say(words["water_open"], left)
    if water.without_limit:
        yield say(words["water_unlimited"], len(water.without_limit))


def _near(found: PublicFacility, texts: Texts) -> Iterator[str]:
    words, land = texts["public"]["unknown"], found.surroundings
    if land is None:
        yield words["closed_surroundings"]
    elif land.lon is None:
        yield words["no_place"]
    elif kinds := near.unknown_kinds(land, texts):
        yield say(words["no_layer"], kinds=", ".join(kinds))


def _stated(found: PublicFacility, texts: Texts) -> Iterator[str]:
    words = texts["public"]["unknown"]
    if not found.in_an_alarm:
        yield words["no_alarm"]
    if found.emergency is None:
        yield words["no_emergency"]
