"""Registers: all of them, their facilities by name, one with its history, files in and out."""

import base64
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from api.access import Known, OfEverything, Seen, Signed, tokens
from api.commands import answers as commands
from api.commands.models import Command
from api.http import cursors, public_address
from api.http.answers import next_page
from api.http.cursors import MAX_POSITION
from api.http.dependencies import Data, position
from api.http.parameters import Cursor, FormToken, Id, Parameters
from api.register import answers, matches, models, queries
from api.register.filters import EntryFilter, scope_of
from tailings.register import exports

KIND: Final = "import-register"
MATCH: Final = "match-register"
MAX_ENTRIES: Final = 500
MAX_MAP: Final = 8_000
"""In an address; a command on the server takes longer ones."""
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "inspire-mr": "application/gml+xml; version=3.2",
}
ENDINGS: Final = {"inspire-mr": "gml"}
A_FILE: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
EXPORTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/geo+json": {"schema": {"type": "object"}},
            "application/geopackage+sqlite3": {"schema": {"type": "string", "format": "binary"}},
            "application/gml+xml; version=3.2": {"schema": {"type": "string"}},
        },
    }
}
REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A line a fault", "content": {"text/csv": {"schema": {"type": "string"}}}}
}
READS_ALL: Final = [Depends(OfEverything("read"))]
Number = Annotated[int, Path(ge=1, le=MAX_POSITION, description="Its number")]

router = APIRouter(prefix="/api/v1", tags=["registers"])


class EntriesQuery(EntryFilter):
    """Which part of the facilities of registers."""

    limit: Annotated[int, Field(ge=1, le=MAX_ENTRIES, description="Facilities in one answer")] = 100
    cursor: Cursor = None


class ExportQuery(EntryFilter):
    """Which facilities, in which form."""

    form: Annotated[
        models.ExportForm, Field(description="CSV, GeoJSON, GeoPackage, or GML of INSPIRE's Mineral Resources")
    ] = "csv"


class ImportsQuery(Parameters):
    """Which imports."""

    register_: Annotated[Id | None, Field(alias="register", description="Only of this register")] = None


class RegisterFileQuery(Parameters):
    """What a file is."""

    name: Annotated[str, Field(min_length=1, max_length=200, description="As it is called")]
    map: Annotated[
        str, Field(min_length=1, max_length=MAX_MAP, description="How it is read, TOML: docs/operating/registers.md")
    ]
    preview: Annotated[bool, Field(description="Tell what an import would do; nothing is stored")] = False


@router.get("/registers", summary="Registers of facilities")
async def all_registers(database: Data, seen: Seen) -> models.Registers:
    """Public ones, or all for who may read every facility."""
    return await answers.all_registers(database, seen is None)


@router.get("/registers/entries", summary="Facilities of registers, by name")
async def all_entries(
    request: Request, database: Data, seen: Seen, query: Annotated[EntriesQuery, Query()]
) -> models.RegisterEntries:
    """Search and filters narrow the list; `total` says how many are met."""
    scope = scope_of(query)
    found = await answers.entries(database, query, seen is None, position(scope, query.cursor, 0), query.limit)
    if len(found.entries) < query.limit:
        return found
    return found.model_copy(update={"next": next_page(request, cursor=cursors.encode(scope, found.entries[-1].number))})


@router.get("/registers/entries/{number}", summary="A facility in a register, with its history")
async def one_entry(number: Number, database: Data, seen: Seen) -> models.RegisterEntryDocument:
    """What the register says of it, and said before, with the file and row of each."""
    return await answers.entry(database, number, seen is None)


@router.get("/registers/entries/{number}/candidates", summary="The same facility elsewhere, and what contradicts")
async def candidates(number: Number, database: Data, seen: Seen) -> models.RegisterCandidates:
    """In other registers and among the facilities of this site, by id, name and distance, with what a person said."""
    return await matches.of_entry(database, number, seen)


@router.post(
    "/registers/matches",
    summary="Say whether two are the same facility",
    status_code=202,
    dependencies=[Depends(Signed())],
)
async def match(
    request: Request,
    response: Response,
    database: Data,
    caller: Known,
    said: models.NewRegisterMatch,
    x_form_token: FormToken = None,
) -> Command:
    """It changes neither of them; the newest word on a pair counts. It needs the right to approve everywhere."""
    tokens.check_form(x_form_token, caller.session)
    return commands.accepted(
        response, await commands.give_everywhere(database, caller, MATCH, said.model_dump(exclude_none=True))
    )


@router.get(
    "/registers/export", summary="Facilities of registers as a file", response_class=Response, responses=EXPORTED
)
async def export(request: Request, database: Data, seen: Seen, query: Annotated[ExportQuery, Query()]) -> Response:
    """In the columns of docs/operating/registers.md; imported again, every row is there already, but of GML."""
    content = await answers.export(database, query, seen is None, query.form, public_address.origin(request))
    name = f"facilities.{ENDINGS.get(query.form, query.form)}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=MEDIA_TYPES[query.form])


@router.get("/registers/imports", summary="Files of registers, the newest first", dependencies=READS_ALL)
async def all_imports(database: Data, query: Annotated[ImportsQuery, Query()]) -> models.RegisterImports:
    """The newest hundred, each with what became of its rows."""
    return models.RegisterImports(imports=await queries.imports(database, query.register_))


@router.get(
    "/registers/imports/{number}/refused",
    summary="What was refused of a file, by row",
    dependencies=READS_ALL,
    response_class=Response,
    responses=REFUSED,
)
async def refused(number: Number, database: Data) -> Response:
    """Row of the file, field, reason and what helps."""
    headers = {"content-disposition": f'attachment; filename="refused-{number}.csv"'}
    content = exports.refused(await queries.faults(database, number))
    return Response(content, headers=headers, media_type=MEDIA_TYPES["csv"])


@router.post(
    "/registers/file",
    summary="Bring a file of a register",
    status_code=202,
    dependencies=[Depends(Signed())],
    openapi_extra=A_FILE,
)
async def bring_file(
    request: Request,
    response: Response,
    database: Data,
    caller: Known,
    query: Annotated[RegisterFileQuery, Query()],
    x_form_token: FormToken = None,
) -> Command:
    """The body is the file as it is: CSV, XLSX, GeoJSON or GeoPackage. It needs the right to approve everywhere."""
    tokens.check_form(x_form_token, caller.session)
    content = base64.b64encode(await request.body()).decode()
    body: dict[str, object] = {"name": query.name, "content": content, "map": query.map, "preview": query.preview}
    return commands.accepted(response, await commands.give_everywhere(database, caller, KIND, body))
