"""Packages as they are stored: what is known of each, and the parts of the ZIP of one."""

from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple

import msgspec

from api.http.database import DatabasePool
from api.http.errors import NotFound, shown
from api.packages.models import Package
from tailings.dataset import DatasetDescription

MAX_PACKAGES: Final = 200
KNOWN: Final = """
SELECT version, facility_id AS facility, from_time AS "from", to_time AS "to", known_at, content_sha256, sha256, bytes,
       rows, whole_at FROM package WHERE facility_id = %(facility)s AND version IS NOT NULL"""
NEWEST: Final = KNOWN + " ORDER BY id DESC LIMIT %(limit)s"
ONE: Final = """
SELECT id, description,
       (SELECT length(content) FROM package_part WHERE package_id = package.id AND number = 0) AS part_bytes
FROM package WHERE facility_id = %(facility)s AND version = %(version)s"""
OF_VERSION: Final = KNOWN + " AND version = %(version)s"
PART: Final = "SELECT content FROM package_part WHERE package_id = %(id)s AND number = %(number)s"


class DescribedPackage(NamedTuple):
    """A package with what is said of it; part_bytes: of each part of its ZIP but the last."""

    id: int
    part_bytes: int
    package: Package
    description: DatasetDescription


class _Row(NamedTuple):
    id: int
    description: dict[str, Any]
    part_bytes: int


def _package(**row: Any) -> Package:
    place = f"facilities/{row['facility']}/packages/{row['version']}"
    page = f"/f/{row['facility']}/packages/{row['version']}"
    return Package(**row, address=f"/api/v1/{place}/file", page=page)


async def newest(database: DatabasePool, facility: str) -> list[Package]:
    """Return the newest packages of a facility that are whole."""
    return await database.rows(_package, NEWEST, {"facility": facility, "limit": MAX_PACKAGES})


async def one(database: DatabasePool, facility: str, version: str) -> DescribedPackage:
    """Return a package with what is said of it; raise NotFound."""
    asked = {"facility": facility, "version": version}
    package = await database.row(_package, OF_VERSION, asked)
    row = await database.row(_Row, ONE, asked)
    if package is None or row is None:
        raise NotFound(
            f"{facility} has no package {shown(version)}; /api/v1/facilities/{facility}/packages lists them.", "version"
        )
    return DescribedPackage(row.id, row.part_bytes, package, msgspec.convert(row.description, DatasetDescription))


async def parts(database: DatabasePool, one: DescribedPackage, start: int = 0) -> AsyncIterator[bytes]:
    """Give the ZIP of a package from a byte on, one part in memory at a time."""
    first, skipped = divmod(start, one.part_bytes)
    for number in range(first, -(-one.package.bytes // one.part_bytes)):
        content = await database.row(lambda content: bytes(content), PART, {"id": one.id, "number": number})
        assert content is not None  # a whole package has all its parts, and none is ever changed
        yield content[skipped:] if number == first else content
