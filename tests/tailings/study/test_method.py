"""Tests of the method statement."""

import msgspec

from tailings.study import method
from tests.tailings.study.example import result


def test_the_statement_says_what_was_done() -> None:
    """Counts, seed, domains, variogram, check, and that it is undiscounted; synthetic assays stand first."""
    said = result().method

    assert said.startswith("Synthetic assays")
    for words in (
        "216 intervals of 16 holes",
        "seed 2026",
        "lift 2, pond",
        "spherical",
        "undiscounted",
        "not an estimate",
    ):
        assert words in said


def test_another_study_gives_another_statement() -> None:
    """With a person who is named, another seed and real assays the text follows."""
    other = msgspec.structs.replace(result(), competent_person="A. Person", seed=7, synthetic="")

    assert "A. Person is named and has not signed" in method.sentences(other)[-1]
    assert not any("Synthetic" in sentence for sentence in method.sentences(other))
    assert "seed 7" in "\n".join(method.sentences(other))
