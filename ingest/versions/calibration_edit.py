"""A calibration put into the text of a facility file: every other line stays as a person wrote it."""

import json
import math
import re
import tomllib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from ingest.versions.comparison import differences
from ingest.versions.facility import FacilityRefused
from ingest.versions.stored_versions import StoredVersion, export
from tailings.facility import Facility, parse

Value = bool | float | str
VERSION: Final = re.compile(r"^version\s*=\s*\d+", re.MULTILINE)
KEY: Final = re.compile(r"^\s*([A-Za-z_][\w-]*)\s*=")
TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?", re.ASCII)
TIMES: Final = ("valid_from", "valid_to")
BY_HAND: Final = "export the file, change it by hand and apply it (`tailwatch facility apply`)"


def with_calibration(
    stored: StoredVersion, instrument: str, replaced: datetime | None, calibration: Mapping[str, Value]
) -> tuple[Facility, str]:
    """Return the next version of a facility, parsed and as text, with one calibration of an instrument changed.

    replaced: the `valid_from` of the one that is written anew; None adds one. Raises FacilityRefused where the file
    has no such instrument or calibration, or would change elsewhere too; BadFacility for values that do not fit.
    """
    before = parse(stored.file)
    known = before.instruments.get(instrument)
    if known is None:
        raise FacilityRefused(f"{before.id} has no instrument {instrument!r}")
    starts = [one.valid_from for one in known.calibrations]
    if replaced is not None and replaced not in starts:
        raise FacilityRefused(f"{instrument} has no calibration from {replaced}: load the page again")
    lines = VERSION.sub(f"version = {stored.version + 1}", export(stored), count=1).split("\n")
    blocks = _blocks(lines, f'[[instruments."{instrument}".calibrations]]')
    if len(blocks) != len(starts) or not blocks:
        raise FacilityRefused(f"the calibrations of {instrument} are not written as [[...]] tables: {BY_HAND}")
    if replaced is None:
        lines[blocks[-1].stop : blocks[-1].stop] = [lines[blocks[-1].start], *_written([], calibration)]
    else:
        place = starts.index(replaced)
        block, one = blocks[place], known.calibrations[place]
        stays = {key for key in TIMES if key in calibration and _instant(calibration[key]) == getattr(one, key, None)}
        lines[block.start + 1 : block.stop] = _written(lines[block.start + 1 : block.stop], calibration, stays)
    text = "\n".join(lines)
    after = parse(text, f"{before.id} with this calibration")
    _check(before, after, instrument)
    return after, text


def _blocks(lines: list[str], head: str) -> list[range]:
    """Give the lines of each table of this head, without the empty ones and comments that stand before the next."""
    found = []
    for start, line in enumerate(lines):
        if line.strip() != head:
            continue
        stop = start + 1
        for place in range(start + 1, len(lines)):
            if lines[place].lstrip().startswith("["):
                break
            if KEY.match(lines[place]):
                stop = place + 1
        found.append(range(start, stop))
    return found


def _written(lines: list[str], calibration: Mapping[str, Value], stays: Collection[str] = ()) -> list[str]:
    """Write the keys of a table; a line whose value stays, and every comment, is kept."""
    left, kept = dict(calibration), []
    for line in lines:
        key = KEY.match(line)
        if key is None:
            kept.append(line)
        elif key[1] in left:
            value = left.pop(key[1])
            kept.append(
                line if key[1] in stays or _said(line, key[1]) == value else f"{key[1]} = {_toml(key[1], value)}"
            )
    return kept + [f"{key} = {_toml(key, value)}" for key, value in left.items()]


def _said(line: str, key: str) -> object:
    try:
        return tomllib.loads(line)[key]
    except tomllib.TOMLDecodeError:
        return None


def _instant(value: Value) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _toml(key: str, value: Value) -> str:
    if key in TIMES:
        if not isinstance(value, str) or not TIME.fullmatch(value):
            raise FacilityRefused(f"{key}: {value!r} is no date and no time with a zone, like 2026-03-01T00:00:00Z")
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise FacilityRefused(f"{key}: a finite number is needed")
    if isinstance(value, str) and re.search(r"[\x00-\x1f\x7f]", value):
        raise FacilityRefused(f"{key}: control characters are no part of a calibration")
    return json.dumps(value, ensure_ascii=False)


def _check(before: Facility, after: Facility, instrument: str) -> None:
    """Nothing but the calibrations of this instrument may differ, however the file is written."""
    own = f"instruments.{instrument}.calibrations"
    changes = differences(before.document(), after.document())
    if elsewhere := next((one for one in changes if not one.path.startswith(own)), None):
        raise FacilityRefused(f"this would also change {elsewhere.path}: {BY_HAND}")
    if not changes:
        raise FacilityRefused(f"{instrument} has just this calibration already: nothing would change")
