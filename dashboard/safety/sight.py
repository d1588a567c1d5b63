"""What would be seen of each failure mode, in words: the blind first, then those of which least may fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from api.safety.models import Safety
from api.sight.models import BlindReason, Mend, PlanSight
from dashboard import ages, numbers, states
from dashboard.view_models import FacilityRow
from texts import Texts, record, say, sentence

from .watched import WatchedFacility

SIMULATED: Final = "simulated"
ENDED: Final = "approval-ended"
UNTOLD: Final = ("nobody-told", "no-way")
"""Reasons that are not of the instruments: the level is reached, and nobody gets the message."""
NAMED: Final = 3


@dataclass(frozen=True)
class SightRow:
    """One failure mode; `state` is its shape, `says` the sentence, `lines` what is to be known besides."""

    plan: str
    title: str
    state: str
    says: str
    lines: tuple[str, ...]


def of_facility(watched: WatchedFacility[Safety], texts: Texts) -> list[SightRow]:
    """List the plans that call people."""
    titles = {one.plan: one.title for one in watched.facility.assessment.failure_modes}
    told = [one for one in watched.answer.sight if one.state != SIMULATED and one.plan in titles]
    told.sort(key=lambda one: (one.state != "blind", one.may_fail, one.plan))
    facility, now = watched.facility, watched.now
    return [SightWords(facility, now, texts, one, one.blind_since).row(titles[one.plan]) for one in told]


def year_of(watched: WatchedFacility[Safety]) -> int:
    """The year that it is at the facility: of which the record is."""
    return watched.now.astimezone(ZoneInfo(watched.zone)).year


@dataclass(frozen=True)
class SightWords:
    """The words of one proof; blind_since: of a blind one, where that is known."""

    facility: FacilityRow
    now: datetime
    texts: Texts
    proof: PlanSight
    blind_since: datetime | None = None

    def row(self, title: str) -> SightRow:
        """Make the row."""
        state = {"blind": states.BLIND, "seen": states.GREEN}.get(self.proof.state, self.proof.level)
        return SightRow(self.proof.plan, sentence(title), state, self._says(), tuple(self._lines()))

    @property
    def _words(self) -> Texts:
        words: Texts = self.texts["safety"]["sight"]
        return words

    def _says(self) -> str:
        one, level = self.proof, self.texts["states"][self.proof.level]
        if one.state == "blind":
            cause = self._cause(one.reasons[0]) if one.reasons else self._words["unknown"]
            word = "untold" if one.reasons and one.reasons[0].code in UNTOLD else "blind"
            if self.blind_since is None:
                return say(self._words[word], cause=cause)
            return say(self._words[f"{word}_since"], since=self._clock(self.blind_since), cause=cause)
        if one.state == "stands":
            return say(self._words["stands"], level=level)
        told = say(self._words["seen"], level=level, time=ages.age_words(one.seen_s))
        by = say(self._words["by"], n=len(one.instruments), names=self._named(one.instruments))
        may_fail = say(self._words["may_fail"], n=one.may_fail) if one.may_fail else self._words["may_fail_none"]
        return f"{told}, {by}; {may_fail}"

    def _lines(self) -> Iterator[str]:
        one = self.proof
        if one.mend is not None:
            yield self._mend(one.mend)
        if one.first_level is not None and one.first_level != one.level:
            level = self.texts["states"][one.first_level]
            yield say(self._words["first"], level=level, time=ages.age_words(one.first_s))
        lost = [loss.subject for loss in one.losses if loss.seen_s is None and loss.kind in ("instrument", "gateway")]
        if lost:
            yield say(self._words["without"], names=self._named(lost))
        for cause in one.reasons[one.state == "blind" :][:NAMED]:
            said = self._cause(cause)
            yield said if cause.code == ENDED else say(self._words["reduced"], cause=said)

    def _mend(self, mend: Mend) -> str:
        names = self._named(mend.instruments)
        if mend.cost is None:
            return say(self._words["mend"], names=names)
        return say(self._words["mend_cost"], names=names, cost=numbers.count(mend.cost), money=mend.currency)

    def _cause(self, cause: BlindReason) -> str:
        since = "" if cause.since is None else self._clock(cause.since)
        tests = record.tests(",".join(cause.tests), self.texts)
        of_instrument = "." not in cause.subject
        subject = (
            self.facility.called(cause.subject) if of_instrument else self.facility.words_of(cause.subject, self.texts)
        )
        return say(self._words["reasons"][cause.code], subject=subject, since=since, tests=tests)

    def _clock(self, time: datetime) -> str:
        return ages.short_clock(time, self.facility.timezone, self.now)

    def _named(self, names: Sequence[str]) -> str:
        shown = ", ".join(map(self.facility.called, names[:NAMED]))
        left = len(names) - NAMED
        return shown if left <= 0 else say(self._words["more"], names=shown, n=left)
