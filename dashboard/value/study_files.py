"""Files of the newest study: its tables as CSV or Parquet, and the Article 27 record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from dashboard.view_models import FacilityRow
from tailings.study import article_27, net_values, tables
from tailings.study.article_27 import Article27Record
from tailings.study.sample_table import SampleRow

from .reads import Study

Form = Literal["csv", "parquet"]
RecordForm = Literal["json", "geojson"]
TableName = Literal[
    "commodities", "outcomes", "inputs", "grade-tonnage", "panels", "next-holes", "composites", "samples"
]
MEDIA: Final = tables.MEDIA


def table(facility: FacilityRow, study: Study, name: TableName, form: Form, samples: Sequence[SampleRow]) -> bytes:
    """Write a table of the study; `samples` are those that it was made from, where they are asked for."""
    label = tables.Label(facility.id, study.version, study.inputs_sha256, study.samples_sha256, facility.licence)
    return tables.file(name, form, study.result, net_values(study.result, {}), label, samples=samples)


def record(facility: FacilityRow, study: Study) -> Article27Record:
    """Fill the Article 27 record."""
    return article_27.record(article_27.place(facility), study.result, net_values(study.result, {}))
