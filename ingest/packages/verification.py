"""Verifying a package: its hashes, then every derived value, flag and figure made again from what it holds.

It needs no database and no server, and does not believe the manifest: a value that was changed together with its hash
differs from what its raw readings give.
"""

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from ingest.packages import derived_values, description, study
from ingest.packages.archive_file import FRESH_COPY, PackageReader, PackedFile
from ingest.packages.documents import calibrations, sources
from ingest.packages.layout import (
    ABOUT,
    AFTER,
    BEFORE,
    CALIBRATIONS,
    DATA,
    FORMAT,
    MADE,
    MANIFEST,
    PLANS,
    STUDY,
    STUDY_ABOUT,
    STUDY_RESULT,
    STUDY_SAMPLES,
    TAGS,
    VERSION_DIGITS,
    About,
    BadPackage,
    Made,
    PackagedFacility,
    json_of,
    series_file,
)
from ingest.packages.stored_lines import EPOCH, MS
from runtime.release import release
from tailings import digest, file_metadata, instruments
from tailings.facility import BadFacility, Facility, parse
from tailings.instants import rfc3339
from texts import languages

LINE: Final = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
MOST_S: Final = 200 * 366 * 86_400.0
"""No span, and no reach of a formula, is longer."""
HASHED, DERIVED = 0.2, 0.9
"""Which share of the work is done when all is hashed, and when all is derived."""
NOT_COMPARED: Final = tuple(f"other-program {one}" for one in (CALIBRATIONS, PLANS, "formulas/", "filters/"))
"""Another release may write these otherwise."""
T = TypeVar("T")
Tell = Callable[[float], None]


class Difference(msgspec.Struct, frozen=True):
    """One thing that is not as it should be.

    kind: hash, missing, undeclared, value, flag, absent, extra, calibration, plan, formula, figure or description;
    place: the datastream and instant, or the path of the figure.
    """

    kind: str
    file: str
    place: str
    stored: object
    recomputed: object


class Verification(msgspec.Struct, frozen=True):
    """What was found. compared: how much of each was made again; given: what could not be, by reason and name; count:
    how much differs, of which `differences` has the first ones: files, values, figures, descriptions."""

    facility: str
    start: str
    stop: str
    known_at: str
    version: str
    content_sha256: str
    release: str
    is_same_functions: bool
    files: int
    compared: dict[str, int]
    given: dict[str, int]
    count: int
    differences: list[Difference]


def verify(file: Path, tell: Tell) -> Verification:
    """Verify a package; `tell` gets the share that is done. Raises BadPackage where it cannot be read on."""
    with PackageReader(file) as package:
        found = list(_hashes(package, lambda share: tell(HASHED * share)))
        about, told = _about(package), _made(package)
        facilities = _facilities(package, about, told.release)
        is_same = about.functions == digest.functions()
        is_hashed = not found
        found += [*_versions(about, facilities), *_datastreams(package, about, facilities)]
        compared, given, count, values = _values(package, about, facilities, tell)
        given += Counter({} if is_same else dict.fromkeys(NOT_COMPARED, 1))
        found += values
        found += _beside(package, facilities) if is_same else []
        figures, of_study = _figures(package, about)
        found += of_study
        found += _descriptions(package, about, told) if is_same and is_hashed and told.release == release() else []
        tell(1.0)
        content = _sha256(package.document(MANIFEST))
        span = about.span
        return Verification(
            facility=span.facility,
            start=span.start.isoformat(),
            stop=span.stop.isoformat(),
            known_at=told.known_at.isoformat(),
            version=content[:VERSION_DIGITS],
            content_sha256=content,
            release=told.release,
            is_same_functions=is_same,
            files=len(package.paths),
            compared={**compared, "figures": figures},
            given=given,
            count=len(found) + count - len(values),
            differences=found,
        )


