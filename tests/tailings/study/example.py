"""The study of the demo dam, run once for all tests of this room."""

import datetime as dt
from functools import cache
from pathlib import Path

import msgspec

import tailwatch.demo
from tailings.laboratory import AssayedSample, quality_control, read_assays, read_table
from tailings.laboratory.quality_control import SentSamples
from tailings.study import Sampled, StudyInputs, StudyResult, read_inputs, run
from tailwatch.demo import assays

TODAY = dt.date(2026, 11, 25)
STUDY = Path(tailwatch.demo.__file__).with_name("study.toml")
QUICK = f"realisations = 100\n{STUDY.read_text()}"
"""The same as a first look, for what does not depend on how many realisations there are."""
COARSE = QUICK.replace("[24.0, 30.0, 4.0]", "[48.0, 60.0, 10.0]").replace("composite_m = 1.5", "composite_m = 4.5")
"""Of few panels and composites besides, for what does not depend on what the study finds."""


def inputs() -> StudyInputs:
    """What the demo's study is made from, as a first look."""
    return read_inputs(QUICK)


def parsed() -> tuple[AssayedSample, ...]:
    """The demo's assay file."""
    return read_assays(read_table(assays.text().encode())).samples


def sent() -> SentSamples:
    """All that it holds, blanks, duplicates and standards too."""
    return quality_control.sent((one.name, one.kind, one.of, msgspec.to_builtins(one.assays)) for one in parsed())


def samples() -> list[Sampled]:
    """The demo's primary samples."""
    return [
        Sampled(
            one.hole,
            one.chainage_m or 0.0,
            one.offset_m or 0.0,
            one.collar_m or 0.0,
            one.top_m or 0.0,
            bottom_m=one.bottom_m or 0.0,
            material=one.material,
            grades={assay.element: assay.mg_per_kg or 0.0 for assay in one.assays},
            oxidised_m=one.oxidised_m,
        )
        for one in parsed()
        if one.kind == "primary"
    ]


@cache
def result() -> StudyResult:
    """The demo's study, as a first look."""
    return run(inputs(), samples(), TODAY, sent=sent())


@cache
def demo() -> StudyResult:
    """The demo's study with all of its realisations."""
    return run(read_inputs(STUDY.read_text()), samples(), TODAY, sent=sent())
