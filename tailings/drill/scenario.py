"""The file of a drill: injects in their order, what instruments say then, what the plans must say, who is called."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Final

from msgspec import Meta, Struct

from tailings.levels import LEVELS, LevelWord
from toml_file import shapes
from toml_file import text as toml_text
from toml_file.lines import key_lines
from toml_file.problems import Report

MINUTE_S: Final = 60.0
Minutes = Annotated[float, Meta(ge=0, le=1440)]
Value = Annotated[float, Meta(ge=-1e9, le=1e9)]
Words = Annotated[str, Meta(min_length=3, max_length=500)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]


class BadScenario(ValueError):
    """A scenario that cannot be played; the sentence names line, key and fix."""


class Expectation(Struct, frozen=True, forbid_unknown_fields=True):
    """The level that a plan must reach after an inject, and within how long."""

    plan: Name
    level: LevelWord
    within_min: Annotated[float, Meta(gt=0, le=1440)]

    def __post_init__(self) -> None:
        if self.level == LEVELS[0]:
            raise ValueError("level: a plan is expected to reach yellow, orange or red")


class Inject(Struct, frozen=True, forbid_unknown_fields=True):
    """What the leader of the drill lets happen: `what` in words.

    values: what datastreams come to at the end of `over_min`, each in its own unit, steadily from what the injects
    before left; one that is not named stays as it is. unread: instruments that do not answer from here on; an empty
    list lets all answer again.
    """

    after_min: Minutes
    what: Words
    values: Annotated[dict[Name, Value], Meta(max_length=200)] = {}
    over_min: Minutes = 0.0
    unread: Annotated[tuple[Name, ...], Meta(max_length=200)] | None = None
    expect: Annotated[tuple[Expectation, ...], Meta(max_length=20)] = ()


class Participant(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is called, by the name that stands in the record; after_min: only where nobody has acknowledged by then."""

    name: Name
    after_min: Annotated[int, Meta(ge=0, le=1440)] = 0


class DrillScenario(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A drill as it is planned; `briefing` is told to who takes part before it begins.

    past_h: so many hours of calm readings are brought before it, for tests that look back (rates).
    """

    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: Annotated[str, Meta(min_length=3, max_length=120)]
    briefing: Annotated[str, Meta(min_length=3, max_length=4000)]
    lasts_min: Annotated[float, Meta(gt=0, le=1440)]
    injects: Annotated[tuple[Inject, ...], Meta(min_length=1, max_length=50)]
    people: Annotated[tuple[Participant, ...], Meta(min_length=1, max_length=20)]
    past_h: Annotated[float, Meta(ge=0, le=9000)] = 0.0

    def __post_init__(self) -> None:
        for before, after in pairwise(self.injects):
            if after.after_min <= before.after_min:
                raise ValueError(f"injects: {after.what!r} must come later than the one before; raise its after_min")
        if self.injects[-1].after_min >= self.lasts_min:
            raise ValueError("lasts_min: the last inject comes when the drill is over; raise lasts_min")
        if all(one.after_min for one in self.people):
            raise ValueError("people: nobody is called at once; give one of them no after_min")
        if len({one.name for one in self.people}) < len(self.people):
            raise ValueError("people: a name stands twice; give everybody a name of their own")

    def plans(self) -> tuple[str, ...]:
        """The plans that are expected to reach a level, each once."""
        return tuple(sorted({one.plan for inject in self.injects for one in inject.expect}))

    def values_at(self, elapsed_s: float, calm: Mapping[str, float]) -> dict[str, float]:
        """What each datastream that an inject has named is, so long after the first second [s]; calm: before any."""
        found: dict[str, float] = {}
        for inject in self.injects:
            since_s = elapsed_s - inject.after_min * MINUTE_S
            if since_s < 0:
                break
            over_s = inject.over_min * MINUTE_S
            share = min(since_s / over_s, 1.0) if over_s else 1.0
            for name, value in inject.values.items():
                begun = found.get(name, calm[name])
                found[name] = begun + share * (value - begun)
        return found

    def unread(self, elapsed_s: float) -> tuple[str, ...]:
        """Instruments that do not answer, so long after the first second of the drill [s]."""
        said = [one.unread for one in self.injects if one.unread is not None and one.after_min * MINUTE_S <= elapsed_s]
        return said[-1] if said else ()


class DrillScope(Struct, frozen=True):
    """What a dam has: datastreams that a drill can set, all instruments, and plans that call people."""

    datastreams: frozenset[str]
    instruments: frozenset[str]
    plans: frozenset[str]


def read_scenario(text: str, known: DrillScope) -> DrillScenario:
    """Read the file of a drill on a dam that has what is known; raises BadScenario."""
    try:
        tables = toml_text.read(text)
    except (tomllib.TOMLDecodeError, toml_text.TooDeep) as error:
        raise BadScenario(f"scenario: {error}") from error
    report = Report(lambda: key_lines(text))
    found = shapes.read(report, (), tables, DrillScenario)
    if isinstance(found, DrillScenario):
        _look_up(found, known, report)
    if report.problems:
        raise BadScenario("; ".join(f"scenario: {one}" for one in report.problems))
    assert isinstance(found, DrillScenario)
    return found


def _look_up(found: DrillScenario, known: DrillScope, report: Report) -> None:
    """Report instruments and plans that the dam does not have."""
    for number, inject in enumerate(found.injects):
        asked = (
            ("values", inject.values, known.datastreams, "no simulated node can set"),
            ("unread", inject.unread or (), known.instruments, "there is no instrument"),
            ("expect", [one.plan for one in inject.expect], known.plans, "there is no plan in force called"),
        )
        for key, names, there, says in asked:
            for name in sorted({*names} - there):
                report.add(("injects", number, key), f"{says} {name!r}; known are {', '.join(sorted(there))}")
