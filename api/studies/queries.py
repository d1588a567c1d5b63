"""Studies, and the samples and files that they were made from."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from api.http.database import DatabasePool, seen_ids
from api.studies.models import AssayFile, AssayImport, OutcomeSpread, Rating, Sample, Worth
from tailings.study.sample_table import SampleRow
from tailings.study.stored_samples import StoredSample

STUDY: Final = """
SELECT version, author, made_at, inputs, inputs_sha256, samples_sha256, files, result FROM study
WHERE facility_id = %(facility)s ORDER BY version DESC LIMIT 1
"""
WORTHS: Final = """
SELECT DISTINCT ON (facility_id) facility_id AS facility, made_at, result->'net' AS net, result->'npv' AS npv,
    coalesce(result->>'currency', 'USD') AS currency, coalesce((result->'exchange_rate'->>'usd')::float8, 1) AS usd,
    result->>'cut_off_element' AS element,
    (result->>'chance_of_loss')::float8 AS chance_of_loss, coalesce(result->>'synthetic', '') AS synthetic,
    coalesce(jsonb_path_query_first(result, '$.commodities[*] ? (@.element == $.cut_off_element).unfc') #>> '{}', '')
        AS unfc,
    coalesce(result->'signed'->>'name', '') AS signed_by
FROM study WHERE (%(seen)s::text[] IS NULL OR facility_id = ANY(%(seen)s))
ORDER BY facility_id, version DESC LIMIT 10000
"""
LATCHED: Final = """
SELECT rule AS plan, max(level)::int AS level FROM alarm_event
WHERE facility_id = %(facility)s AND family = 'dam' AND closed_at IS NULL AND NOT is_simulated GROUP BY rule
"""
IMPORTS: Final = """
SELECT f.id, f.name, f.sha256, f.imported_at, f.synthetic, jsonb_array_length(f.faults) AS faults, f.author,
    (SELECT count(*) FROM assay_sample s WHERE s.file_id = f.id) AS samples,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', w.id, 'samples', cardinality(w.samples), 'author', w.author,
        'reason', w.reason, 'withdrawn_at', w.withdrawn_at) ORDER BY w.id)
     FROM assay_withdrawal w WHERE w.file_id = f.id), '[]') AS withdrawals
FROM assay_file f WHERE f.facility_id = %(facility)s ORDER BY f.id DESC LIMIT %(limit)s
"""
FILES: Final = """
SELECT id, name, sha256, imported_at, synthetic, jsonb_array_length(faults) AS faults FROM assay_file
WHERE facility_id = %(facility)s AND id = ANY(%(ids)s) ORDER BY id
"""
SAMPLES: Final = """
SELECT s.name, s.revision, s.kind, s.of_sample, s.hole, s.chainage_m, s.offset_m, s.collar_m, s.top_m, s.bottom_m,
    s.material, s.file_id AS file, s.file_row, s.assays, s.sampled, s.bulk_t_m3, s.water_share, s.oxidised_m,
    w.withdrawn_at, w.author AS withdrawn_by, w.reason AS withdrawal_reason
FROM assay_samples(%(facility)s, coalesce(%(as_of)s::timestamptz, 'infinity')) s
LEFT JOIN (assay_withdrawn n JOIN assay_withdrawal w ON w.id = n.withdrawal_id)
    ON n.facility_id = s.facility_id AND n.sample_id = s.id
WHERE s.name > %(after)s AND (%(hole)s::text IS NULL OR s.hole = %(hole)s)
ORDER BY s.name LIMIT %(limit)s
"""
SINCE: Final = """
WITH used AS (SELECT id FROM assay_samples(%(facility)s, %(then)s) WHERE file_id = ANY(%(files)s))
SELECT
    (SELECT count(*) FROM assay_samples(%(facility)s, 'infinity') s WHERE s.id NOT IN (SELECT id FROM used)) AS changed,
    (SELECT count(*) FROM assay_withdrawn w
     WHERE w.facility_id = %(facility)s AND w.sample_id IN (SELECT id FROM used)) AS withdrawn
"""
RATINGS: Final = """
SELECT s.version, s.author, s.made_at, c->>'unfc' AS unfc, c->'criteria' AS criteria
FROM study s CROSS JOIN jsonb_array_elements(s.result->'commodities') c
WHERE s.facility_id = %(facility)s AND c->>'element' = %(element)s ORDER BY s.version DESC LIMIT 1000
"""
ASSAYED: Final = """
SELECT s.name AS sample, s.revision, s.kind, s.of_sample AS of, s.hole, s.chainage_m, s.offset_m,
    s.collar_m AS collar_m_asl, s.top_m, s.bottom_m, s.material, s.sampled, s.bulk_t_m3, s.water_share, s.oxidised_m,
    s.assays, f.name AS file, s.file_row, f.sha256 AS file_sha256, f.synthetic
