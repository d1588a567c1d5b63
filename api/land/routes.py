"""Land use: layers, files in and out, and what they have around a facility."""

import base64
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from api.access import Known, OfFacility, Seen, Signed, tokens
from api.commands import answers as commands
from api.commands.models import Command
from api.http import public_address
from api.http.dependencies import Data
from api.http.parameters import FacilityId, FormToken, Id, Parameters
from api.land import answers, models
from tailings.land.values import LayerKind

KIND: Final = "import-layer"
REMOVE: Final = "remove-layer"
MEDIA_TYPES: Final = {"geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3"}
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
            "application/geo+json": {"schema": {"type": "object"}},
            "application/geopackage+sqlite3": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
BOX: Final = r"^-?[0-9.]{1,12}(,-?[0-9.]{1,12}){3}$"
PRINTED: Final = r"^[^\x00-\x1f]*$"
Said = Annotated[str, Field(min_length=1, max_length=300, pattern=PRINTED)]
LayerId = Annotated[Id, Path(description="Id of the layer", examples=["natura-2000"])]
Property = Annotated[str, Field(max_length=100, pattern=PRINTED)]

router = APIRouter(prefix="/api/v1", tags=["land"])


class LayerExportQuery(Parameters):
    """In which form."""

    form: Annotated[models.ExportForm, Field(description="GeoJSON or GeoPackage")] = "geojson"


class LandQuery(Parameters):
    """What the picture shows."""

    reach_m: Annotated[
        models.AskedReach | None, Field(description="How far; by default what is within 5 km, else the nearest")
    ] = None


class LayerFileQuery(Parameters):
    """What a file is; licence, source and day are shown with each number that stands on it."""

    file: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTED, description="As it is called")]
    id: Annotated[Id, Field(description="Of the layer, here", examples=["natura-2000"])]
    kind: Annotated[LayerKind, Field(description="What it shows")]
    title: Annotated[Said, Field(description="What it is called")]
    source: Annotated[Said, Field(description="Who publishes it, and where")]
    licence: Annotated[Said, Field(description="SPDX, or what the publisher says")]
    day: Annotated[date, Field(description="Of what it shows")]
    name: Annotated[Property, Field(description="The property that is the name of a shape")] = ""
    population: Annotated[Property, Field(description="The property that is the number of people")] = ""
    facility: Annotated[Property, Field(description="The property that is the id of the facility here")] = ""
    table: Annotated[Property, Field(description="Layer of a GeoPackage; the first if none is named")] = ""
    is_directed: Annotated[bool, Field(description="Lines of a river run downstream")] = False
    is_public: Annotated[bool, Field(description="Everybody may read it")] = False
    covers: Annotated[
        str | None,
        Field(pattern=BOX, description="West,south,east,north in which it is whole", examples=["-9,37,-6,42"]),
    ] = None
    preview: Annotated[bool, Field(description="Tell what it would do; nothing is stored")] = False


@router.get("/land/layers", summary="Layers of land use")
async def land_layers(database: Data, seen: Seen) -> models.LandLayers:
    """Public ones, or all for who may read every facility; each with its licence, source and day."""
    return await answers.all_layers(database, seen is None)


@router.get("/land/layers/{layer}/export", summary="A layer as a file", response_class=Response, responses=EXPORTED)
async def export_layer(
    layer: LayerId, database: Data, seen: Seen, query: Annotated[LayerExportQuery, Query()]
) -> Response:
    """Its shapes as they were loaded, each with licence, source and day."""
    content = await answers.export(database, layer, seen is None, query.form)
    headers = {"content-disposition": f'attachment; filename="{layer}.{query.form}"'}
    return Response(content, headers=headers, media_type=MEDIA_TYPES[query.form])


@router.get(
    "/facilities/{facility}/land",
    summary="Land use around a facility",
    dependencies=[Depends(OfFacility("read"))],
)
async def land_of_facility(
    facility: FacilityId, database: Data, seen: Seen, query: Annotated[LandQuery, Query()]
) -> models.FacilityLand:
    """The nearest of each kind with distance and overlap, who lives near, and what lies downstream, by layer."""
    return await answers.of_facility(database, facility, seen is None, query.reach_m)


@router.post(
    "/land/file",
    summary="Bring a file of a layer",
    status_code=202,
    dependencies=[Depends(Signed())],
    openapi_extra=A_FILE,
)
async def bring_layer(
    request: Request,
    response: Response,
    database: Data,
    caller: Known,
    query: Annotated[LayerFileQuery, Query()],
    x_form_token: FormToken = None,
) -> Command:
    """The body is the file as it is: GeoJSON or GeoPackage. It needs the right to approve everywhere."""
    tokens.check_form(x_form_token, caller.session)
    body: dict[str, object] = query.model_dump(mode="json")
    body["covers"] = None if query.covers is None else [_number(one) for one in query.covers.split(",")]
    body["content"] = base64.b64encode(await request.body()).decode()
    return commands.accepted(response, await commands.give_everywhere(database, caller, KIND, body))


@router.delete("/land/layers/{layer}", summary="Take a layer out", status_code=202, dependencies=[Depends(Signed())])
async def remove_layer(
    response: Response,
    database: Data,
    caller: Known,
    layer: LayerId,
    x_form_token: FormToken = None,
) -> Command:
    """That it was loaded, when and by whom stays known. It needs the right to approve everywhere."""
    tokens.check_form(x_form_token, caller.session)
    return commands.accepted(response, await commands.give_everywhere(database, caller, REMOVE, {"layer": layer}))


@router.get(
    "/facilities/{facility}/inspire",
    summary="A facility for INSPIRE",
    response_class=Response,
    responses={200: {"description": "GML 3.2", "content": {"application/gml+xml": {"schema": {"type": "string"}}}}},
    dependencies=[Depends(OfFacility("read"))],
)
async def inspire_of_facility(request: Request, facility: FacilityId, database: Data) -> Response:
    """Environmental Monitoring Facilities (EF 4.0): the facility, and each datastream as an observing capability."""
    content = await answers.for_inspire(database, facility, public_address.origin(request))
    return Response(content, media_type="application/gml+xml; version=3.2")


def _number(text: str) -> float | str:
    """As it is where it is none: the command refuses it with a sentence."""
    try:
        return float(text)
    except ValueError:
        return text
