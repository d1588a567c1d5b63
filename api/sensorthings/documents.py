"""Rows as documents: the properties that were selected, the id, the address of an entity and of what it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from api.http.errors import BadSyntax, NotSupported, shown
from api.http.parameters import nearest
from api.sensorthings.model import ID, EntitySet, at
from api.sensorthings.statements import Selection, T
from api.sensorthings.syntax import Path

Document = dict[str, Any]
Row = Sequence[Any]
IOT_ID: Final = "@iot.id"
IDS: Final = (ID, IOT_ID)


class Form:
    """How the rows of a selection become documents; it adds the columns that it needs to the selection."""

    def __init__(self, selection: Selection, root: str) -> None:
        of, select = selection.of, selection.options.select
        self._of, self._root = of, root
        self.names = _selected(of, select)
        expanded = {one.name for one in selection.options.expand}
        self._links = [name for name in of.navigations if name not in expanded and _is_named(select, name)]
        self._is_whole = select is None
        self._id = self._places(selection, ID)[0]
        self._properties = [
            (of.properties[name], self._places(selection, name)) for name in self.names if name not in IDS
        ]
        self.here = {
            name: selection.columns.add(f"{T}.{of.navigations[name].here}") for name in expanded & set(of.navigations)
        }
        """The place, in a row, of what each expanded navigation begins at."""

    def _places(self, selection: Selection, name: str) -> list[int]:
        return [selection.columns.add(at(sql, T)) for sql in self._of.properties[name].columns]

    def id(self, row: Row) -> int:
        """Return the id of a row."""
        return int(row[self._id])

    def address(self, id: int) -> str:
        """Return the address of the entity of this id."""
        return f"{self._root}/{self._of.name}({id})"

    def write(self, row: Row) -> Document:
        """Return the document of a row, without what is expanded."""
        id = self.id(row)
        own = self.address(id)
        document: Document = {IOT_ID: id} if ID in self.names else {}
        if self._is_whole:
            document["@iot.selfLink"] = own
        for found, places in self._properties:
            document[found.name] = found.write(tuple(row[place] for place in places))
        for name in self._links:
            document[f"{name}@iot.navigationLink"] = f"{own}/{name}"
        return document


def _is_named(select: tuple[Path, ...] | None, name: str) -> bool:
    return select is None or Path((name,)) in select


def _selected(of: EntitySet, select: tuple[Path, ...] | None) -> list[str]:
    """Return the names of the properties that are wanted; raise BadSyntax or NotSupported."""
    if select is None:
        return list(of.properties)
    names = []
    for one in select:
        name = ID if one.names[0] == IOT_ID else str(one.names[0])
        if name not in of.properties and name not in of.navigations:
            known = (*of.properties, *of.navigations)
            raise BadSyntax(f"$select: a {of.entity} has no {shown(name)}; {nearest(name, known)}.", "$select")
        if len(one.names) > 1:
            raise NotSupported(f"$select takes whole properties: {shown(name)}, not a part of it.", "$select")
        if name in of.properties and name not in names:
            names.append(name)
    return names
