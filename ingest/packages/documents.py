"""What a package holds beside readings: facility files, plans, calibrations, formulas, notes, and the newest study."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from ingest.packages.layout import (
    AFTER,
    ANNOTATIONS,
    BEFORE,
    CALIBRATIONS,
    DATA,
    FORMAT,
    PLANS,
    About,
    PackagedDatastream,
    PackagedFacility,
    PackageDraft,
    PackagedVersion,
    PackageRefused,
    PackageSpan,
    facility_file,
    json_of,
    series_file,
)
from ingest.rederive import RELATIVE, reach
from ingest.values import Connection
from tailings import digest, file_metadata, filters, formulas, plugins
from tailings.facility import BadFacility, Facility, parse

VERSIONS: Final = """
SELECT DISTINCT ON (version) version, hash, applied_at, file FROM facility_version
WHERE facility_id = %s AND applied_at <= %s ORDER BY version, id DESC"""
DATASTREAMS: Final = """
SELECT name, quantity, unit, formula, origin, expected_interval_s FROM datastream
WHERE facility_id = %s AND known_since <= %s ORDER BY name"""
APPROVALS: Final = """
SELECT plan, digest, role, approved_at, valid_to FROM tarp_approval
WHERE facility_id = %s AND approved_at <= %s ORDER BY id"""
WITHDRAWALS: Final = """
SELECT plan, withdrawn_at FROM tarp_withdrawal WHERE facility_id = %s AND withdrawn_at <= %s ORDER BY id"""
NOTES: Final = """
SELECT d.name, a.from_time, a.to_time, a.reason, a.made_at, a.revision_id
FROM annotation a LEFT JOIN datastream d ON d.id = a.datastream_id
WHERE a.facility_id = %(facility)s AND a.made_at <= %(known_at)s AND a.from_time < %(stop)s AND a.to_time > %(start)s
  AND (a.withdrawn_at IS NULL OR a.withdrawn_at > %(known_at)s) ORDER BY a.id"""
RELEASED: Final = """
SELECT start, stop FROM released_span WHERE released_at <= %s AND start < %s AND stop > %s ORDER BY start"""


class KnownVersion(msgspec.Struct, frozen=True):
    """A version of the facility file: its text, and what it says."""

    about: PackagedVersion
    text: str
    facility: Facility
    document: dict[str, Any]


def versions_of(connection: Connection, draft: PackageDraft) -> list[KnownVersion]:
    """Return the versions that were stored by then and that this program can read, in order; raise PackageRefused."""
    found = []
    for version, hash_, applied_at, text in connection.execute(VERSIONS, (draft.facility, draft.known_at)).fetchall():
        try:
            facility = parse(text)
        except BadFacility:
            continue  # what it derived is counted by `verify` as of a version that the package lacks
        told = PackagedVersion(version, hash_, applied_at, facility_file(version))
        found.append(KnownVersion(told, text, facility, facility.document()))
    if not found:
        raise PackageRefused(
            f"no facility {draft.facility!r} that can be read was known at {draft.known_at.isoformat()}"
        )
    return found


def reach_of(versions: list[KnownVersion]) -> tuple[float, float]:
    """Return how far the past and the future of a reading count, by the version that looks farthest [s]."""
    found = [reach(one.facility) for one in versions]
    return max(one[0] for one in found), max(one[1] for one in found)


def about(
    connection: Connection, draft: PackageDraft, versions: list[KnownVersion], rows: dict[str, int], study: int | None
) -> About:
    """Return what package.json says; rows: of each file of readings."""
    before_s, after_s = reach_of(versions)
    datastreams = []
    for row in connection.execute(DATASTREAMS, (draft.facility, draft.known_at)).fetchall():
        full, quantity, unit, formula, origin, interval_s = row
        told = file_metadata.of_datastream(quantity, unit, formula, origin)
        name = full.partition(":")[2]
        files = [series_file(folder, name) for folder in (DATA, BEFORE, AFTER)]
        if any(file in rows for file in files):
            count = rows.get(files[0], 0)
            datastreams.append(PackagedDatastream(name=name, expected_interval_s=interval_s, rows=count, **told))
    first = draft.start - dt.timedelta(seconds=before_s)
    released = connection.execute(RELEASED, (draft.known_at, draft.stop, first)).fetchall()
    return About(
        format=FORMAT,
        span=PackageSpan(draft.facility, draft.start, draft.stop, draft.language),
        facility=msgspec.convert(versions[-1].document, PackagedFacility),
        functions=digest.functions(),
        relative=RELATIVE,
        before_s=before_s,
        after_s=after_s,
        versions=[one.about for one in versions],
        datastreams=datastreams,
        released=[(start, stop) for start, stop in released],
        study=study,
    )


def documents(connection: Connection, draft: PackageDraft, versions: list[KnownVersion]) -> Iterator[tuple[str, bytes]]:
    """Give them by path, in order."""
    for one in versions:
        yield one.about.file, one.text.encode()
    yield CALIBRATIONS, json_of({str(one.about.version): calibrations(one.document) for one in versions})
    given = {
        "approvals": _rows(connection, APPROVALS, draft, ("plan", "digest", "role", "approved_at", "valid_to")),
        "withdrawals": _rows(connection, WITHDRAWALS, draft, ("plan", "withdrawn_at")),
    }
    plans = {str(one.about.version): one.document.get("tarp") or {} for one in versions}
    yield PLANS, json_of({"plans": plans, **given})
    told = {"facility": draft.facility, "known_at": draft.known_at, "start": draft.start, "stop": draft.stop}
    notes = connection.execute(NOTES, told).fetchall()
    names = ("datastream", "from", "to", "reason", "made_at", "revision")
    yield ANNOTATIONS, json_of([dict(zip(names, note, strict=True)) for note in notes])
    yield from sources([one.facility for one in versions])


def calibrations(document: dict[str, Any]) -> dict[str, Any]:
    """Return the calibrations of a facility's document by instrument."""
    return {key: one["calibrations"] for key, one in document["instruments"].items() if one["calibrations"]}


def sources(facilities: list[Facility]) -> Iterator[tuple[str, bytes]]:
    """Give the text of each formula and filter that these use, as this program has it."""
    datastreams = [one for facility in facilities for one in facility.datastreams.values()]
    used = {
        formulas.PACKAGE: {one.formula for one in datastreams if one.formula is not None},
        filters.PACKAGE: {name for one in datastreams for name in one.filters},
    }
    for room, names in used.items():
        for name in sorted(names):
            file = plugins.find(room, name).__file__
            assert file is not None
            yield f"{room.rpartition('.')[2]}/{name}.py", Path(file).read_bytes()


def _rows(connection: Connection, query: str, draft: PackageDraft, names: tuple[str, ...]) -> list[dict[str, Any]]:
    found = connection.execute(query.encode(), (draft.facility, draft.known_at)).fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]
