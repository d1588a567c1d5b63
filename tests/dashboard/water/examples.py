"""A watched dam with its water for the tests of the water page, by the answer of the api."""

from collections.abc import Sequence
from typing import Any

from api.water import answers
from api.water.models import Water
from api.water.queries import SampleOrigin
from dashboard.safety.watched import WatchedFacility
from dashboard.view_models import DatastreamRow
from tailings.water import ParsedSample
from tests.dashboard.examples import NOW
from tests.dashboard.safety.examples import history


def answered(rows: list[DatastreamRow], samples: Sequence[ParsedSample] = (), **more: Any) -> Water:
    """The answer of the api about these rows and samples; `more` as in `history`."""
    origins = {one.name: SampleOrigin(one.name, 1, "year.csv", "0" * 64, NOW, author="user:3") for one in samples}
    return answers.answer(history(rows, **more), answers.SampledWater(samples, origins))


def wet(rows: list[DatastreamRow], **more: Any) -> WatchedFacility[Water]:
    """A dam with these rows."""
    return WatchedFacility.of(answered(rows, **more))
