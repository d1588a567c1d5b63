"""The files by which a package describes itself, for people and for catalogues, in the words of one language."""

from collections.abc import Iterator, Mapping
from typing import Final

import texts
from ingest.packages.archive_file import PackedFile
from ingest.packages.layout import (
    COLUMNS,
    DATA,
    LICENCE,
    MADE,
    README,
    VERSION_DIGITS,
    About,
    Made,
    json_of,
    series_file,
)
from tailings.dataset import (
    DatasetDescription,
    DescribedFile,
    DescribedSeries,
    citation,
    data_package,
    datacite,
    dcat_ap,
    inspire,
    ro_crate,
    schema_org,
)
from tailings.dataset.description import LICENCES
from tailings.instants import rfc3339
from texts import Texts
from wire import quality

MIDNIGHT: Final = "T00:00:00Z"
PROGRAM: Final = "Apache-2.0"
"""The licence of what is program text in a package."""


def licence(about: About) -> tuple[str, bytes]:
    """Return the file that says what may be done with the data."""
    words = _words(about)
    stated, creator = about.facility.licence, _creator(about)
    program = f"{PROGRAM}: {LICENCES.format(PROGRAM)}"
    if stated:
        text = words["licence"].format(licence=stated, address=LICENCES.format(stated), program=program)
    else:
        text = words["no_licence"].format(creator=creator, program=program)
    return LICENCE, text.lstrip().encode()


def describe(
    about: About, made: Made, content_sha256: str, files: Mapping[str, PackedFile], page: str = ""
) -> DatasetDescription:
    """Return what is said of the package, whatever the format that says it."""
    words, of, facility = _words(about), about.span, about.facility
    series = {
        series_file(DATA, one.name): DescribedSeries(
            one.name,
            one.quantity,
            one.unit,
            one.definition,
            one.formula,
            rows=one.rows,
            file=series_file(DATA, one.name),
        )
        for one in about.datastreams
        if one.rows
    }
    name = facility.name
    span = {"start": rfc3339(of.start), "stop": rfc3339(of.stop)}
    known_at = rfc3339(made.known_at.replace(microsecond=0))
    counts = {"rows": sum(one.rows for one in series.values()), "datastreams": len(series)}
    invented = facility.sample_data
    text = words["description"].format(facility=name, **span, **counts, known_at=known_at)
    return DatasetDescription(
        title=words["title"].format(facility=name, **{key: _day(time) for key, time in span.items()}),
        description=" ".join([text, words["invented"].format(what=invented)] if invented else [text]),
        language=of.language,
        facility=of.facility,
        facility_name=name,
        creator=_creator(about),
        licence=facility.licence or "",
        version=content_sha256[:VERSION_DIGITS],
        content_sha256=content_sha256,
        start=of.start,
        stop=of.stop,
        known_at=made.known_at,
        release=made.release,
        columns=tuple((column, words["columns"][column]) for column in COLUMNS),
        series=tuple(series.values()),
        files=tuple(
            DescribedFile(path, one.sha256, one.bytes, series.get(path)) for path, one in sorted(files.items())
        ),
        lon=facility.location.lon if facility.location else None,
        lat=facility.location.lat if facility.location else None,
        region=facility.region,
        page=page,
    )


def documents(
    about: About, made: Made, content_sha256: str, files: Mapping[str, PackedFile]
) -> Iterator[tuple[str, bytes]]:
    """Give the files that describe a package of these files, by path."""
    one = describe(about, made, content_sha256, files)
    yield MADE, json_of(made)
    yield README, _readme(_words(about), one).encode()
    yield "CITATION.cff", citation.document(one).encode()
    yield "datapackage.json", json_of(data_package.document(one))
    yield ro_crate.METADATA, json_of(ro_crate.document(one))
    yield "schema-org.jsonld", json_of(schema_org.document(one))
    yield "dcat-ap.jsonld", json_of(dcat_ap.document(one))
    yield "datacite.json", json_of(datacite.document(one))
    yield "inspire-ef.json", json_of(inspire.document(one))


def _readme(words: Texts, one: DatasetDescription) -> str:
    rows = [
        f"| {series.name} | {series.quantity} | {series.unit} | {series.formula or words['measured']} | {series.rows} |"
        for series in one.series
    ]
    readme: str = words["readme"]
    return readme.lstrip().format(
        title=one.title,
        description=one.description,
        version=one.version,
        content=one.content_sha256,
        licence=one.licence or words["not_stated"],
        columns="; ".join(f"`{column}` {what}" for column, what in one.columns),
        flags=", ".join(f"{flag} {meaning}" for flag, meaning in quality.FLAGS),
        rows="\n".join(rows),
    )


def _day(time: str) -> str:
    """Of an instant that begins a day, the day alone."""
    return time.removesuffix(MIDNIGHT)


def _words(about: About) -> Texts:
    found: Texts = texts.load(about.span.language, ("packages",))["package"]
    return found


def _creator(about: About) -> str:
    return about.facility.operator or about.facility.name
