"""Answers: the rows of a path, then what is expanded, a statement a navigation whatever the number of entities.

All is read before the first byte of the answer leaves, so that an error is a status and never half a document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import psycopg

from api.http import times
from api.http.database import DatabasePool, seen_ids
from api.http.errors import BadSyntax, NotFound, NotSupported
from api.sensorthings import archived, query_text
from api.sensorthings.documents import Document, Form, Row
from api.sensorthings.entities import OBSERVATIONS, OF_DATASTREAM, SETS, navigation, observation_key
from api.sensorthings.expressions import BoundValues
from api.sensorthings.model import EntitySet, Navigation, at
from api.sensorthings.paths import Resource, Segment
from api.sensorthings.sources import COUNTED, FACILITY_OF, SEEN
from api.sensorthings.statements import Selection, T, for_each, linked, made
from api.sensorthings.syntax import Expansion, Options

PAGE: Final = 100
MAX_PAGE: Final = 10_000
MAX_ENTITIES: Final = 50_000
"""Of one answer, with all that is expanded."""
MAX_COUNTED: Final = 100_000
"""Observations that fit a condition and are counted; without one a counter is kept."""
OUT_OF_RANGE: Final = "A value in $filter or $orderby leaves its range when it is computed: {}."


class Entities(NamedTuple):
    """One page of entities, with what follows it."""

    documents: list[Document]
    rows: list[Row]
    form: Form
    selection: Selection
    has_more: bool
    number: int | None = None
    following: str | None = None
    """The token of the next page."""


class ListOrigin(NamedTuple):
    """Where a path begins to be a list: the entities that a navigation leads to from a value; all without one."""

    navigation: Navigation | None = None
    value: int | None = None


class EntityReader:
    """Reads what one caller may see; `seen` are its facilities, None all."""

    def __init__(self, database: DatabasePool, seen: frozenset[str] | None, root: str) -> None:
        self._database, self._root = database, root
        self._seen = seen_ids(seen)
        self._read = 0

    async def origin(self, resource: Resource) -> ListOrigin:
        """Return where the last part of a path begins; raise NotFound where an entity before it is not there."""
        *before, last = resource.segments
        if not before:
            return ListOrigin()
        assert last.navigation is not None
        parameters = BoundValues()
        sql = self._chain(before, f"{T}.{last.navigation.here}", parameters)
        found = await self._tuples(sql, parameters)
        if not found:
            raise await self._absent(before[-1])
        return ListOrigin(last.navigation, found[0][0])

    def _chain(self, segments: Sequence[Segment], column: str, parameters: BoundValues) -> str:
        """Return the SQL of a column of the one entity that segments lead to."""
        *before, last = segments
        where = self._key(last, parameters)
        if last.navigation is not None:
            inner = self._chain(before, f"{T}.{last.navigation.here}", parameters)
            where.append(linked(last.navigation, f"({inner})"))
        selection = self._selection(last.of, Options(), last.navigation)
        return f"SELECT {column} FROM {selection.table()} WHERE {' AND '.join(where)}"

    @staticmethod
    def _key(segment: Segment, parameters: BoundValues) -> list[str]:
        if segment.id is None:
            return []
        return [
            f"{at(column, T)} = {parameters.bind(value)}" for column, value in segment.of.key_of(segment.id).items()
        ]

    def _selection(self, of: EntitySet, options: Options, way: Navigation | None) -> Selection:
        is_of_one = way is not None and way.counted == OF_DATASTREAM
        return Selection(of, options, is_limited=self._is_limited(way), is_of_one=is_of_one)

    def _is_limited(self, way: Navigation | None) -> bool:
        return self._seen is not None and (way is None or way.is_wider)

    async def one(self, resource: Resource, options: Options) -> Document:
        """Return the one entity of a path; raise NotFound."""
        last, origin = resource.last, await self.origin(resource)
        selection = self._selection(last.of, options, origin.navigation)
        where = self._origin(selection, origin) + self._key(last, selection.parameters)
        found = await self._page(selection, where, 1)
        if not found.documents:
            raise await self._absent(last)
        return found.documents[0]

    async def many(self, resource: Resource, options: Options, address: str) -> Entities:
        """Return one page of the entities of a path, in order, with the token of what follows."""
        last, origin = resource.last, await self.origin(resource)
        selection = self._selection(last.of, options, origin.navigation)
        where = self._origin(selection, origin)
        count = None
        if options.is_counted:
            count = (await self._counts(selection, origin.navigation, where, origin.value))[None]
        if options.after is not None:
            selection.after(scope(address, options), options.after)
        found = await self._page(selection, where, _top(options))
        following = selection.token(scope(address, options), found.rows[-1]) if found.has_more else None
        return found._replace(number=count, following=following)

    @staticmethod
    def _origin(selection: Selection, origin: ListOrigin) -> list[str]:
        if origin.navigation is None:
            return []
        return [linked(origin.navigation, f"{selection.parameters.bind(origin.value)}::bigint")]

    async def _page(self, selection: Selection, where: Sequence[str], top: int) -> Entities:
        form = Form(selection, self._root)
        rows: list[Row] = []
        if top:
            await self._begin(selection)
            rows = list(await self._tuples(selection.rows(where, top + 1), selection.parameters))
        has_more, rows = len(rows) > top > 0, rows[:top]
        self._spend(len(rows))
        documents = [form.write(row) for row in rows]
        await self._expand(selection, form, rows, documents)
        return Entities(documents, rows, form, selection, has_more)

    async def _begin(self, selection: Selection) -> None:
        if selection.beginning is not None:
            (found,), *_ = await self._tuples(selection.beginning, BoundValues())
            selection.begin(found or times.now())

    async def _expand(self, selection: Selection, form: Form, rows: list[Row], documents: list[Document]) -> None:
        for expansion in selection.options.expand:
            way = navigation(selection.of, expansion.name, "$expand")
            place = form.here[way.name]
            values = sorted({int(row[place]) for row in rows if row[place] is not None})
            found = await self._led_to(way, expansion, values)
            for row, document in zip(rows, documents, strict=True):
                found.write(document, row[place], f"{form.address(form.id(row))}/{way.name}")

    async def _led_to(self, way: Navigation, expansion: Expansion, values: list[int]) -> Led:
        """Return what one navigation leads to from each of the values, by one statement (and one for the counts)."""
        options, of = expansion.options, SETS[way.target]
        if not way.is_many and any(one is not None for one in (options.top, options.skip, options.is_counted)):
            raise BadSyntax(f"$expand: there is one {way.name}; leave out $top, $skip and $count.", "$expand")
        selection = self._selection(of, options, way)
        form, top = Form(selection, self._root), _top(options) if way.is_many else 1
        await self._begin(selection)
        inner = selection.rows([linked(way, "p.value")], top + 1)
        sql = f"{for_each(inner, selection.parameters.bind(values))} LIMIT {MAX_ENTITIES + 1}"
        rows = await self._tuples(sql, selection.parameters) if values and top else []
        groups: dict[int, list[Row]] = {value: [] for value in values}
        for value, *row in rows:
            groups[value].append(row)
        kept = [(value, row) for value, group in groups.items() for row in group[:top]]
        self._spend(len(kept))
        documents = [form.write(row) for _, row in kept]
        await self._expand(selection, form, [row for _, row in kept], documents)
        written: dict[int, list[Document]] = {value: [] for value in values}
        for (value, _), document in zip(kept, documents, strict=True):
            written[value].append(document)
        counts: dict[int | None, int] = {}
        if options.is_counted:
            counts = await self._counts(selection, way, [linked(way, "p.value")], values)
        return Led(way, selection, top, written, rows=groups, counts=counts)

    async def _counts(
        self, selection: Selection, way: Navigation | None, where: Sequence[str], value: int | list[int] | None
    ) -> dict[int | None, int]:
        """Return the number of entities for each value, or, for no list, for None; kept counters of observations."""
        parameters, is_list = selection.parameters, isinstance(value, list)
        if selection.of is OBSERVATIONS and selection.options.filter is None:
            parameters = BoundValues()
            inner = self._counter(way, "p.value" if is_list else f"{parameters.bind(value)}::bigint")
        else:
            inner = selection.number(where, MAX_COUNTED + 1)
        if is_list:
            inner = f"SELECT p.value, ({inner}) FROM unnest({parameters.bind(value)}::bigint[]) AS p (value)"
        found = await self._tuples(inner, parameters)
        counts: dict[int | None, int] = {None: int(found[0][0])} if not is_list else dict(map(_pair, found))
        if selection.options.filter is not None and any(count > MAX_COUNTED for count in counts.values()):
            raise NotSupported(
                f"More than {MAX_COUNTED:,} entities fit this condition, and so many are not counted; leave out "
                "$count, or narrow the condition.",
                "$count",
            )
        return counts

    def _counter(self, way: Navigation | None, value: str) -> str:
        where = "true" if way is None else f"{way.counted} = {value}"
        seen = f"{FACILITY_OF['Datastreams']} = ANY (%(seen)s::text[])" if self._is_limited(way) else "true"
        return COUNTED.replace(SEEN, seen).replace("{where}", where)

    def _spend(self, entities: int) -> None:
        self._read += entities
        if self._read > MAX_ENTITIES:
            raise BadSyntax(
                f"The answer would have more than {MAX_ENTITIES:,} entities; give $top, also within $expand, or expand "
                "less.",
                "$top",
            )

    async def _absent(self, segment: Segment) -> Exception:
        if segment.of is OBSERVATIONS and segment.id is not None:
            await archived.check_time(self._database, observation_key(segment.id)[1])
        one = segment.of.entity if segment.id is None else f"{segment.of.entity} {segment.id}"
        return NotFound(f"There is no {one} here that you may read; {self._root}/{segment.of.name} lists them.", "path")

    async def _tuples(self, sql: str, parameters: BoundValues) -> Sequence[Sequence[Any]]:
        statement = made(sql, parameters, self._seen)
        try:
            return await self._database.tuples(statement.sql, statement.values)
        except psycopg.DataError as error:
            reason = error.diag.message_primary or "it has no such value"
            raise BadSyntax(OUT_OF_RANGE.format(reason), "$filter") from error


class Led(NamedTuple):
    """What a navigation leads to, by the value that it begins at: documents, and the rows they are of."""

    way: Navigation
    selection: Selection
    top: int
    documents: dict[int, list[Document]]
    rows: dict[int, list[Row]]
    """With one more than the documents where there is a next page."""
    counts: dict[int | None, int]

    def write(self, document: Document, value: int | None, address: str) -> None:
        """Put into a document what the navigation at this address leads to."""
        name, options = self.way.name, self.selection.options
        found = self.documents.get(value, []) if value is not None else []
        if not self.way.is_many:
            document[name] = found[0] if found else None
            return
        if options.is_counted:
            document[f"{name}@iot.count"] = self.counts.get(value, 0)
        if found and value is not None and len(self.rows[value]) > self.top:
            token = self.selection.token(scope(address, options), self.rows[value][self.top - 1])
            document[f"{name}@iot.nextLink"] = f"{address}?{query_text.spell(options._replace(after=token, skip=None))}"
        document[name] = found


def _pair(row: Sequence[Any]) -> tuple[int, int]:
    return row[0], int(row[1])


def scope(address: str, options: Options) -> str:
    """Return what a token belongs to: the list of an address, by its condition and order."""
    return f"{address} {options.filter!r} {options.orderby!r}"


def _top(options: Options) -> int:
    return PAGE if options.top is None else min(options.top, MAX_PAGE)
