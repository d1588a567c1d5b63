"""Screening: what facilities with few samples, or none, are likely to hold, by what is known of others like them.

    screen(facilities, parameters)             an interval of each element in each facility, or why there is none
    sampling_plan(statements, samples, costs)  where the next samples take away most doubt for their cost
    score(statement, arrived)                  whether an interval held what was sampled after it
    hit_rate(verdicts)                         how often intervals held, with a binomial interval

A screening is no estimate (`STANDING`): nobody has signed it, and most of what it says of a facility comes from others.
"""

from tailings.screening.facts import ElementSamples, FacilityFacts
from tailings.screening.hit_rate import Arrived, HitRate, Score, hit_rate, score
from tailings.screening.sampling_plan import BadPlan, PlanCosts, PlannedFacility, SamplingPlan, sampling_plan
from tailings.screening.statements import (
    GradeSpread,
    Screening,
    ScreeningParameters,
    StatedGrade,
    UnstatedGrade,
    screen,
)
from tailings.study.competent_person import SCREENING as STANDING

__all__ = [
    "STANDING",
    "Arrived",
    "BadPlan",
    "ElementSamples",
    "FacilityFacts",
    "GradeSpread",
    "HitRate",
    "PlanCosts",
    "PlannedFacility",
    "SamplingPlan",
    "Score",
    "Screening",
    "ScreeningParameters",
    "StatedGrade",
    "UnstatedGrade",
    "hit_rate",
    "sampling_plan",
    "score",
    "screen",
]
