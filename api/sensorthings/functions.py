"""The functions of $filter and $orderby: what each takes, what it gives, and its SQL."""

from __future__ import annotations

from typing import Final, NamedTuple

from api.sensorthings.model import BOOLEAN, CLOCK, DAY, NUMBER, TEXT, TIME


class Function(NamedTuple):
    """Kinds of what it takes, the kind of what it gives, and SQL with {0}, {1}, {2} for what it takes."""

    takes: tuple[str, ...]
    gives: str
    sql: str


PLACE: Final = "least(greatest(trunc({1}), 0), 1000000000)::integer"
FUNCTIONS: Final[dict[str, tuple[Function, ...]]] = {
    "substringof": (Function((TEXT, TEXT), BOOLEAN, "(strpos({1}, {0}) > 0)"),),
    "contains": (Function((TEXT, TEXT), BOOLEAN, "(strpos({0}, {1}) > 0)"),),
    "startswith": (Function((TEXT, TEXT), BOOLEAN, "starts_with({0}, {1})"),),
    "endswith": (Function((TEXT, TEXT), BOOLEAN, "(right({0}, length({1})) = {1})"),),
    "length": (Function((TEXT,), NUMBER, "length({0})"),),
    "indexof": (Function((TEXT, TEXT), NUMBER, "(strpos({0}, {1}) - 1)"),),
    "substring": (
        Function((TEXT, NUMBER), TEXT, f"substr({{0}}, {PLACE} + 1)"),
        Function((TEXT, NUMBER, NUMBER), TEXT, f"substr({{0}}, {PLACE} + 1, {PLACE.replace('{1}', '{2}')})"),
    ),
    "tolower": (Function((TEXT,), TEXT, "lower({0})"),),
    "toupper": (Function((TEXT,), TEXT, "upper({0})"),),
    "trim": (Function((TEXT,), TEXT, "btrim({0})"),),
    "concat": (Function((TEXT, TEXT), TEXT, "({0} || {1})"),),
    "year": (Function((TIME,), NUMBER, "extract(year FROM {0})"),),
    "month": (Function((TIME,), NUMBER, "extract(month FROM {0})"),),
    "day": (Function((TIME,), NUMBER, "extract(day FROM {0})"),),
    "hour": (Function((TIME,), NUMBER, "extract(hour FROM {0})"),),
    "minute": (Function((TIME,), NUMBER, "extract(minute FROM {0})"),),
    "second": (Function((TIME,), NUMBER, "floor(extract(second FROM {0}))"),),
    "fractionalseconds": (Function((TIME,), NUMBER, "mod(extract(second FROM {0}), 1)"),),
    "totaloffsetminutes": (Function((TIME,), NUMBER, "(0 * extract(hour FROM {0}))"),),
    "date": (Function((TIME,), DAY, "({0})::date"),),
    "time": (Function((TIME,), CLOCK, "({0})::time"),),
    "now": (Function((), TIME, "now()"),),
    "mindatetime": (Function((), TIME, "'-infinity'::timestamptz"),),
    "maxdatetime": (Function((), TIME, "'infinity'::timestamptz"),),
    "round": (Function((NUMBER,), NUMBER, "round(({0})::numeric)"),),
    "floor": (Function((NUMBER,), NUMBER, "floor({0})"),),
    "ceiling": (Function((NUMBER,), NUMBER, "ceil({0})"),),
}
"""OGC 18-088 section 9.3.3.5.2, and `contains` of OData 4. Times are of UTC, so that their offset is none."""
OF_GEOMETRY: Final = ("geo.distance", "geo.length")
"""Beside the relations of `geometries`."""
NOT_OFFERED: Final = ("st_relate", "before", "after", "during", "overlaps", "meets", "starts", "finishes", "any", "all")
"""Of the standard, of OData or of FROST-Server."""
