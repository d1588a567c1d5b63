"""Studies, and the samples and files that they were made from."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from api.http.database import DatabasePool
from api.studies.models import AssayFile, OutcomeSpread, Rating, Sample, Worth
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
FILES: Final = """
SELECT id, name, sha256, imported_at, synthetic, jsonb_array_length(faults) AS faults FROM assay_file
WHERE facility_id = %(facility)s AND id = ANY(%(ids)s) ORDER BY id
"""
SAMPLES: Final = """
SELECT DISTINCT ON (name) name, revision, kind, of_sample, hole, chainage_m, offset_m, collar_m, top_m, bottom_m,
    material, file_id AS file, file_row, assays, sampled, bulk_t_m3, water_share, oxidised_m
FROM assay_sample WHERE facility_id = %(facility)s AND name > %(after)s
  AND (%(hole)s::text IS NULL OR hole = %(hole)s)
ORDER BY name, revision DESC LIMIT %(limit)s
"""
CHANGED: Final = """
SELECT count(*) AS samples FROM (
    SELECT DISTINCT ON (name) file_id FROM assay_sample WHERE facility_id = %(facility)s ORDER BY name, revision DESC
) newest WHERE NOT file_id = ANY(%(files)s)
"""
RATINGS: Final = """
SELECT s.version, s.author, s.made_at, c->>'unfc' AS unfc, c->'criteria' AS criteria
FROM study s CROSS JOIN jsonb_array_elements(s.result->'commodities') c
WHERE s.facility_id = %(facility)s AND c->>'element' = %(element)s ORDER BY s.version DESC LIMIT 1000
"""
ASSAYED: Final = """
SELECT DISTINCT ON (s.name) s.name AS sample, s.revision, s.kind, s.of_sample AS of, s.hole, s.chainage_m, s.offset_m,
    s.collar_m AS collar_m_asl, s.top_m, s.bottom_m, s.material, s.sampled, s.bulk_t_m3, s.water_share, s.oxidised_m,
    s.assays, f.name AS file, s.file_row, f.sha256 AS file_sha256, f.synthetic
FROM assay_sample s JOIN assay_file f ON f.id = s.file_id
WHERE s.facility_id = %(facility)s AND f.imported_at <= %(then)s ORDER BY s.name, s.revision DESC LIMIT %(limit)s
"""


STORED: Final = """
SELECT DISTINCT ON (s.name) s.name, s.digest, s.file_id, s.kind, s.hole, s.chainage_m, s.offset_m, s.collar_m, s.top_m,
    s.bottom_m, s.material, s.assays, f.synthetic, s.sampled, s.bulk_t_m3, s.water_share, s.oxidised_m, s.of_sample,
    f.name AS file_name, s.file_row
FROM assay_sample s JOIN assay_file f ON f.id = s.file_id
WHERE s.facility_id = %(facility)s AND f.imported_at <= %(then)s ORDER BY s.name, s.revision DESC LIMIT %(limit)s
"""


class Latched(NamedTuple):
    """The level at which an open alarm of a plan stands until a person lowers it: 1 yellow, 2 orange, 3 red."""

    plan: str
    level: int


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


async def changed_samples(database: DatabasePool, facility: str, files: list[int]) -> int:
    """Return how many samples came, or came with other contents, by files that a study was not made from."""
    row = await database.row(_count, CHANGED, {"facility": facility, "files": files})
    return 0 if row is None else row


async def samples(
    database: DatabasePool, facility: str, after: str, limit: int, hole: str | None = None
) -> list[Sample]:
    """Return the newest revision of up to `limit` samples with a name after `after`."""
    values = {"facility": facility, "after": after, "limit": limit, "hole": hole}
    return await database.rows(Sample, SAMPLES, values)


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
    return await database.rows(_worth, WORTHS, {"seen": None if seen is None else sorted(seen)})


def _count(samples: int) -> int:
    return samples


def _worth(net: list[float], npv: list[float] | None, **row: Any) -> Worth:
    return Worth(net=_spread(net), npv=None if npv is None else _spread(npv), **row)


def _spread(values: list[float]) -> OutcomeSpread:
    p90, p50, p10 = values
    return OutcomeSpread(p90=p90, p50=p50, p10=p10)


async def latched(database: DatabasePool, facility: str) -> dict[str, int]:
    """Return the level of each plan's open alarm."""
    return {row.plan: row.level for row in await database.rows(Latched, LATCHED, {"facility": facility})}
