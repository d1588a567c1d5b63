"""A region that is made up: facilities with states and studies, and rows of registers, some of them the same."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from ingest import register
from ingest.database import connect
from tailings.assess.model import Assessment, Verdict
from tailings.estimate.discounting import Discounting
from tailings.estimate.outcomes import Case, Commodity, Spread
from tailings.regions.boundaries import Boundaries, Region, encoded
from tests.servers import TestDatabase
from tests.tailings.register.generated import facilities

FIXED: Final = Spread(1.0, 1.0, 1.0)
STUDY: Final = """
INSERT INTO study (facility_id, version, author, inputs, inputs_sha256, samples_sha256, files, result)
VALUES (%s, %s, 'system:1', '', '', '', '{}', %s)
"""
CONSUMPTION: Final = """
[[consumption]]
element = "W"
tonnes_per_year = 12000.0
year = 2023
source = "invented for this test"
author = "A. Person"
entered = 2026-11-30
"""


def case(volume: float, grades: dict[str, float], throughput: float | None = None) -> Case:
    """A study of wide, skewed inputs: P90 is a half, P10 three times the middle."""

    def spread(mid: float) -> Spread:
        return Spread(mid / 2, mid, 3 * mid)

    return Case(
        volume=spread(volume),
        density=Spread(1.4, 1.6, 1.8),
        commodities=tuple(
            Commodity(element, spread(grade), Spread(0.4, 0.55, 0.7, most=1.0), FIXED)
            for element, grade in grades.items()
        ),
        cost=FIXED,
        plant=FIXED,
        discounting=None if throughput is None else Discounting(0.08, throughput, "mid"),
    )


def put_study(
    connection: psycopg.Connection[Any], facility: str, one: Case, unfc: str, *, version: int = 1, signed: bool = True
) -> None:
    """A stored study, of which only what a region reads is there; all have the same seed."""
    result = {
        "case": msgspec.to_builtins(one),
        "draws": 10_000,
        "seed": 1,
        "correlation": [[float(a == b) for a in one.commodities] for b in one.commodities],
        "commodities": [{"element": of.element, "unfc": unfc} for of in one.commodities],
        "synthetic": "" if signed else "drawn by a test",
        "signed": {"name": "A. Person"} if signed else None,
    }
    connection.execute(STUDY, (facility, version, Jsonb(result)))


def put_facilities(
    connection: psycopg.Connection[Any], found: Iterable[tuple[str, Verdict, float | None, float | None]], **more: Any
) -> None:
    """Facilities with id, state and place; public unless `more` says otherwise."""
    now = dt.datetime.now(dt.UTC)
    for id, state, lon, lat in found:
        document = {"name": f"Dam {id}", "timezone": "Europe/Lisbon", "public": True, "geometry": [], **more}
        if lon is not None:
            document["location"] = {"lon": lon, "lat": lat}
        judged = Assessment(
            id, now, now + dt.timedelta(hours=1), state, "green", sight="full", reasons=(), failure_modes=()
        )
        connection.execute(
            "INSERT INTO facility (id, name, document, file, version, hash) VALUES (%s, %s, %s, '', 1, %s)",
            (id, document["name"], Jsonb(document), "0" * 64),
        )
        connection.execute(
            "INSERT INTO assessment VALUES (%s, %s, %s, %s, %s)",
            (id, judged.made_at, judged.valid_until, judged.verdict, Jsonb(msgspec.to_builtins(judged))),
        )


def put_register(
    database: TestDatabase, id: str, rows: Sequence[str], *, public: bool = True, day: str = "2026-01-31"
) -> None:
    """A register in our own headings."""
    head = f'[register]\nid = "{id}"\ntitle = "Register {id}"\nday = {day}\nlicence = "CC-BY-4.0"\npublic = '
    with connect(database.conninfo("tailwatch_ingest")) as connection:
        given = head + ("true" if public else "false")
        register.take(connection, f"{id}.csv", "\n".join(rows).encode(), given, "user:3")


STATES: Final = ("red", "orange", "yellow", "blind", "not-monitored", *["green"] * 15)


def put_region(database: TestDatabase, measured: int, rows: int) -> None:
    """So many measured facilities, every second with a study, and rows of registers, of which some are the same."""
    with psycopg.connect(database.conninfo()) as connection:
        found = [
            (f"dam-{number:02d}", STATES[number % len(STATES)], -8.1 + number % 7 / 10, 38.3 + number % 11 / 4)
            for number in range(measured)
        ]
        put_facilities(connection, found, consequence_class="high")  # type: ignore[arg-type]
        for number, (id, *_) in enumerate(found):
            if number % 2:
                one = case(
                    1e6 * (1 + number % 5), {"W": 300.0 + 50 * number, "Cu": 1500.0}, 2e5 if number % 4 == 1 else None
                )
                put_study(connection, id, one, ("E2;F2;G2", "E3;F3;G3")[number % 3 == 0], signed=number % 3 == 1)
    put_generated(database, rows)
    with psycopg.connect(database.conninfo()) as connection:
        connection.execute(
            "INSERT INTO register_match (entry_id, facility_id, is_same, author) "
            "SELECT id, f.facility, true, 'user:3' FROM register_entry JOIN (VALUES ('PT-00001', 'dam-00'), "
            "('PT-00002', 'dam-01'), ('PT-00003', 'dam-02')) f(row, facility) ON registered_id = f.row "
            "WHERE EXISTS (SELECT 1 FROM facility WHERE id = f.facility)"
        )


def put_generated(database: TestDatabase, count: int) -> None:
    """Two public registers of so many facilities, in Portugal and in Spain; a tenth has no place."""
    for country, commodities in (("PT", "W; Sn"), ("ES", "Cu, Zn")):
        rows = [one | {"commodities": commodities} for one in facilities(count // 2, 3, country)]
        heads = sorted({name for one in rows for name in one})
        out = io.StringIO(newline="")
        csv.DictWriter(out, heads).writeheader()
        csv.DictWriter(out, heads).writerows(rows)
        put_register(database, country.lower(), out.getvalue().splitlines())


def boundaries() -> bytes:
    """Two made-up regions of one country: the west and the east of 8 degrees west, from 37 to 42 degrees north."""

    def box(code: str, west: float, east: float) -> Region:
        return Region(code, f"Part {code}", ((west, 37.0, east, 37.0, east, 42.0, west, 42.0, west, 37.0),))

    return encoded(
        Boundaries("Made up", "CC0-1.0", dt.date(2026, 1, 1), (box("PT1A", -10.0, -8.0), box("PT1B", -8.0, -6.0)))
    )
