"""Makes a study: inputs and samples in, a stored document out; the same inputs and samples make no second one."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.samples.assays import Current, of_samples, stored_at
from ingest.values import Connection
from tailings.study import StudyInputs, StudyResult, read_inputs, run

NEWEST: Final = """
SELECT version, inputs_sha256, samples_sha256 FROM study WHERE facility_id = %s ORDER BY version DESC LIMIT 1
"""
CLOCK: Final = "SELECT clock_timestamp()"
ADD: Final = """
INSERT INTO study (facility_id, version, author, made_at, inputs, inputs_sha256, samples_sha256, files, result)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def make(
    connection: Connection, facility: str, inputs: str, author: str, tell: Callable[[float], None] | None = None
) -> int:
    """Run and store a study; return its version. Raises BadStudy.

    A study of synthetic assays carries their label whatever the study file says. It is made of the samples as they
    stand when it begins, and has that instant: what comes or is withdrawn while it runs is newer.
    """
    read = read_inputs(inputs)
    made_at = _now(connection)
    known = of_samples(stored_at(connection, facility, made_at))
    inputs_sha256 = hashlib.sha256(inputs.encode()).hexdigest()
    before = connection.execute(NEWEST, (facility,)).fetchone()
    if before is not None and before[1:] == (inputs_sha256, known.sha256):
        return int(before[0])
    result = result_of(read, known, made_at.date(), tell)
    version = 1 if before is None else before[0] + 1
    document = Jsonb(msgspec.to_builtins(result))
    row = (facility, version, author, made_at, inputs, inputs_sha256, known.sha256, list(known.files), document)
    connection.execute(ADD, row)
    return version


def _now(connection: Connection) -> dt.datetime:
    row = connection.execute(CLOCK).fetchone()
    assert row is not None
    now: dt.datetime = row[0]
    return now.astimezone(dt.UTC)


def result_of(
    read: StudyInputs, known: Current, today: dt.date, tell: Callable[[float], None] | None = None
) -> StudyResult:
    """Run a study of a file and samples; raises BadStudy."""
    if known.synthetic and not read.synthetic:
        read = msgspec.structs.replace(read, synthetic=known.synthetic)
    return run(read, known.samples, today, tell, known.sent)
