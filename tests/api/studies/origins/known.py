"""The demo's study under a yellow plan, with one sample, one fresh and one stale water level."""

from collections.abc import Mapping, Sequence
from typing import Final

from api.studies import valuation
from api.studies.models import Rating, Sample
from api.studies.origins import KnownOrigin
from tailings.levels import LevelWord
from tailings.study import StudyResult, WaterLevel
from tests.dashboard.value.valued import known_study

SAMPLE: Final = Sample(
    name="S-001",
    revision=2,
    kind="primary",
    of_sample="",
    hole="DH-01",
    chainage_m=20.0,
    offset_m=-20.0,
    collar_m=338.0,
    top_m=0.0,
    bottom_m=1.5,
    material="sand",
    file=1,
    file_row=7,
    assays=[
        {
            "element": "W",
            "printed": "0.21",
            "unit": "%",
            "substance": "WO3",
            "method": "XRF",
            "sign": "",
            "mg_per_kg": 1665.0,
        }
    ],
)
WATER: Final = (WaterLevel("n03:vw1.level", 20, 0, 330.0), WaterLevel("n02:pond.level", 120, -280, None))


def known(
    factors: Mapping[str, float] | None = None,
    *,
    levels: Mapping[str, LevelWord | None] | None = None,
    study: StudyResult | None = None,
    then: Sequence[WaterLevel] = (),
    ratings: Sequence[Rating] = (),
) -> KnownOrigin:
    """What its figures are taken from."""
    found = known_study({"wall": "yellow"} if levels is None else levels, WATER, study, then=then, samples=[SAMPLE])
    return KnownOrigin(found, valuation.answer(found, factors or {}), ratings)