def _hashes(package: PackageReader, tell: Tell) -> Iterator[Difference]:
    """Compare each file with the manifest that names it."""
    manifest, tags = (_manifest(package, path) for path in (MANIFEST, TAGS))
    stated = {**tags, **manifest}
    for place, (path, stored) in enumerate(sorted(stated.items())):
        if path not in package.paths:
            yield Difference("missing", path, MANIFEST if path in manifest else TAGS, stored, None)
        elif (made := package.digest(path)) != stored:
            yield Difference("hash", path, MANIFEST if path in manifest else TAGS, stored, made)
        tell((place + 1) / len(stated))
    for path in package.paths:
        if path not in stated and path != TAGS:
            yield Difference("undeclared", path, MANIFEST, None, package.digest(path))


def _manifest(package: PackageReader, path: str) -> dict[str, str]:
    text = _text(package, path)
    matches = [LINE.fullmatch(line) for line in text.splitlines()]
    if not matches or None in matches:
        raise BadPackage(f"{path}: its lines are not a SHA-256, two spaces and a file; {FRESH_COPY}")
    return {match[2]: match[1] for match in matches if match is not None}


def _about(package: PackageReader) -> About:
    about = _json(package, ABOUT, About)
    if about.format != FORMAT:
        raise BadPackage(f"{ABOUT}: is of format {about.format}, this program reads {FORMAT}: update it")
    span = about.span
    if languages.named(span.language, languages.known()) is None:
        raise BadPackage(f"{ABOUT}: {span.language!r} is no language of this program; update it")
    length_s = (span.stop - span.start).total_seconds()
    if not (0 < length_s <= MOST_S and 0 <= about.before_s <= MOST_S and 0 <= about.after_s <= MOST_S):
        raise BadPackage(f"{ABOUT}: {span.start} to {span.stop} is no span of a package; {FRESH_COPY}")
    return about


def _made(package: PackageReader) -> Made:
    return _json(package, MADE, Made)


def _facilities(package: PackageReader, about: About, release: str) -> dict[int, Facility]:
    found = {}
    for one in about.versions:
        try:
            facility = parse(_text(package, one.file), one.file)
        except (BadFacility, tomllib.TOMLDecodeError) as error:
            raise BadPackage(f"{one.file}: {error}; release {release} made it: verify it with that") from error
        if facility.version != one.version or facility.id != about.span.facility:
            raise BadPackage(
                f"{one.file}: is of {facility.id}, version {facility.version}, not as {ABOUT} says; {FRESH_COPY}"
            )
        found[one.version] = facility
    if not found:
        raise BadPackage(f"{ABOUT}: names no version of the facility file; {FRESH_COPY}")
    return found


def _beside(package: PackageReader, facilities: dict[int, Facility]) -> Iterator[Difference]:
    """What stands in the package a second time, for who reads it without this program, must say the same."""
    plain = {str(version): one.document() for version, one in facilities.items()}
    stored = _json(package, CALIBRATIONS, dict[str, Any])
    yield from _unlike("calibration", CALIBRATIONS, stored, {key: calibrations(one) for key, one in plain.items()})
    plans = _json(package, PLANS, dict[str, Any])
    yield from _unlike("plan", PLANS, plans.get("plans"), {key: one.get("tarp") or {} for key, one in plain.items()})
    for path, text in sources(list(facilities.values())):
        if package.document(path) != text:
            yield Difference("formula", path, "", _sha256(package.document(path)), _sha256(text))


def _versions(about: About, facilities: dict[int, Facility]) -> Iterator[Difference]:
    """The facility files have the hashes by which they are known."""
    for one in about.versions:
        if one.hash != (made := facilities[one.version].version_hash):
            yield Difference("hash", one.file, ABOUT, one.hash, made)


