"""Files of the newest study: its tables as CSV or Parquet, and the Article 27 record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from api.facilities.models import Facility
from api.studies.models import Study
from tailings.study import StudyResult, article_27, net_values, tables
from tailings.study.article_27 import Article27Record
from tailings.study.sample_table import SampleRow

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


def record(facility: Facility, result: StudyResult) -> Article27Record:
    """Fill the Article 27 record."""
    return article_27.record(article_27.place(facility), result, net_values(result, {}))
