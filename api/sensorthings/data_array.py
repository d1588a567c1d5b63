"""$resultFormat=dataArray: observations as rows of values, one array a Datastream (OGC 18-088 section 13)."""

from __future__ import annotations

from typing import Any

from api.http.errors import BadSyntax
from api.sensorthings.documents import IOT_ID, Document, Row
from api.sensorthings.entities import OBSERVATIONS
from api.sensorthings.model import ID, EntitySet
from api.sensorthings.pages import Entities
from api.sensorthings.statements import T
from api.sensorthings.syntax import Options

OPTION = "$resultFormat"


def check(of: EntitySet, options: Options) -> None:
    """Raise BadSyntax where an answer cannot be arrays."""
    if of is not OBSERVATIONS:
        raise BadSyntax(f"{OPTION}=dataArray is for Observations; {of.name} have none.", OPTION)
    if options.expand:
        raise BadSyntax(f"{OPTION}=dataArray has no place for entities; leave out $expand.", OPTION)


def arrays(found: Entities, root: str) -> list[Document]:
    """Return one array a Datastream, each in the order of the page."""
    place = found.selection.columns.add(f"{T}.datastream_id")
    names = found.form.names
    keys = [IOT_ID if name == ID else name for name in names]
    made: dict[int, list[list[Any]]] = {}
    for row, document in zip(found.rows, found.documents, strict=True):
        made.setdefault(_datastream(row, place), []).append([document[key] for key in keys])
    return [
        {
            "Datastream@iot.navigationLink": f"{root}/Datastreams({datastream})",
            "components": names,
            "dataArray@iot.count": len(rows),
            "dataArray": rows,
        }
        for datastream, rows in made.items()
    ]


def _datastream(row: Row, place: int) -> int:
    return int(row[place])
