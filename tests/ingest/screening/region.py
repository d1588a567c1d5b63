"""A small region in a database: six facilities of this site with assays, and a register of three rows without."""

import itertools
from pathlib import Path
from typing import Final

from msgspec import to_builtins
from psycopg.types.json import Jsonb

from ingest import register
from ingest.database import connect
from ingest.samples import assays
from ingest.samples.laboratory import Taken
from ingest.values import Connection
from ingest.versions import facility
from tailings.facility import parse
from tailings.laboratory.samples import Assay
from tests.servers import MIGRATED, Template, TestDatabase

VALE = Path(__file__).parents[2] / "data" / "vale.toml"
IDS = ("vale", "berg", "cava", "duna", "eira", "foz")
HEADING = "sample,hole,chainage_m,offset_m,collar_m,from_m,to_m,material,kind,of,Cu ppm"
MAP = """
[register]
id = "pt"
title = "Cadastro"
day = 2026-01-31
licence = "CC-BY-4.0"
public = true
"""
ROWS = """id,name,commodities,type,tonnage_t,tonnage_basis,longitude,latitude
A1,Rio,Copper,tailings dam,2000000,dry,-7.7,40.2
A2,Mar,copper; tin; unobtainium,pond,900000,wet,-7.9,40.1
A3,Sol,,,,,,
"""


ADD_FILE: Final = """
INSERT INTO assay_file (facility_id, name, sha256, content, author, faults)
VALUES (%s, 'lab.csv', '', '', 'user:3', '[]') RETURNING id
"""
ADD_SAMPLE: Final = """
INSERT INTO assay_sample (facility_id, name, revision, file_id, file_row, digest, kind, hole, chainage_m, offset_m,
    collar_m, top_m, bottom_m, material, assays)
VALUES (%s, %s, 1, %s, %s, '', 'primary', %s, 10, -40, 339.5, 0, 1.5, 'sand', %s)
"""


def _region(database: TestDatabase) -> None:
    with connect(database.conninfo("tailwatch_ingest")) as connection:
        for id in IDS:
            text = VALE.read_text().replace('id = "vale"', f'id = "{id}"', 1)
            with connection.transaction():
                facility.register(connection, parse(text), text)
        for number, id in enumerate(IDS):
            _assayed(connection, id, {"H1": 800.0 + 50 * number, "H2": 1200.0 + 90 * number})
        register.take(connection, "r.csv", ROWS.encode(), MAP, "user:3")


REGION: Final = Template("test_region", _region, MIGRATED)
"""A database with the region, which is made once a worker."""


def take(connection: Connection, id: str, *holes: str, synthetic: str = "") -> Taken:
    """Bring a file with one sample of each hole, given as hole and result; synthetic: why nobody measured it."""
    rows = [f"{one.partition(',')[0]}-S,{_row(*one.split(','))}" for one in holes]
    return assays.take(connection, id, "lab.csv", "\n".join([HEADING, *rows]).encode(), "user:3", synthetic=synthetic)


def match(connection: Connection, registered_id: str, facility_id: str) -> None:
    """Say that a row of the register is a facility of this site."""
    connection.execute(
        "INSERT INTO register_match (entry_id, facility_id, is_same, author) "
        "SELECT id, %s, true, 'user:3' FROM register_entry WHERE registered_id = %s",
        (facility_id, registered_id),
    )


def chain(connection: Connection, *registered_ids: str) -> None:
    """Say of each of these rows that it is the next one."""
    for one, other in itertools.pairwise(registered_ids):
        connection.execute(
            "INSERT INTO register_match (entry_id, other_entry_id, is_same, author) "
            "SELECT least(a.id, b.id), greatest(a.id, b.id), true, 'user:3' FROM register_entry a, register_entry b "
            "WHERE a.registered_id = %s AND b.registered_id = %s",
            (one, other),
        )


def _assayed(connection: Connection, id: str, grades: dict[str, float]) -> None:
    """What `take` leaves of a file with a sample of each hole, without the process that reads a stranger's file."""
    with connection.transaction():
        (file,) = connection.execute(ADD_FILE, (id,)).fetchone()
        for row, (hole, grade) in enumerate(grades.items(), 2):
            assay = Assay("Cu", "", "Cu", "ppm", f"{grade:g}", sign="", mg_per_kg=grade)
            connection.execute(ADD_SAMPLE, (id, f"{hole}-S", file, row, hole, Jsonb([to_builtins(assay)])))


def _row(hole: str, result: str) -> str:
    return f"{hole},10,-40,339.5,0,1.5,sand,primary,,{result}"
