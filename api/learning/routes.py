"""What regions learn: the library, each record by its noun, writing them, and files of organisations and events."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field

from api.access import Known, Seen, Signed, tokens
from api.http.dependencies import Data
from api.http.parameters import FormToken, Id, Parameters
from api.learning import answers, models, record_files
from api.learning.filters import LearningFilter

SIGNED: Final = [Depends(Signed())]
RecordId = Annotated[Id, Path(description="Of the record")]
A_FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "array"}}},
    }
}

router = APIRouter(prefix="/api/v1", tags=["learning"])


class RecordsQuery(Parameters):
    """What a file holds."""

    kind: Annotated[Literal["organisations", "events"], Field(description="What its rows are")]
    is_public: Annotated[bool, Field(description="Everybody may read them")] = False


@router.get("/learning", summary="Good practices, learning events and organisations")
async def learning(database: Data, seen: Seen, query: Annotated[LearningFilter, Query()]) -> models.LearningLibrary:
    """Public ones, or all for who may read every facility. docs/operating/learning.md."""
    return await answers.library(database, seen is None, query)


@router.get("/learning/practices/{id}", summary="A good practice")
async def practice(id: RecordId, database: Data, seen: Seen) -> models.Practice:
    """With figures of a facility, if it has any, as they were frozen, and the fields that say nothing."""
    return await answers.one_practice(database, id, seen is None)


@router.post("/learning/practices/{id}", summary="Write a good practice", status_code=201, dependencies=SIGNED)
async def write_practice(
    id: RecordId, database: Data, caller: Known, said: models.WritingPractice, x_form_token: FormToken = None
) -> models.Practice:
    """Older versions stay. It needs the right to approve everywhere."""
    tokens.check_form(x_form_token, caller.session)
    return await answers.write_practice(database, caller, id, said)


@router.get("/learning/events/{id}", summary="A learning event")
async def learning_event(id: RecordId, database: Data, seen: Seen) -> models.LearningEvent:
    """Who took part, and who learned what."""
    return await answers.one_event(database, id, seen is None)


@router.post("/learning/events/{id}", summary="Write a learning event", status_code=201, dependencies=SIGNED)
async def write_event(
    id: RecordId, database: Data, caller: Known, said: models.WritingEvent, x_form_token: FormToken = None
) -> models.LearningEvent:
    """Older versions stay. It needs the right to approve everywhere."""
    tokens.check_form(x_form_token, caller.session)
    return await answers.write_event(database, caller, id, said)


@router.get("/learning/organisations/{id}", summary="An organisation that takes part")
async def organisation(id: RecordId, database: Data, seen: Seen) -> models.Organisation:
    """Its newest version."""
    return await answers.one_organisation(database, id, seen is None)


@router.post("/learning/organisations/{id}", summary="Write an organisation", status_code=201, dependencies=SIGNED)
async def write_organisation(
    id: RecordId, database: Data, caller: Known, said: models.WritingOrganisation, x_form_token: FormToken = None
) -> models.Organisation:
    """Older versions stay. It needs the right to approve everywhere."""
    tokens.check_form(x_form_token, caller.session)
    return await answers.write_organisation(database, caller, id, said)


@router.post(
    "/learning/import",
    summary="Bring a file of organisations or learning events",
    status_code=201,
    dependencies=SIGNED,
    openapi_extra=A_FILE,
)
async def import_records(
    request: Request,
    database: Data,
    caller: Known,
    query: Annotated[RecordsQuery, Query()],
    x_form_token: FormToken = None,
) -> models.ImportedRecords:
    """CSV with our names as headings, or JSON, at most 64 kB; all rows are taken, or none. The right to approve
    everywhere is needed."""
    tokens.check_form(x_form_token, caller.session)
    answers.check_writer(caller)
    return await record_files.take(database, caller, query.kind, await request.body(), is_public=query.is_public)
