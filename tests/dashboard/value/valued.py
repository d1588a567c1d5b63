"""A valued facility for tests without a server: the demo's study, with levels and water that a test chooses."""

from collections.abc import Mapping, Sequence

import msgspec

from api.studies import valuation
from api.studies.models import AssayFile, PlanLevel, Sample, Study, Valuation
from api.studies.valuation import KnownStudy
from dashboard.value.valued import ValuedFacility
from tailings.levels import LevelWord
from tailings.study import StudyResult, WaterLevel
from tailings.study.inputs import Bench
from tests.dashboard.examples import GREEN, NOW, datastream
from tests.dashboard.safety.examples import overview
from tests.dashboard.value.study import inputs as study_inputs
from tests.tailings.study.example import result

CREST = Bench("Bench 1", (-60.0, 0.0), (330.0, 338.0), ("wall",))
OTHERS = (
    Bench("Bench 2", (-60.0, 0.0), (318.0, 330.0), ("storm",)),
    Bench("Bench 3", (-300.0, -60.0), (318.0, 338.0), ("storm",)),
)
GUARDED: Mapping[str, LevelWord | None] = {"storm": "green"}
"""The level of the plan that guards all but the crest, where a test says nothing of it."""
FILES = [AssayFile(id=1, name="demo.csv", sha256="a" * 64, imported_at=NOW, synthetic="a model", faults=0)]


def known_study(
    levels: Mapping[str, LevelWord | None] | None = None,
    water: Sequence[WaterLevel] = (),
    study: StudyResult | None = None,
    *,
    then: Sequence[WaterLevel] = (),
    samples: Sequence[Sample] = (),
    inputs: str = "",
) -> KnownStudy:
    """The demo's study; "wall" of `levels` guards the bench at the crest, and "storm", green without it, the others.

    `then` are water levels of a year ago, `inputs` is its file.
    """
    found = study or result()
    if levels is not None:
        found = msgspec.structs.replace(found, benches=(CREST, *OTHERS))
        levels = {**GUARDED, **levels}
    shown = overview([datastream("n03:vw1.level", "water-level", 330.0)], GREEN)
    held = Study(
        facility="vale",
        version=4,
        author="system:1000",
        made_at=NOW,
        inputs=inputs or study_inputs(),
        inputs_sha256="b" * 64,
        samples_sha256="c" * 64,
        files=FILES,
        result=found,
    )
    plans = [PlanLevel(plan=plan, level=level, since=None, alarm=None) for plan, level in (levels or {}).items()]
    return KnownStudy(shown, held, plans, water, then=then, samples=samples)


def answer(
    levels: Mapping[str, LevelWord | None] | None = None,
    water: Sequence[WaterLevel] = (),
    study: StudyResult | None = None,
    *,
    then: Sequence[WaterLevel] = (),
    samples: Sequence[Sample] = (),
    factors: Mapping[str, float] | None = None,
) -> Valuation:
    """The answer about it."""
    known = known_study(levels, water, study, then=then, samples=samples)
    return Valuation(facility="vale", overview=known.overview, study=valuation.answer(known, factors or {}))


def valued(
    levels: Mapping[str, LevelWord | None] | None = None,
    water: Sequence[WaterLevel] = (),
    study: StudyResult | None = None,
    *,
    then: Sequence[WaterLevel] = (),
    samples: Sequence[Sample] = (),
    factors: Mapping[str, float] | None = None,
) -> ValuedFacility:
    """The same as its page has it."""
    made = ValuedFacility.of(answer(levels, water, study, then=then, samples=samples, factors=factors))
    assert made is not None
    return made
