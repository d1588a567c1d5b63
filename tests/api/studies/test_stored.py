"""Studies that an earlier release stored are read, answered and traced."""

import json
from typing import Any, Final

import pytest

from api.studies import origins, valuation
from api.studies.models import Study
from api.studies.valuation import KnownStudy
from tests.dashboard.value.valued import known_study
from tests.tailings.facilities import VALE

STORED: Final = sorted(VALE.with_name("studies").glob("release-*.json"))
"""One of each release, as its column `result` holds it; a release that stores them otherwise adds its own."""


def holds(found: Any, document: Any) -> bool:
    """Whether all names and values of a document are in what was found, which may have further names."""
    if isinstance(document, dict):
        return all(name in found and holds(found[name], part) for name, part in document.items())
    if isinstance(document, list):
        return len(found) == len(document) and all(map(holds, found, document))
    return bool(found == document)


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_a_stored_study_is_read_and_loses_nothing(file: Any) -> None:
    """The answer has each name and value of the document, and what follows from it is drawn."""
    document = json.loads(file.read_text())
    known = known_study()
    study = Study.model_validate(known.study.model_dump() | {"result": document})
    now = valuation.answer(KnownStudy(known.overview, study), {})

    assert holds(json.loads(study.model_dump_json())["result"], document)
    assert (now.outcomes.net.p90, now.outcomes.net.p50, now.outcomes.net.p10) == pytest.approx(document["net"])
    assert origins.trace(origins.KnownOrigin(KnownStudy(known.overview, study), now), "net").steps[0].p50 is not None


def test_there_is_a_study_of_the_release_before() -> None:
    """Release 0.2.0 is the first whose studies are kept."""
    assert "release-0.2.0" in [file.stem for file in STORED]
