"""The rules of the equipment, one file each: what is wrong with batteries, clocks, lines and machines.

A rule is a file of this folder; its name is the name of its alarms (`filter_rate.py` raises `filter-rate`). It offers:

    find(inspection) -> Iterator[Fault]   what is wrong now; `inspection` is what a rule may use
    RULES                                 only in a file of several rules that exclude each other: their names
                                          (`sensors`); each fault then says which it is

A rule reads what is stored anyway, inside the open transaction of `inspection`, and writes nothing. An alarm is raised
when its rule finds a fault of a facility and a subject, has the detail of the newest inspection (a code and values, of
which `texts.record` makes the sentence), and closes when the rule finds it no more. The figures in the files are
choices of this project; ranges and expected values are those of the facility file.
"""

from collections.abc import Iterator, Mapping, Set
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, LiteralString

import msgspec

from ingest.values import Connection
from tailings import plugins
from tailings.facility import Facility

ROOM: Final = __name__
MAX_FAULTS: Final = 2_000
FACILITIES: Final = "SELECT id FROM facility ORDER BY id"
DISK_FREE_SHARE: Final = 0.10

Key = tuple[str, str, str]
"""Facility, rule and subject: what makes it the same fault as before."""
Detail = Mapping[str, Any]
"""What is wrong as it is stored: a code of `texts.record`, and the values of its sentence."""


class EquipmentFault(msgspec.Struct, frozen=True):
    """Something of the equipment that is wrong now; `rule` is empty where the file has one rule, its own."""

    facility: str
    subject: str
    detail: Detail
    rule: str = ""


class Centre(msgspec.Struct, frozen=True):
    """The machine of the centre: `folder` is on the disk of which the share must be free."""

    folder: Path
    certificate: Path | None = None
    free_share: float = DISK_FREE_SHARE


class Inspection(msgspec.Struct, frozen=True):
    """What a rule may use: the database, the facilities whose files can be read, and what stood at the one before.

    `began`: who began to listen only then could not hear a node before.
    """

    connection: Connection
    now: datetime
    began: datetime
    facilities: tuple[Facility, ...]
    known: Set[Key]
    centre: Centre

    def ask(self, question: LiteralString, **values: object) -> Iterator[EquipmentFault]:
        """Put a question to the database that gives facility, subject and detail; `now` is among its values."""
        rows = self.connection.execute(question, {"now": self.now, **values}).fetchmany(MAX_FAULTS)
        for facility, subject, detail in rows:
            yield EquipmentFault(facility, subject, detail)

    def everywhere(self, detail: Detail) -> Iterator[EquipmentFault]:
        """Give a fault of the centre, which is one of each facility."""
        for (id,) in self.connection.execute(FACILITIES).fetchall():
            yield EquipmentFault(id, "centre", detail)


def coded(code: str, **values: object) -> Detail:
    """Give what is wrong as it is stored."""
    return {"code": code, **values}


def instant(at: datetime) -> str:
    """Give an instant as a value that is stored, to the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def files() -> tuple[str, ...]:
    """Return the names of the files, which are the rules but for those of several."""
    return plugins.names(ROOM)


def names_of(file: str) -> tuple[str, ...]:
    """Return the names of the rules of a file, as their alarms have them."""
    rules: tuple[str, ...] = getattr(plugins.find(ROOM, file), "RULES", (file.replace("_", "-"),))
    return rules


def names() -> list[str]:
    """Return the names of all rules."""
    return [rule for file in files() for rule in names_of(file)]


def find_all(inspection: Inspection) -> Iterator[tuple[Key, Detail]]:
    """Give what each rule finds: key and detail."""
    for file in files():
        own, *_ = names_of(file)
        for fault in plugins.find(ROOM, file).find(inspection):
            yield (fault.facility, fault.rule or own, fault.subject), fault.detail
