"""What must hold in the disclosure of a facility: it does not contradict `public`, and a warning says whom to call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tailings.disclosure import Disclosure
from tailings.facility.model import Facility
from toml_file.problems import Path, Report

TAG: Final = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
"""Of BCP 47, as far as languages here need it."""
OPENS_ALL: Final = "public = true opens everything at once; leave this out, or public"
FILE_IS_READ: Final = "public = true lets everybody read this file, the document with it; leave this out, or public"
NO_WAY: Final = "says no way to reach it; add telephone, mail or address"


def check(facility: Facility, report: Report) -> None:
    """Report what does not fit in the disclosure of a facility."""
    if facility.disclosure is not None:
        for path, problem in _problems(facility.disclosure, facility.public):
            report.add(("facility", "disclosure", *path), problem)


def _problems(said: Disclosure, is_public: bool) -> Iterator[tuple[Path, str]]:
    if is_public and said.opens:
        yield ("opens",), OPENS_ALL
    if is_public and said.delay_h:
        yield ("delay_h",), OPENS_ALL
    for name in ("contact", "emergency", "authority"):
        office = getattr(said, name)
        if office is not None and not (office.telephone or office.mail or office.address):
            yield (name,), NO_WAY
    if said.emergency is not None and not said.emergency.telephone:
        yield ("emergency", "telephone"), "an emergency needs a number to call; add telephone"
    if (is_public or "state" in said.opens) and said.emergency is None:
        yield (), "whoever is warned must know whom to call; add [facility.disclosure.emergency]"
    if said.questions and said.contact is None:
        yield ("questions",), "somebody must answer questions; add [facility.disclosure.contact]"
    for tag in said.in_an_alarm:
        if not TAG.fullmatch(tag):
            yield ("in_an_alarm", tag), f"{tag[:20]!r} is no language; write a tag such as en, es or pt"
    for index, one in enumerate(said.documents):
        if one.disclosed_from is not None and is_public:
            yield ("documents", index, "disclosed_from"), FILE_IS_READ
        if one.disclosed_from is not None and one.disclosed_from < one.day:
            yield ("documents", index, "disclosed_from"), "is before the day of the document; put it later, or leave it"
