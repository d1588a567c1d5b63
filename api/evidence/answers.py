"""The one way in which evidence is kept, for its address and for the forms of pages."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from api.access import Caller, require
from api.access.roles import Role
from api.evidence import files, queries
from api.evidence.models import Evidence, SubjectKind
from api.facilities import files as facility_files
from api.http import times
from api.http.database import DatabasePool
from api.http.errors import BadParameter, NotFound, WhoAreYou, shown

MAX_FILES: Final = 12
SHOWS: Final = (3, 200)
ROLE: Final[dict[SubjectKind, Role]] = {
    "action": "annotate",
    "note": "annotate",
    "acknowledgement": "annotate",
    "calibration": "approve",
}
"""The right that keeping needs: that which doing the thing itself needs."""


class BadEvidence(BadParameter):
    """It is not kept; `code` tells why, for those who have words of their own."""

    def __init__(self, code: str, detail: str, field: str) -> None:
        super().__init__(detail, field)
        self.code = code


async def keep(
    database: DatabasePool,
    caller: Caller,
    facility: str,
    subject_kind: SubjectKind,
    subject: str,
    *,
    name: str,
    shows: str,
    content: bytes,
) -> Evidence:
    """Keep a file as it is; the same file of the same subject with the same words is kept once.

    Raises BadEvidence, NotFound, and what a caller gets that lacks the right.
    """
    await require(database, caller, ROLE[subject_kind], facility)
    if not (subject.isascii() and subject.isprintable()):
        raise _no_subject(subject_kind, subject, facility)
    said = " ".join(shows.split())
    type = check(subject_kind, said, content)
    if subject_kind == "calibration":
        subject = await _calibration(database, facility, subject)
    kept = await queries.keep(
        database,
        {
            "secret": caller.secret,
            "facility": facility,
            "subject_kind": subject_kind,
            "subject": subject,
            "media_type": type,
            "name": files.clean_name(name, type),
            "shows": said,
            "content": content,
            "at_most": MAX_FILES,
        },
    )
    if kept.state == "nobody":
        raise WhoAreYou("This session or key has just ended; log in, or send another key.")
    if kept.state == "no-subject":
        raise _no_subject(subject_kind, subject, facility)
    if kept.state == "full":
        raise BadEvidence("full", f"It has {MAX_FILES} files, the most; attach this one to a further note.", "subject")
    found = await queries.one(database, kept.id or 0)
    assert found is not None
    return found


async def hashes(database: DatabasePool, caller: Caller, facilities: Iterable[str]) -> dict[int, list[str]]:
    """Return the hashes of the evidence of each alarm of these facilities, where the caller may see it."""
    return await queries.hashes(database, [one for one in facilities if caller.may("read", one)])


def check(subject_kind: SubjectKind, shows: str, content: bytes) -> str:
    """Return the media type of a file that may be kept; raise BadEvidence."""
    if not content:
        raise BadEvidence("empty", "The file is empty: choose it again.", "file")
    if len(content) > files.MAX_BYTES:
        raise BadEvidence(
            "too-large", f"The file has {len(content)} bytes, {files.MAX_BYTES} are the most: make it smaller.", "file"
        )
    type = files.media_type(content)
    is_sheet = subject_kind == "calibration"
    if type is None or (type == files.PDF and not is_sheet):
        which = "JPEG, PNG, WebP or PDF" if is_sheet else "JPEG, PNG or WebP"
        raise BadEvidence("type", f"The file is no {which}, whatever its name says: send it as one of these.", "file")
    least, most = SHOWS
    if not least <= len(shows) <= most or not shows.isprintable():
        raise BadEvidence("shows", f"Say in {least} to {most} characters what it shows.", "shows")
    return type


def sheet_subject(instrument: str, valid_from: datetime) -> str:
    """Return the name of a calibration as a subject of evidence."""
    return f"{instrument}@{valid_from.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


async def _calibration(database: DatabasePool, facility: str, subject: str) -> str:
    """Return the subject as all name it, of a calibration that the facility file has; raise NotFound."""
    absent = _no_subject("calibration", subject, facility)
    instrument, _, begins = subject.partition("@")
    file = await facility_files.facility(database, facility)
    known = file.instruments.get(instrument) if file else None
    try:
        valid_from = times.parse(begins)
    except times.BadTime as error:
        raise absent from error
    for one in known.calibrations if known else ():
        if one.valid_from == valid_from:
            return sheet_subject(instrument, valid_from)
    raise absent


def _no_subject(kind: str, subject: str, facility: str) -> NotFound:
    return NotFound(f"{facility} has no {kind} {shown(subject)}: load its page again.", "subject")
