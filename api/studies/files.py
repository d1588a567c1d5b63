"""Files of the newest study: its tables as CSV or Parquet, its realisations, and the Article 27 record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Final, Literal

from api.facilities.models import Facility
from api.studies.models import Study
from tailings.study import StudyResult, again, article_27, net_values, read_inputs, realisation_files, tables
from tailings.study.article_27 import Article27Record
from tailings.study.realisation_files import RealisationLabel
from tailings.study.sample_table import SampleRow
from tailings.study.stored_samples import StoredSample, of_samples

Form = Literal["csv", "parquet"]
RecordForm = Literal["json", "geojson"]
TableName = Literal[
    "commodities", "outcomes", "inputs", "grade-tonnage", "panels", "next-holes", "composites", "samples"
]
MEDIA: Final = tables.MEDIA


def table(facility: Facility, study: Study, name: TableName, form: Form, samples: Sequence[SampleRow]) -> bytes:
    """Write a table of the study; `samples` are those that it was made from, where they are asked for."""
    label = tables.Label(facility.id, study.version, study.inputs_sha256, study.samples_sha256, facility.licence or "")
    return tables.file(name, form, study.result, net_values(study.result, {}), label, samples=samples)


def realisations(
    facility: Facility, study: Study, form: realisation_files.Form, samples: Sequence[StoredSample], file: BinaryIO
) -> None:
    """Write the realisations of the study, made again from its samples; raises BadStudy where they are others."""
    found = again(read_inputs(study.inputs), of_samples(samples).samples, study.result)
    label = tables.Label(facility.id, study.version, study.inputs_sha256, study.samples_sha256, facility.licence or "")
    said = RealisationLabel(label, study.result.seed, study.result.synthetic)
    realisation_files.write(form, found, said, file)


def record(facility: Facility, result: StudyResult) -> Article27Record:
    """Fill the Article 27 record."""
    return article_27.record(article_27.place(facility), result, net_values(result, {}))