FROM assay_samples(%(facility)s, %(then)s) s JOIN assay_file f ON f.id = s.file_id ORDER BY s.name LIMIT %(limit)s
"""


STORED: Final = """
SELECT s.name, s.digest, s.file_id, s.kind, s.hole, s.chainage_m, s.offset_m, s.collar_m, s.top_m,
    s.bottom_m, s.material, s.assays, f.synthetic, s.sampled, s.bulk_t_m3, s.water_share, s.oxidised_m, s.of_sample,
    f.name AS file_name, s.file_row
FROM assay_samples(%(facility)s, %(then)s) s JOIN assay_file f ON f.id = s.file_id ORDER BY s.name LIMIT %(limit)s
"""


class Latched(NamedTuple):
    """The level at which an open alarm of a plan stands until a person lowers it: 1 yellow, 2 orange, 3 red."""

    plan: str
    level: int


class WhichSamples(NamedTuple):
    """Up to `limit` samples with a name after `after`, of one hole or all, as they stood at an instant or stand."""

    limit: int
    after: str = ""
    hole: str | None = None
    as_of: datetime | None = None


class SamplesSince(NamedTuple):
    """Of a study: samples that came or changed since it was made, and those of its own that were withdrawn since."""

    changed: int
    withdrawn: int


class StudyRow(NamedTuple):
    """A stored study; `inputs` is its file, `result` the document of `tailings.study.Result`."""

    version: int
    author: str
    made_at: Any
    inputs: str
    inputs_sha256: str
    samples_sha256: str
    files: list[int]
    result: dict[str, Any]


async def newest(database: DatabasePool, facility: str) -> StudyRow | None:
    """Return the newest study, None when there is none."""
    return await database.row(StudyRow, STUDY, {"facility": facility})


async def files(database: DatabasePool, facility: str, ids: list[int]) -> list[AssayFile]:
    """Return files of assays by number."""
    return await database.rows(AssayFile, FILES, {"facility": facility, "ids": ids})


async def samples_since(database: DatabasePool, facility: str, study: StudyRow) -> SamplesSince:
    """Return how many samples a study does not know, and how many it was made with that were withdrawn since."""
    values = {"facility": facility, "files": study.files, "then": study.made_at}
    return await database.row(SamplesSince, SINCE, values) or SamplesSince(0, 0)


async def samples(database: DatabasePool, facility: str, which: WhichSamples) -> list[Sample]:
    """Return samples in the order of their names."""
    return await database.rows(Sample, SAMPLES, {"facility": facility} | which._asdict())


async def samples_of_study(database: DatabasePool, facility: str, made_at: datetime, page_size: int) -> list[Sample]:
    """Return all samples as they stood when a study was made, asked for in pages."""
    found: list[Sample] = []
    page = await samples(database, facility, WhichSamples(page_size, as_of=made_at))
    while page:
        found += page
        page = await samples(database, facility, WhichSamples(page_size, found[-1].name, as_of=made_at))
    return found


async def imports(database: DatabasePool, facility: str, limit: int) -> list[AssayImport]:
    """Return the newest imports of assays."""
    return await database.rows(AssayImport, IMPORTS, {"facility": facility, "limit": limit})


async def ratings(database: DatabasePool, facility: str, element: str) -> list[Rating]:
    """Return the class of an element in each version, the newest first."""
    return await database.rows(Rating, RATINGS, {"facility": facility, "element": element})


async def assayed(database: DatabasePool, facility: str, then: datetime, limit: int) -> list[SampleRow]:
    """Return the newest revision of up to `limit` samples as they stood at a time, with the files that they came in."""
    return await database.rows(SampleRow, ASSAYED, {"facility": facility, "then": then, "limit": limit})


async def stored(database: DatabasePool, facility: str, then: datetime, limit: int) -> list[StoredSample]:
    """Return up to `limit` samples as they stood at a time, ready for a study."""
    return await database.rows(StoredSample, STORED, {"facility": facility, "then": then, "limit": limit})


async def worths(database: DatabasePool, seen: frozenset[str] | None) -> list[Worth]:
    """Return what is known of the facilities that are seen (None: all), by facility."""
    return await database.rows(_worth, WORTHS, {"seen": seen_ids(seen)})


def _worth(net: list[float], npv: list[float] | None, **row: Any) -> Worth:
    return Worth(net=_spread(net), npv=None if npv is None else _spread(npv), **row)


def _spread(values: list[float]) -> OutcomeSpread:
    p90, p50, p10 = values
    return OutcomeSpread(p90=p90, p50=p50, p10=p10)


async def latched(database: DatabasePool, facility: str) -> dict[str, int]:
    """Return the level of each plan's open alarm."""
    return {row.plan: row.level for row in await database.rows(Latched, LATCHED, {"facility": facility})}
