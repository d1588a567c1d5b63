"""The newest study of a facility in a package: its file, samples and result, and the result made again of them."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from math import isclose
from typing import Any, Final, TypeVar

import msgspec

from ingest.packages.layout import (
    STUDY,
    STUDY_ABOUT,
    STUDY_RESULT,
    STUDY_SAMPLES,
    BadPackage,
    PackageDraft,
    json_of,
)
from ingest.samples.assays import StoredSample, of_samples, stored_at
from ingest.studies import result_of
from ingest.values import Connection
from tailings.study import BadStudy, StudyResult, read_inputs

RELATIVE: Final = 1e-6
"""Figures that agree to so many digits are the same: the solvers of other processors round differently."""
NEWEST: Final = """
SELECT version, made_at, inputs, inputs_sha256, samples_sha256, result FROM study
WHERE facility_id = %s AND made_at <= %s ORDER BY version DESC LIMIT 1"""
LONGEST: Final = dt.timedelta(hours=1)
"""A study that ended so soon after midnight may have begun the day before, and has that date in it."""
TINY: Final = 1e-12
"""Of a figure that is zero but for rounding."""
T = TypeVar("T")
UNREADABLE: Final = (BadStudy, ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
"""What a study that somebody wrote may raise beside BadStudy."""


class StudyAbout(msgspec.Struct, frozen=True):
    """Which version of the study it is, when it was made, and the hashes of what it was made from."""

    version: int
    made_at: dt.datetime
    inputs_sha256: str
    samples_sha256: str


class Figure(msgspec.Struct, frozen=True):
    """One value of a result, by its path in it (net.1), as stored and as made again."""

    path: str
    stored: object
    recomputed: object


def documents(connection: Connection, draft: PackageDraft) -> Iterator[tuple[str, bytes]]:
    """Give the files of the newest study by path; none where there is no study."""
    row = connection.execute(NEWEST, (draft.facility, draft.known_at)).fetchone()
    if row is None:
        return
    version, made_at, inputs, inputs_sha256, samples_sha256, result = row
    yield STUDY, inputs.encode()
    yield STUDY_ABOUT, json_of(StudyAbout(version, made_at, inputs_sha256, samples_sha256))
    yield STUDY_SAMPLES, json_of(stored_at(connection, draft.facility, made_at))
    yield STUDY_RESULT, json_of(result)


def differences(about: bytes, inputs: bytes, samples: bytes, result: bytes) -> tuple[int, list[Figure]]:
    """Make a study again of its file and samples; return how many figures it has, and those that differ.

    Raises BadPackage where what it was made from cannot be read.
    """
    told = _decoded(STUDY_ABOUT, about, StudyAbout)
    rows = _decoded(STUDY_SAMPLES, samples, list[StoredSample])
    stored: dict[str, Any] = msgspec.to_builtins(_decoded(STUDY_RESULT, result, StudyResult))
    try:
        read, known = read_inputs(inputs.decode()), of_samples(rows)
        days = sorted({told.made_at.date(), (told.made_at - LONGEST).date()})
        made = [msgspec.to_builtins(result_of(read, known, day)) for day in days]
    except UNREADABLE as error:
        raise BadPackage(f"{STUDY}: the study cannot be made again of it and {STUDY_SAMPLES}: {error}") from error
    hashes = [
        Figure("inputs_sha256", told.inputs_sha256, hashlib.sha256(inputs).hexdigest()),
        Figure("samples_sha256", told.samples_sha256, known.sha256),
    ]
    found = [one for one in hashes if one.stored != one.recomputed]
    return _count(stored), found + min(([*differing("", stored, one)] for one in made), key=len)


def _decoded(path: str, content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadPackage(f"{path}: {error}; fetch the package again from where it is published") from error


def differing(path: str, stored: Any, made: Any) -> Iterator[Figure]:
    """Give what two plain documents do not have in common, in the order of the result."""
    if isinstance(stored, dict) and isinstance(made, dict) and stored.keys() == made.keys():
        for key, value in stored.items():
            yield from differing(f"{path}.{key}".lstrip("."), value, made[key])
    elif isinstance(stored, list | tuple) and isinstance(made, list | tuple) and len(stored) == len(made):
        for place, pair in enumerate(zip(stored, made, strict=True)):
            yield from differing(f"{path}.{place}", *pair)
    elif not _is_same(stored, made):
        yield Figure(path, stored, made)


def _is_same(stored: Any, made: Any) -> bool:
    if isinstance(stored, float) and isinstance(made, float | int):
        return isclose(stored, made, rel_tol=RELATIVE, abs_tol=TINY)
    return bool(stored == made)


def _count(value: Any) -> int:
    """How many values a document has."""
    if isinstance(value, dict):
        return sum(map(_count, value.values()))
    return sum(map(_count, value)) if isinstance(value, list | tuple) else 1
