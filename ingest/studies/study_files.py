"""Writes the newest study of a facility: its tables, the Article 27 record, and its realisations."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from ingest.samples.assays import of_samples, stored_at
from ingest.values import Connection
from tailings.study import StudyResult, again, article_27, net_values, read_inputs, realisation_files, tables
from tailings.study.realisation_files import Form, RealisationLabel
from tailings.study.sample_table import SampleRow
from tailings.study.tables import Label

NEWEST: Final = """
SELECT s.version, s.made_at, s.inputs, s.inputs_sha256, s.samples_sha256, s.result, f.document
FROM study s JOIN facility f ON f.id = s.facility_id WHERE s.facility_id = %s ORDER BY s.version DESC LIMIT 1
"""
ASSAYED: Final = """
SELECT s.name, s.revision, s.kind, s.of_sample, s.hole, s.chainage_m, s.offset_m, s.collar_m,
    s.top_m, s.bottom_m, s.material, s.sampled, s.bulk_t_m3, s.water_share, s.oxidised_m, s.assays, f.name,
    s.file_row, f.sha256, f.synthetic
FROM assay_samples(%s, %s) s JOIN assay_file f ON f.id = s.file_id ORDER BY s.name
"""


class NoStudy(LookupError):
    """A facility of which nobody has made a study; the sentence says how."""


class _Newest(NamedTuple):
    """The newest study of a facility, what it was made from, the label of its files, and the facility."""

    made_at: dt.datetime
    inputs: str
    result: StudyResult
    label: Label
    about: dict[str, Any]


def _newest(connection: Connection, facility: str) -> _Newest:
    row = connection.execute(NEWEST, (facility,)).fetchone()
    if row is None:
        raise NoStudy(f"there is no study of {facility!r}; make one with `tailwatch study run`")
    version, made_at, inputs, inputs_sha256, samples_sha256, document, about = row
    label = Label(facility, version, inputs_sha256, samples_sha256, about.get("licence") or "")
    return _Newest(made_at, inputs, msgspec.convert(document, StudyResult), label, about)


def write(connection: Connection, facility: str, folder: Path) -> list[str]:
    """Write the files, over those of the same name; raises NoStudy."""
    made_at, _, result, label, about = _newest(connection, facility)
    drawn = net_values(result, {})
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


def write_realisations(connection: Connection, facility: str, form: Form, path: Path) -> None:
    """Write the realisations of the newest study, over a file of the same name; raises NoStudy, BadStudy."""
    made_at, inputs, result, label, _ = _newest(connection, facility)
    of = again(read_inputs(inputs), of_samples(stored_at(connection, facility, made_at)).samples, result)
    with path.open("wb") as file:
        realisation_files.write(form, of, RealisationLabel(label, result.seed, result.synthetic), file)
