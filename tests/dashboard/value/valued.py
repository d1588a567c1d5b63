"""A valued facility for tests without a server: the demo's study, with levels and water that a test chooses."""

from collections.abc import Mapping

import msgspec

from api.studies.models import AssayFile
from dashboard.reads import Shown
from dashboard.value import reads
from dashboard.value.reads import Study, Valued
from tailings.study import StudyResult, WaterLevel, allowed, net_values
from tailings.study.inputs import Bench
from tests.dashboard.examples import NOW, datastream, facility, node
from tests.dashboard.value.study import inputs as study_inputs
from tests.tailings.study.example import result

CREST = Bench("Bench 1", (-60.0, 0.0), (330.0, 338.0), ("wall",))
FILES = (AssayFile(id=1, name="demo.csv", sha256="a" * 64, imported_at=NOW, synthetic="a model", faults=0),)


def valued(
    levels: Mapping[str, str | None] | None = None, water: tuple[WaterLevel, ...] = (), study: StudyResult | None = None
) -> Valued:
    """The page of the demo's study; `levels` guard the bench at the crest."""
    found = study or result()
    if levels is not None:
        found = msgspec.structs.replace(found, benches=(CREST,))
    can = allowed(found, levels or {}, water)
    shown = Shown(NOW, 1, (facility([datastream("n03:vw1.level", "water-level", 330.0)], [node("n03")]),))
    plain, today = net_values(found, {}), net_values(found, {}, can.reachable)
    held = Study(4, NOW, "system:1000", study_inputs(), "b" * 64, samples_sha256="c" * 64, files=FILES, result=found)
    return Valued(
        shown, held, reads.what_if(found, {}), plain, today, can=can, levels=levels or {}, water=water, samples=()
    )
