"""The one way to the instruments of a facility, for their addresses and for their pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from api.access import Caller
from api.alarms.answers import names
from api.evidence import queries as evidence
from api.facilities import files, versions
from api.facilities.models import Position
from api.facilities.versions import Version
from api.http import times
from api.http.database import DatabasePool
from api.http.errors import NotFound
from api.http.errors import shown as quoted
from api.instruments.models import (
    Calibration,
    CrossSection,
    Instrument,
    InstrumentChange,
    InstrumentDetail,
    Instruments,
    NodePlace,
    Tip,
)
from tailings import facility as stated
from tailings.facility import Facility
from tailings.geometry import in_force

DATED: Final = ("valid_from", "valid_to")


async def of_facility(database: DatabasePool, facility: str) -> Instruments:
    """Return the instruments of a facility, in the order of its file."""
    now, file = times.now(), await files.facility(database, facility)
    if file is None:
        return Instruments(now=now, facility=facility, location=None, instruments=[], nodes=[], sections=[])
    return of_file(file, now)


async def one(database: DatabasePool, caller: Caller, facility: str, name: str) -> InstrumentDetail:
    """Return one instrument with its history, and its sheets for those with a right of their own; raise NotFound."""
    now, file = times.now(), await files.facility(database, facility)
    if file is None or name not in file.instruments:
        raise NotFound(f"{facility} has no instrument {quoted(name)}.", "instrument")
    sheets = await evidence.of_instrument(database, facility, name) if caller.may("read", facility) else []
    return InstrumentDetail(
        now=now,
        facility=facility,
        hash=file.version_hash,
        instrument=of_instrument(file.instruments[name], now),
        changes=changes(name, await versions.of_facility(database, facility)),
        sheets=sheets,
        names=await names(database, [one.author for one in sheets], caller, [facility]),
    )


def of_file(file: Facility, now: datetime) -> Instruments:
    """Return the instruments of a facility file as they stand at `now`."""
    return Instruments(
        now=now,
        facility=file.id,
        location=Position(lon=file.location.lon, lat=file.location.lat) if file.location else None,
        instruments=[of_instrument(one, now) for one in file.instruments.values()],
        nodes=[_place(one) for one in file.nodes.values()],
        sections=[CrossSection(name=one.name, chainage_m=one.chainage_m) for one in file.sections.values()],
    )


def of_instrument(one: stated.Instrument, now: datetime) -> Instrument:
    """Return an instrument as it stands at `now`; one without calibrations is read in its own unit, and needs none."""
    present, tip = in_force(one.calibrations, now), in_force(one.geometry, now)
    return Instrument(
        name=one.name,
        node=one.node,
        title=one.title,
        place=one.place,
        driver=one.driver,
        maker=one.maker,
        model=one.model,
        serial=one.serial,
        calibrations=[_calibration(known) for known in one.calibrations],
        calibrated_since=present.valid_from if present else None,
        is_calibrated=present is not None or not one.calibrations,
        tip=None if tip is None else Tip(valid_from=tip.valid_from, tip_elevation_m=tip.tip_elevation_m),
        settings=_plain(one.settings),
    )


def changes(name: str, known: Sequence[Version]) -> list[InstrumentChange]:
    """Tell in which versions of the file an instrument came, was changed and went, the newest first."""
    told: list[InstrumentChange] = []
    before: dict[str, Any] = {}
    for version in reversed(known):
        file = files.parsed(version.file)
        now = _plain(file.instruments[name]) if file and name in file.instruments else {}
        if now == before:
            continue
        code: Literal["came", "changed", "went"] = "came" if not before else "went" if not now else "changed"
        fields = [key for key in now if before.get(key) != now[key]] if code == "changed" else []
        told.append(InstrumentChange(version=version.version, applied_at=version.applied_at, code=code, fields=fields))
        before = now
    return told[::-1]


def _calibration(known: Any) -> Calibration:
    values = {key: value for key, value in _plain(known).items() if key not in DATED and value is not None}
    return Calibration(valid_from=known.valid_from, valid_to=known.valid_to, values=values)


def _place(node: stated.Node) -> NodePlace:
    at = node.position or stated.NodePosition()
    return NodePlace(
        node=node.id,
        name=node.name,
        chainage_m=at.chainage_m,
        offset_m=at.offset_m,
        elevation_m=at.elevation_m,
        location=Position(lon=at.location.lon, lat=at.location.lat) if at.location else None,
    )


def _plain(value: Any) -> dict[str, Any]:
    """As JSON has it."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value)) if value is not None else {}
    return plain