def _datastreams(package: PackageReader, about: About, facilities: dict[int, Facility]) -> Iterator[Difference]:
    """Readings are of a datastream, and that and the facility are what the newest facility file says of them."""
    said = msgspec.convert(facilities[max(facilities)].document(), PackagedFacility)
    yield from _unlike("description", ABOUT, msgspec.to_builtins(about.facility), msgspec.to_builtins(said))
    files = {series_file(folder, one.name) for one in about.datastreams for folder in (BEFORE, DATA, AFTER)}
    for path in package.paths:
        if path.partition("/")[0] in (BEFORE, DATA, AFTER) and path not in files:
            yield Difference("undeclared", path, ABOUT, None, None)
    for one in about.datastreams:
        for version in sorted(facilities, reverse=True):
            known = facilities[version].datastreams.get(one.name)
            if known is not None:
                origin = instruments.origin(facilities[version].instruments[known.instrument].driver)
                stored = [one.quantity, one.unit, one.formula, one.origin, one.expected_interval_s]
                made = [known.quantity, known.unit, known.formula, origin, known.expected_interval_s]
                yield from _unlike("description", ABOUT, stored, made, one.name)
                break


def _descriptions(package: PackageReader, about: About, told: Made) -> Iterator[Difference]:
    """What describes the package follows from what is in it."""
    for one in about.datastreams:
        of = file_metadata.of_datastream(one.quantity, one.unit, one.formula, one.origin)
        yield from _unlike("description", ABOUT, one.definition, of["definition"], f"{one.name}.definition")
    packed = {path: PackedFile(package.digest(path), package.size(path)) for path in _manifest(package, MANIFEST)}
    manifest = package.document(MANIFEST)
    packed[MANIFEST] = PackedFile(_sha256(manifest), len(manifest))
    made = [description.licence(about), *description.documents(about, told, _sha256(manifest), packed)]
    for path, content in made:
        if package.document(path) != content:
            yield Difference("description", path, "", _sha256(package.document(path)), _sha256(content))


def _unlike(kind: str, file: str, stored: object, made: object, place: str = "") -> Iterator[Difference]:
    made = msgspec.json.decode(json_of(made))
    if stored != made:
        one = next(study.differing(place, stored, made), None)
        where, was, should = (place, None, None) if one is None else (one.path, one.stored, one.recomputed)
        yield Difference(kind, file, where, was, should)


def _values(
    package: PackageReader, about: About, facilities: dict[int, Facility], tell: Tell
) -> tuple[Counter[str], Counter[str], int, list[Difference]]:
    compared, given, count, found = Counter[str](), Counter[str](), 0, list[Difference]()
    rows = Counter[str]()
    share = DERIVED - HASHED
    for piece in derived_values.pieces(package, about, facilities, lambda done: tell(HASHED + share * done)):
        rows += piece.rows
        compared += piece.compared
        given += piece.given
        count += piece.differing
        if not found:
            found = [
                Difference(one.what, one.file, f"{one.datastream} {_time(one.time_ms)}", one.stored, one.recomputed)
                for one in piece.differences[: derived_values.MOST_TOLD]
            ]
    unlike = [one for one in about.datastreams if one.rows != rows[one.name]]
    found += [Difference("description", ABOUT, one.name, one.rows, rows[one.name]) for one in unlike]
    return compared, given, count + len(unlike), found


def _figures(package: PackageReader, about: About) -> tuple[int, list[Difference]]:
    if STUDY_ABOUT not in package.paths:
        return 0, [] if about.study is None else [Difference("missing", STUDY_ABOUT, ABOUT, about.study, None)]
    parts = [package.document(path) for path in (STUDY_ABOUT, STUDY, STUDY_SAMPLES, STUDY_RESULT)]
    count, found = study.differences(*parts)
    number = _json(package, STUDY_ABOUT, dict[str, Any]).get("version")
    told = list(_unlike("description", ABOUT, about.study, number, "study"))
    return count, told + [Difference("figure", STUDY_RESULT, one.path, one.stored, one.recomputed) for one in found]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(package: PackageReader, path: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(package.document(path), type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadPackage(f"{path}: {error}; {FRESH_COPY}") from error


def _text(package: PackageReader, path: str) -> str:
    try:
        return package.document(path).decode()
    except UnicodeDecodeError as error:
        raise BadPackage(f"{path}: is no UTF-8 text; {FRESH_COPY}") from error


def _time(time_ms: int) -> str:
    return rfc3339(EPOCH + time_ms * MS)
