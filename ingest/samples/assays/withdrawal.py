"""Taking back samples that were imported by mistake: files and samples stay, and a withdrawal says what counts no more.

What stood before a withdrawn revision counts again, as a value that an import had replaced does; a sample without an
earlier one is gone from then on. As they stood at an instant before, all are there (`stored_at`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from ingest.samples import laboratory
from ingest.values import Connection

MOST_NAMED: Final = 5
"""Samples that a refusal names."""
LIST: Final = """
SELECT f.id, f.name, f.sha256, f.imported_at, f.author, count(s.id), count(w.sample_id)
FROM assay_file f LEFT JOIN assay_sample s ON s.file_id = f.id
LEFT JOIN assay_withdrawn w ON w.facility_id = f.facility_id AND w.sample_id = s.id
WHERE f.facility_id = %s GROUP BY f.id ORDER BY f.id DESC LIMIT %s
"""
FILE: Final = "SELECT name FROM assay_file WHERE facility_id = %s AND id = %s"
STANDING: Final = """
SELECT s.name, s.id FROM assay_sample s
WHERE s.file_id = %(file)s AND (%(names)s::text[] IS NULL OR s.name = ANY(%(names)s))
    AND NOT EXISTS (SELECT FROM assay_withdrawn w WHERE w.facility_id = s.facility_id AND w.sample_id = s.id)
ORDER BY s.id
"""
ADD: Final = """
INSERT INTO assay_withdrawal (facility_id, file_id, samples, author, reason) VALUES (%s, %s, %s, %s, %s) RETURNING id
"""
AGAIN: Final = """
SELECT s.name, f.name, s.file_row FROM assay_samples(%s, 'infinity') s JOIN assay_file f ON f.id = s.file_id
WHERE s.name = ANY(%s) ORDER BY s.name
"""


class WithdrawalRefused(ValueError):
    """What cannot be taken back; the sentence says why, and what can."""


class ImportedFile(NamedTuple):
    """A file of assays that was imported: how many samples it brought, and how many of them were withdrawn."""

    id: int
    name: str
    sha256: str
    imported_at: dt.datetime
    author: str
    samples: int
    withdrawn: int


class StandingSample(msgspec.Struct, frozen=True):
    """What counts of a sample after a withdrawal: where it stands."""

    name: str
    file: str
    row: int


class Withdrawn(msgspec.Struct, frozen=True):
    """A withdrawal: its number, the file, names of the samples, and which of them still count by another file."""

    withdrawal: int
    file: str
    samples: tuple[str, ...]
    remaining_samples: tuple[StandingSample, ...]


def imported(connection: Connection, facility: str, most: int) -> list[ImportedFile]:
    """Return the newest imports."""
    return [ImportedFile(*row) for row in connection.execute(LIST, (facility, most)).fetchall()]


def withdraw(
    connection: Connection, facility: str, file: int, author: str, reason: str, *, names: Sequence[str] = ()
) -> Withdrawn:
    """Withdraw what stands of a file, or the samples of these names in it, in one transaction.

    Raises WithdrawalRefused and UnknownFacility.
    """
    with laboratory.one_at_a_time(connection, facility):
        found = connection.execute(FILE, (facility, file)).fetchone()
        if found is None:
            raise WithdrawalRefused(
                f"file: {facility} has no import {file} of assays; `tailwatch assays list --facility {facility}`"
            )
        asked = {"file": file, "names": list(names) or None}
        rows: dict[str, int] = dict(connection.execute(STANDING, asked).fetchall())
        if missing := [name for name in dict.fromkeys(names) if name not in rows]:
            named = ", ".join(missing[:MOST_NAMED]) + (" ..." if len(missing) > MOST_NAMED else "")
            raise WithdrawalRefused(
                f"samples: import {file} ({found[0]}) brought no {named} that stands; leave them out, or name "
                "the import that brought them"
            )
        if not rows:
            raise WithdrawalRefused(
                f"file: import {file} ({found[0]}) has no sample that stands; there is nothing to take back"
            )
        row = connection.execute(ADD, (facility, file, list(rows.values()), author, reason)).fetchone()
        assert row is not None
        standing = connection.execute(AGAIN, (facility, list(rows))).fetchall()
    return Withdrawn(row[0], found[0], tuple(rows), tuple(StandingSample(*one) for one in standing))
