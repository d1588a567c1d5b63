"""A study and what it says now, as its page reads the answer of the api."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.studies.models import BenchState, Study, StudyNow, Valuation
from dashboard import reads
from dashboard.reads import Shown
from dashboard.view_models import FacilityRow
from tailings.study import StudyResult
from tailings.study.what_if import FACTORS, LEAST_FACTOR, MOST_FACTOR
from texts import Texts, say


@dataclass(frozen=True)
class ValuedFacility:
    """A facility with its study: the rows of the overview, and the answer."""

    shown: Shown
    now: StudyNow

    @classmethod
    def of(cls, answer: Valuation) -> ValuedFacility | None:
        """Set an answer out; None where there is no study."""
        if answer.study is None:
            return None
        return cls(reads.shown(answer.overview), answer.study)

    @property
    def facility(self) -> FacilityRow:
        return self.shown.facilities[0]

    @property
    def study(self) -> Study:
        return self.now.study

    @property
    def result(self) -> StudyResult:
        return self.study.result


def factors(query: Mapping[str, str]) -> dict[str, float]:
    """Read the factors of an address; what is none, or out of bounds, is left out."""
    found: dict[str, float] = {}
    for name in FACTORS:
        try:
            value = float(query.get(name, "1"))
        except ValueError:
            continue
        if LEAST_FACTOR <= value <= MOST_FACTOR and value != 1.0:
            found[name] = value
    return found


def stored(words: str, texts: Texts) -> str:
    """Say what a study stores in words of its own: a list, a class, what is missing; else as it is stored."""
    said: str = texts["value"]["stored"].get(words, words)
    return said


def because(bench: BenchState, texts: Texts) -> str:
    """Say what closes a bench; "" where it is open."""
    return "" if bench.plan is None else closed_by(bench.plan, bench.level, texts)


def closed_by(plan: str, level: str | None, texts: Texts) -> str:
    """Say at which level a plan closes a bench, or that it has none."""
    words = texts["value"]["allows"]
    if level is None:
        return say(words["no_plan_level"], plan=plan)
    return say(words["plan_level"], plan=plan, level=texts["states"][level].lower())
