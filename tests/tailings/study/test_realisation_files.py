"""Realisations as files: read back by readers of others, the same bytes twice, and those that the study stands on."""

import hashlib
import io
from functools import cache
from typing import NamedTuple

import duckdb
import msgspec
import numpy as np
import pyarrow.parquet
import pytest

from tailings.study import BadStudy, StudyInputs, StudyResult, again, realisation_files, run
from tailings.study.realisation_files import Form, RealisationLabel, Realisations
from tailings.study.tables import Label
from tests.tailings.study.example import TODAY, inputs, samples

LABEL = RealisationLabel(Label("demo", 1, "a" * 64, "b" * 64, ""), 2026, "drawn from a model")


class Read(NamedTuple):
    """A Geo-EAS file: title, names of the columns, and the numbers."""

    title: str
    names: list[str]
    values: np.ndarray


def read_gslib(text: str) -> Read:
    """Read as GSLIB's manual describes: line 1 a title, line 2 the number of variables, a name a line, then data."""
    lines = iter(text.splitlines())
    title, count = next(lines), int(next(lines).split()[0])
    names = [next(lines).strip() for _ in range(count)]
    values = np.array([[float(word) for word in line.split()] for line in lines])
    assert values.shape[1] == count
    return Read(title, names, values)


@cache
def stored() -> tuple[StudyInputs, StudyResult]:
    """A study of two elements of the demo in 5 x 5 x 2 panels."""
    whole = inputs()
    box = msgspec.structs.replace(whole.box, panel_m=(48.0, 60.0, 10.0), lift_tops_m=(), beach_m=0.0)
    few = msgspec.structs.replace(whole, box=box, commodity=whole.commodity[:2], standard=(), next_hole=())
    return few, run(few, samples(), TODAY)


@cache
def made() -> Realisations:
    """Its realisations, once."""
    few, result = stored()
    return again(few, samples(), result)


def written(form: Form) -> bytes:
    """A file of the first three realisations."""
    few = msgspec.structs.replace(made(), blocks=tuple(blocks[:3] for blocks in made().blocks))
    file = io.BytesIO()
    realisation_files.write(form, few, LABEL, file)
    return file.getvalue()


def test_gslib_is_read_by_its_published_description() -> None:
    """Title with seed, unit and hashes; seven columns; three times 50 panels, x fastest, then y, then z."""
    found = read_gslib(written("gslib").decode("ascii"))
    x, y, z = found.values[:, 1], found.values[:, 2], found.values[:, 3]

    assert all(words in found.title for words in ("seed 2026", "mg/kg", "frame of the nodes", "a" * 64, "synthetic"))
    assert found.names[0] == "realisation" and found.names[5:] == ["W_mg_per_kg", "Cu_mg_per_kg"]
    assert (len(x), x[1] - x[0], y[5] - y[0], z[25] - z[0], x[5] - x[0]) == (150, 48.0, 60.0, 10.0, 0.0)


def test_parquet_holds_the_same_as_gslib() -> None:
    """By DuckDB and pyarrow: all rows as in the text, mean grades as the study has them, what it is in the metadata."""
    content, text = written("parquet"), read_gslib(written("gslib").decode())
    file = pyarrow.parquet.ParquetFile(io.BytesIO(content))
    table = file.read()
    wanted = duckdb.arrow(table).aggregate("realisation, avg(W_mg_per_kg)").order("realisation").fetchall()

    np.testing.assert_allclose(np.stack([one.to_numpy() for one in table.columns], axis=1), text.values, rtol=1e-5)
    assert [mean for _, mean in wanted] == pytest.approx(stored()[1].case.commodities[0].realised[:3], rel=1e-5)
    assert msgspec.json.decode(table.schema.metadata[b"tailwatch"], type=RealisationLabel) == LABEL


def test_the_volume_of_all_panels_is_that_of_the_study() -> None:
    """1.2 Mm3 in the middle, in each realisation."""
    found = read_gslib(written("gslib").decode()).values

    assert found[found[:, 0] == 2, 4].sum() == pytest.approx(1.2e6, rel=1e-6)


def test_the_same_study_gives_the_same_bytes() -> None:
    """Simulated again from inputs, samples and seed, each form has one hash."""
    forms: tuple[Form, ...] = ("gslib", "parquet")
    before = [hashlib.sha256(written(form)).hexdigest() for form in forms]
    made.cache_clear()

    assert [hashlib.sha256(written(form)).hexdigest() for form in forms] == before


def test_realisations_of_another_release_are_refused() -> None:
    """A stored study whose mean grades are others, or that has none, is to be run again."""
    few, result = stored()
    case = result.case
    others = [msgspec.structs.replace(one, realised=tuple(2 * x for x in one.realised)) for one in case.commodities]
    other = msgspec.structs.replace(result, case=msgspec.structs.replace(case, commodities=tuple(others)))

    with pytest.raises(BadStudy, match="run it again"):
        again(few, samples(), other)
