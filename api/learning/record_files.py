"""Files of organisations and learning events: CSV with our names as headings, or JSON; all rows are taken, or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from pydantic import ValidationError

from api.access import Caller
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.learning import answers
from api.learning.models import (
    ImportedRecords,
    LearningEventDocument,
    OrganisationDocument,
    WritingEvent,
    WritingOrganisation,
)
from api.policy import queries
from tailings.table_file import BadTable, decoded, text_rows

MAX_ROWS: Final = 500
MAX_FAULTS: Final = 5
LISTS: Final = ("organisations", "practices")
YES: Final = ("yes", "true", "1")
Row = dict[str, Any]


async def take(
    database: DatabasePool, caller: Caller, kind: str, content: bytes, *, is_public: bool
) -> ImportedRecords:
    """Write a version of each row that says something new; raise BadParameter with the first faults, by row."""
    writing: Any = WritingEvent if kind == "events" else WritingOrganisation
    shape: Any = LearningEventDocument if kind == "events" else OrganisationDocument
    found = _rows(content)
    stored = {
        one.id: one.version
        for one in await queries.newest(database, [answers.EVENT if kind == "events" else answers.ORGANISATION], True)
    }
    made: list[tuple[str, Any]] = []
    faults: list[str] = []
    for number, row in enumerate(found, 2):
        try:
            id, document = str(row.pop("id", "")), shape.model_validate(row)
            said = writing(version=stored.get(id, 0), is_public=is_public, document=document)
            made.append((_new(id, [one for one, _ in made]), said))
        except ValidationError as error:
            one = error.errors()[0]
            faults.append(f"row {number}, {'.'.join(map(str, one['loc'])) or 'row'}: {one['msg']}")
        except BadParameter as error:
            faults.append(f"row {number}, id: {error.detail}")
    if faults:
        raise BadParameter(f"Nothing was taken. {'; '.join(faults[:MAX_FAULTS])}", "file")
    write: Any = answers.write_event if kind == "events" else answers.write_organisation
    written: list[str] = []
    unchanged: list[str] = []
    for id, said in made:
        kept = await write(database, caller, id, said)
        (unchanged if kept.version == stored.get(id) else written).append(id)
    return ImportedRecords(kind=kind, written=written, unchanged=unchanged)


def _new(id: str, before: Sequence[str]) -> str:
    if id in before:
        raise BadParameter("an earlier row has it too", "id")
    return answers.record_id(id)


def _rows(content: bytes) -> list[Row]:
    try:
        text = decoded(content)
        rows = msgspec.json.decode(text, type=list[Row]) if text.lstrip().startswith("[") else _of_csv(text)
    except (BadTable, msgspec.MsgspecError) as error:
        raise BadParameter(f"The file cannot be read: {error}", "file") from error
    if not rows or len(rows) > MAX_ROWS:
        raise BadParameter(f"The file has {len(rows)} rows; send 1 to {MAX_ROWS}.", "file")
    return rows


def _of_csv(text: str) -> list[Row]:
    """Rows by heading; lists in a cell with semicolons, `learned` as `organisation: what`."""
    if not (rows := text_rows(text)):
        raise BadTable("it is empty")
    head, *lines = rows
    names = [name.strip() for name in head]
    found = []
    for line in lines:
        row: Row = {name: cell.strip() for name, cell in zip(names, line, strict=False) if cell.strip()}
        if row:
            found.append({name: _value(name, cell) for name, cell in row.items()})
    return found


def _value(name: str, cell: str) -> Any:
    if name in LISTS:
        return [one.strip() for one in cell.split(";") if one.strip()]
    if name == "learned":
        parts = [one.partition(":") for one in cell.split(";") if one.strip()]
        return [{"organisation": who.strip(), "what": what.strip()} for who, _, what in parts]
    return cell.lower() in YES if name == "is_example" else cell
