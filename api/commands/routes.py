"""Commands: the one way in which a person changes something.

The api checks who asks and whether there is such a kind, and writes the row; ingest checks the body, carries it out and
writes progress and outcome. Commands name people by number and are read by those with a right in the facility, never by
everybody.
"""

import base64
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from api.access import Caller, Known, OfList, Signed, require_in, tokens
from api.commands import answers, models, queries
from api.http import cursors
from api.http.answers import next_page
from api.http.cursors import MAX_POSITION
from api.http.dependencies import Data, position
from api.http.errors import BadParameter, NotFound
from api.http.parameters import Cursor, FormToken, Id, Parameters

MAX_COMMANDS: Final = 200
MAX_MAP: Final = 5_000
"""In an address; a command on the server takes longer ones."""
FileKind = Literal["import-assays", "import-water"]
A_FILE: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
SIGNED: Final = [Depends(Signed())]

router = APIRouter(prefix="/api/v1", tags=["commands"])


class CommandsQuery(Parameters):
    """Which commands."""

    facility: Annotated[Id | None, Field(description="Only of this facility", examples=["vale"])] = None
    limit: Annotated[int, Field(ge=1, le=MAX_COMMANDS, description="Commands in one answer")] = 50
    cursor: Cursor = None


class FileQuery(Parameters):
    """What a file is."""

    kind: Annotated[FileKind, Field(description="What is done with it")]
    facility: Annotated[Id, Field(description="Whose", examples=["vale"])]
    name: Annotated[str, Field(min_length=1, max_length=200, description="As the laboratory named it")]
    synthetic: Annotated[str, Field(max_length=500, description="Why no laboratory measured its assays")] = ""
    map: Annotated[
        str, Field(max_length=MAX_MAP, description="How its assays are read, TOML: docs/operating/assays.md")
    ] = ""
    preview: Annotated[bool, Field(description="Tell what an import of assays would do; nothing is stored")] = False


@router.get("/command-kinds", summary="What can be commanded", dependencies=SIGNED)
async def all_kinds(database: Data) -> models.CommandKinds:
    """Each with the right that it needs and the form of its body."""
    return models.CommandKinds(kinds=await queries.kinds(database))


@router.post("/commands", summary="Give a command", status_code=202, dependencies=SIGNED)
async def give(
    request: Request,
    response: Response,
    database: Data,
    caller: Known,
    command: models.NewCommand,
    x_form_token: FormToken = None,
) -> models.Command:
    """The answer comes at once; follow `location` until the command is done, refused, failed or stopped."""
    tokens.check_form(x_form_token, caller.session)
    return await _give(response, database, caller, command)


@router.post(
    "/commands/file", summary="Bring a laboratory's file", status_code=202, dependencies=SIGNED, openapi_extra=A_FILE
)
async def give_file(
    request: Request,
    response: Response,
    database: Data,
    caller: Known,
    query: Annotated[FileQuery, Query()],
    x_form_token: FormToken = None,
) -> models.Command:
    """The body is the file as it is, CSV or XLSX; what became of each row stands in the outcome of the command."""
    tokens.check_form(x_form_token, caller.session)
    content = base64.b64encode(await request.body()).decode()
    body: models.Body = {"name": query.name, "content": content}
    body |= {name: given for name in ("synthetic", "map", "preview") if (given := getattr(query, name))}
    return await _give(
        response, database, caller, models.NewCommand(kind=query.kind, facility=query.facility, body=body)
    )


async def _give(response: Response, database: Data, caller: Caller, command: models.NewCommand) -> models.Command:
    return answers.accepted(response, await answers.give(database, caller, command))


@router.get("/commands", summary="Commands, the newest first")
async def all_commands(
    request: Request,
    database: Data,
    caller: Known,
    query: Annotated[CommandsQuery, Query()],
    _signed: Annotated[None, Depends(Signed())],
) -> models.Commands:
    """Of the facilities in which you have the right to read."""
    scope = f"commands {query.facility}"
    before = position(scope, query.cursor, MAX_POSITION)
    found = await queries.before(database, before, query.limit, query.facility, caller.facilities(OfList.role))
    following = None
    if len(found) == query.limit:
        following = next_page(request, cursor=cursors.encode(scope, found[-1].id))
    return models.Commands(commands=found, next=following)


@router.get("/commands/{id}", summary="One command: progress and outcome", dependencies=SIGNED)
async def one_command(
    id: Annotated[int, Path(ge=1, le=MAX_POSITION, description="Number of the command")], database: Data, caller: Known
) -> models.Command:
    """Ask again every second or so until `state` is done, refused, failed or stopped."""
    found = await _found(database, id)
    if found.author != caller.who:
        require_in(caller, "read", found.facility, False, _unknown(id))
    return found


@router.post("/commands/{id}/stop", summary="Stop a command", status_code=202, dependencies=SIGNED)
async def stop(
    id: Annotated[int, Path(ge=1, le=MAX_POSITION, description="Number of the command")],
    database: Data,
    caller: Known,
    x_form_token: FormToken = None,
) -> models.Command:
    """Only its author may, or an admin of its facility; what it has done so far is undone, and its state is stopped."""
    tokens.check_form(x_form_token, caller.session)
    found = await _found(database, id)
    if found.author != caller.who:
        require_in(caller, "admin", found.facility, False, _unknown(id))
    if not await queries.stop(database, id, caller.secret):
        raise BadParameter(f"Command {id} is {found.state}: there is nothing to stop.", "id")
    return await _found(database, id)


async def _found(database: Data, id: int) -> models.Command:
    found = await answers.find(database, id)
    if found is None:
        raise _unknown(id)
    return found


def _unknown(id: int) -> NotFound:
    return NotFound(f"There is no command {id} that you may read; /api/v1/commands lists them.", "id")
