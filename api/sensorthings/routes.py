"""The address of the SensorThings API: one route for every path of it."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Path, Request, Response

from api.access import Seen
from api.http import answers
from api.http.dependencies import Data
from api.http.errors import BadSyntax, NotFound, shown
from api.sensorthings import archived, data_array, grammar, links, options, paths
from api.sensorthings.documents import IOT_ID
from api.sensorthings.entities import SETS
from api.sensorthings.model import ID
from api.sensorthings.pages import EntityReader
from api.sensorthings.paths import Resource
from api.sensorthings.syntax import NOTHING, Options
from api.sensorthings.syntax import Path as Named

REQUIREMENTS: Final = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
CONFORMANCE: Final = (
    "datamodel",
    "resource-path/resource-path-to-entities",
    "request-data",
    "data-array/data-array",
)
ENTITIES_ALONE: Final = ("filter", "orderby", "top", "skip", "is_counted", "after")
"""Options that need a list."""
OPTIONS: Final = {
    "$filter": "A condition, as in: result gt 320 and resultQuality/flag eq 1",
    "$orderby": "Properties, each with asc or desc",
    "$select": "Properties that the answer has",
    "$expand": "Entities that come with the answer: Datastreams($top=5;$expand=Sensor)",
    "$top": "Entities of one page, at most 10,000; 100 without it",
    "$skip": "Entities left out at the beginning",
    "$count": "Whether the answer says how many there are",
    "$resultFormat": "dataArray: observations as rows of values",
    "$skiptoken": "From @iot.nextLink, as it is",
}
WHOLE: Final = {"type": "integer", "minimum": 0, "maximum": grammar.MAX_NUMBER}
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "$top": WHOLE,
    "$skip": WHOLE,
    "$count": {"type": "string", "enum": ["true", "false"]},
    "$resultFormat": {"type": "string", "enum": [options.DATA_ARRAY]},
}
DESCRIBED: Final = {
    "parameters": [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": text,
            "schema": SCHEMAS.get(name, {"type": "string", "minLength": 1}),
        }
        for name, text in OPTIONS.items()
    ]
}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {}}, "text/plain": {"schema": {"type": "string"}}}},
    204: {"description": "The property has no value"},
}

router = APIRouter(prefix=links.PREFIX, tags=["sensorthings"])


@router.get("", include_in_schema=False)
async def service_root(request: Request, database: Data, seen: Seen) -> Response:
    """The same as with a slash at its end."""
    return await sensorthings(request, "", database, seen)


@router.get(
    "/{path:path}",
    summary="OGC SensorThings API 1.1, read: entities, properties, $filter, $expand and the other options",
    response_class=Response,
    responses=RESPONSES,
    openapi_extra=DESCRIBED,
)
async def sensorthings(
    request: Request,
    path: Annotated[str, Path(description="Path of OGC 18-088 section 9.2", examples=["Datastreams(1)/Observations"])],
    database: Data,
    seen: Seen,
) -> Response:
    """Without a path it is the list of entity sets. docs/sensorthings.md says what is offered."""
    root, asked = links.root(request), options.read(request.url.query)
    if not path.strip("/"):
        return answers.json(request, msgspec.json.encode(_service(root)))
    resource = paths.parse(path)
    if resource.names:
        return await _property(request, EntityReader(database, seen, root), resource, asked)
    _check(resource, asked)
    await archived.check(database, resource.last.of, asked)
    reader = EntityReader(database, seen, root)
    if resource.last.is_one:
        body = await reader.one(resource, asked)
        return answers.json(request, msgspec.json.encode(_ref(body) if resource.is_ref else body))
    return await _list(request, reader, resource, asked, root)


async def _list(request: Request, reader: EntityReader, resource: Resource, asked: Options, root: str) -> Response:
    address = f"{root}{request.url.path.removeprefix(links.PREFIX).rstrip('/')}"
    found = await reader.many(resource, asked, address)
    body: dict[str, Any] = {}
    if found.number is not None:
        body["@iot.count"] = found.number
    following = None
    if found.following is not None:
        query = request.url.remove_query_params("$skip").include_query_params(**{"$skiptoken": found.following}).query
        following = body["@iot.nextLink"] = f"{address}?{query}"
    if asked.is_data_array:
        body["value"] = data_array.arrays(found, root)
    else:
        body["value"] = [_ref(one) for one in found.documents] if resource.is_ref else found.documents
    return answers.json(request, msgspec.json.encode(body), following)


def _check(resource: Resource, asked: Options) -> None:
    """Raise BadSyntax for options that do not fit what the path names."""
    if resource.last.is_one:
        _refuse(asked, (*ENTITIES_ALONE, "is_data_array"), "a list")
    if resource.is_ref:
        _refuse(asked, ("select", "expand", "is_data_array"), "entities, and not their addresses")
    if asked.is_data_array:
        data_array.check(resource.last.of, asked)


def _refuse(asked: Options, names: tuple[str, ...], what: str) -> None:
    for name in names:
        if getattr(asked, name) != getattr(NOTHING, name):
            option = next((option for option, field in grammar.FIELDS.items() if field == name), f"${name}")
            raise BadSyntax(f"{option} is for {what}; leave it out here.", option)


async def _property(request: Request, reader: EntityReader, resource: Resource, asked: Options) -> Response:
    """Answer a property, as a document of it or (`$value`) bare; 204 where it has none."""
    if asked != NOTHING:
        raise BadSyntax("The address of a property takes no options; leave them out.", None)
    name, *rest = resource.names
    document = await reader.one(resource, Options(select=(Named((name,)),)))
    value = document[IOT_ID if name == ID else str(name)]
    for part in rest:
        value = _part(value, part)
    if value is None:
        return Response(status_code=204)
    if resource.is_value and not isinstance(value, dict | list):
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        return Response(text, media_type="text/plain; charset=utf-8", headers={"cache-control": answers.REVALIDATE})
    named = str(request.scope["path"]).rstrip("/").rpartition("/")[2]
    return answers.json(request, msgspec.json.encode(value if resource.is_value else {named: value}))


def _part(value: Any, name: str | int) -> Any:
    if isinstance(value, dict) and name in value:
        return value[name]
    if isinstance(value, list) and isinstance(name, int) and name < len(value):
        return value[name]
    raise NotFound(f"The property has no {shown(name)}.", "path")


def _ref(document: dict[str, Any]) -> dict[str, Any]:
    return {"@iot.selfLink": document["@iot.selfLink"]}


def _service(root: str) -> dict[str, Any]:
    return {
        "value": [{"name": name, "url": f"{root}/{name}"} for name in SETS],
        "serverSettings": {"conformance": [REQUIREMENTS + name for name in CONFORMANCE]},
    }
