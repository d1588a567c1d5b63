"""Writes the newest study of a facility into a folder: its tables as CSV and Parquet, and the Article 27 record."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from ingest.values import Connection
from tailings.study import StudyResult, article_27, net_values, tables
from tailings.study.sample_table import SampleRow

NEWEST: Final = """
SELECT s.version, s.inputs_sha256, s.samples_sha256, s.result, f.document, s.made_at
FROM study s JOIN facility f ON f.id = s.facility_id WHERE s.facility_id = %s ORDER BY s.version DESC LIMIT 1
"""
ASSAYED: Final = """
SELECT DISTINCT ON (s.name) s.name, s.revision, s.kind, s.of_sample, s.hole, s.chainage_m, s.offset_m, s.collar_m,
    s.top_m, s.bottom_m, s.material, s.sampled, s.bulk_t_m3, s.water_share, s.oxidised_m, s.assays, f.name,
    s.file_row, f.sha256, f.synthetic
FROM assay_sample s JOIN assay_file f ON f.id = s.file_id
WHERE s.facility_id = %s AND f.imported_at <= %s ORDER BY s.name, s.revision DESC
"""


class NoStudy(LookupError):
    """A facility of which nobody has made a study; the sentence says how."""


def write(connection: Connection, facility: str, folder: Path) -> list[str]:
    """Write the files, over those of the same name; raises NoStudy."""
    row = connection.execute(NEWEST, (facility,)).fetchone()
    if row is None:
        raise NoStudy(f"there is no study of {facility!r}; make one with `tailwatch study run`")
    version, inputs_sha256, samples_sha256, document, about, made_at = row
    result = msgspec.convert(document, StudyResult)
    drawn = net_values(result, {})
    label = tables.Label(facility, version, inputs_sha256, samples_sha256, about.get("licence") or "")
    samples = [SampleRow(*one) for one in connection.execute(ASSAYED, (facility, made_at)).fetchall()]
    files = {
        f"{name}.{form}": tables.file(name, form, result, drawn, label, samples=samples)
        for name in tables.NAMES
        for form in tables.MEDIA
    }
    record = article_27.record(article_27.place(about), result, drawn)
    files["article-27.json"] = msgspec.json.format(msgspec.json.encode(record))
    files["article-27.geojson"] = msgspec.json.format(msgspec.json.encode(article_27.geojson(record)))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return list(files)
