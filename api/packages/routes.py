"""Packages: the list of a facility's, what is known of one, and its file, which never changes."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from api.access import OfFacility
from api.http import answers as http_answers
from api.http import public_address
from api.http.dependencies import Data
from api.http.headers import IS_HEAD
from api.http.parameters import FacilityId
from api.http.streams import PatientStream
from api.packages import answers, models, queries

MEDIA_TYPE: Final = "application/zip"
RANGE: Final = re.compile(r"bytes=(\d{1,15})-")
"""What a download that was cut asks for: all from a byte on (RFC 9110 section 14.1.2)."""
KEPT: Final = "private, max-age=31536000, immutable"
THE_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The ZIP", "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "What was missing of it", "content": {MEDIA_TYPE: {}}},
}
READS: Final = [Depends(OfFacility("read"))]
Version = Annotated[
    str, Path(pattern="^[0-9a-f]{16}$", description="Version of the package", examples=["0f3a5c7e9b1d2f40"])
]

router = APIRouter(prefix="/api/v1", tags=["packages"])


@router.get("/facilities/{facility}/packages", summary="Packages that can be cited", dependencies=READS)
async def all_packages(facility: FacilityId, database: Data) -> models.Packages:
    """The newest two hundred; the command `make-package` makes a further one."""
    return await answers.newest(database, facility)


@router.get("/facilities/{facility}/packages/{version}", summary="One package, for catalogues", dependencies=READS)
async def one_package(
    request: Request, facility: FacilityId, version: Version, database: Data
) -> models.PackageDocument:
    """With JSON-LD by schema.org and DCAT-AP, and what DataCite asks for."""
    return await answers.document(database, facility, version, public_address.origin(request))


@router.get(
    "/facilities/{facility}/packages/{version}/file",
    summary="The ZIP of a package",
    dependencies=READS,
    response_class=Response,
    responses=THE_FILE,
)
async def package_file(request: Request, facility: FacilityId, version: Version, database: Data) -> Response:
    """It never changes, so its ETag is its hash; a download that was cut goes on with `Range: bytes=N-`."""
    found = await queries.one(database, facility, version)
    size, tag = found.package.bytes, f'"{found.package.sha256}"'
    headers = {
        "etag": tag,
        "accept-ranges": "bytes",
        "cache-control": KEPT,
        "content-disposition": f'attachment; filename="{facility}-{version}.zip"',
        "content-length": str(size),
    }
    if http_answers.has(request, tag):
        return Response(status_code=304, headers={key: headers[key] for key in ("etag", "cache-control")})
    start = _start(request, tag)
    if start >= size:
        return Response(status_code=416, headers={"content-range": f"bytes */{size}"})
    if start:
        headers |= {"content-length": str(size - start), "content-range": f"bytes {start}-{size - 1}/{size}"}
    if request.scope.get(IS_HEAD):
        return Response(headers=headers, media_type=MEDIA_TYPE)
    body = queries.parts(database, found, start)
    return PatientStream(body, 206 if start else 200, headers=headers, media_type=MEDIA_TYPE)


def _start(request: Request, tag: str) -> int:
    """The byte that the answer begins with; one that is no range, or of another file, is the first."""
    asked = RANGE.fullmatch(request.headers.get("range", "").strip())
    is_of_it = request.headers.get("if-range", tag) == tag
    return int(asked[1]) if asked and is_of_it else 0
