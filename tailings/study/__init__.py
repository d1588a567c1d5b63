"""A study: what one facility's waste is worth by the samples, prices and assumptions of one day, and how sure that is.

    read_inputs(text)        a study file (TOML) -> Inputs; unknown keys and impossible values are errors with their fix
    run(inputs, samples)     Inputs and sampled intervals -> Result, a document that can be stored and read again
    allowed(result, ...)     what the dam allows today: closed benches, flooded share, reachable share
    again(inputs, samples, result)   the realisations of a study once more, for files
    net_values(case, ...)    the outcomes again with other factors, for what-if questions

Pure: who stores a study also stores the hashes of what it was made from.
"""

from tailings.study.allowed import Allowed, WaterLevel, allowed
from tailings.study.inputs import BadStudy, StudyInputs, read_inputs
from tailings.study.results import StudyResult
from tailings.study.sampled import Sampled
from tailings.study.study_run import again, run
from tailings.study.what_if import net_values

__all__ = [
    "Allowed",
    "BadStudy",
    "Sampled",
    "StudyInputs",
    "StudyResult",
    "WaterLevel",
    "again",
    "allowed",
    "net_values",
    "read_inputs",
    "run",
]
