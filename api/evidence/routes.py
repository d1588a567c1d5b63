"""Evidence: one address to keep a photo or sheet, one to have it back as it came."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.access import Known, OfEvidence, OfFacility, tokens
from api.evidence import answers, files, models, queries
from api.http.dependencies import Data
from api.http.parameters import EvidenceId, FacilityId, FormToken, Parameters

SAFE: Final = {
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "cache-control": "private, max-age=3600",
}
"""A file is of a stranger: nothing in it runs, whatever a browser takes it for. A browser keeps it for an hour, for a
phone at night, and not for who comes after."""
A_FILE: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
THE_FILE: Final = {
    "description": "The file as it came",
    "content": {type: {"schema": {"type": "string", "format": "binary"}} for type in files.SUFFIXES},
}

router = APIRouter(prefix="/api/v1", tags=["evidence"])


class EvidenceQuery(Parameters):
    """What a file belongs to."""

    subject_kind: Annotated[models.SubjectKind, Field(description="What it is attached to")]
    subject: Annotated[str, Field(max_length=150, description="Which one of these, as `subject` of the evidence says")]
    name: Annotated[str, Field(max_length=500, description="Of the file; folders in it are left out")] = ""
    shows: Annotated[str, Field(max_length=500, description="What it shows, for who does not see it")]


@router.post(
    "/facilities/{facility}/evidence",
    summary="Keep a photo or sheet",
    status_code=201,
    dependencies=[Depends(OfFacility("annotate"))],
    openapi_extra=A_FILE,
)
async def keep(
    request: Request,
    facility: FacilityId,
    database: Data,
    caller: Known,
    query: Annotated[EvidenceQuery, Query()],
    x_form_token: FormToken = None,
) -> models.Evidence:
    """The body is the file as it is: JPEG, PNG or WebP, of a calibration also PDF; at most 10 MB, 12 a subject."""
    tokens.check_form(x_form_token, caller.session)
    return await answers.keep(
        database,
        caller,
        facility,
        query.subject_kind,
        query.subject,
        name=query.name,
        shows=query.shows,
        content=await request.body(),
    )


@router.get(
    "/evidence/{id}",
    summary="A photo or sheet as it came",
    dependencies=[Depends(OfEvidence())],
    response_class=Response,
    responses={200: THE_FILE},
)
async def file(id: EvidenceId, database: Data) -> Response:
    """For those with a right of their own to read its facility, public or not."""
    found = await queries.file(database, id)
    assert found is not None  # its facility was asked for by OfEvidence, and nothing is deleted
    how = "attachment" if found.media_type == files.PDF else "inline"
    plain = f"evidence-{id}{files.SUFFIXES[found.media_type]}"
    disposition = f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, '')}"
    return Response(found.content, media_type=found.media_type, headers=SAFE | {"content-disposition": disposition})
