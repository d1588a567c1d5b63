"""How a published data set describes itself, in the formats of catalogues and repositories; pure, one file a format.

A format takes a `DatasetDescription` and gives a document: data_package (Frictionless), ro_crate (RO-Crate 1.2),
schema_org and dcat_ap (JSON-LD), datacite (DataCite 4.6), citation (CITATION.cff), inspire (INSPIRE EF, as a mapping).
"""

from tailings.dataset.description import DatasetDescription, DescribedFile, DescribedSeries

__all__ = ["DatasetDescription", "DescribedFile", "DescribedSeries"]
