"""What is tested of the SensorThings API, as data: docs/sensorthings.md shows it as a table, test_cases runs it.

What to ask is from FROST-Server's tests (github.com/FraunhoferIOSB/FROST-Server, FROST-Server.Tests, `c03filtering`:
FilterTests, DateTimeTests, GeoTests, JsonPropertiesTests) and from OGC 18-088, sections 9 and 13; entities and expected
answers are facts of the api's own site (tests/api/site.py).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from tests.api import site


class Case(NamedTuple):
    """A question and what its answer has: the names of its entities, a count, or the whole body; None: status 204."""

    topic: str
    says: str
    path: str
    expected: Any


THINGS: Final = ["vale:n01", "vale:n07", "vale:n09"]
LEVELS: Final = ["vale:n07:vw1.level", "vale:n09:vw1.level"]
ALL: Final = [
    "vale:n07:vw1.level",
    "vale:n07:vw1.frequency",
    "vale:n07:battery.voltage",
    "vale:n01:baro.pressure",
    "vale:n09:vw1.level",
]
SUSPECT: Final = [400.5]
AROUND: Final = "geography'POLYGON((-8 40,-7 40,-7 41,-8 41,-8 40))'"
HERE: Final = "geography'POINT(-7.73 40.16)'"
ALONG: Final = "geography'LINESTRING(-8.73 40.16,-6.73 40.16)'"
HOLED: Final = "geography'POLYGON((-8 40,-7 40,-7 41,-8 41,-8 40),(-7.8 40.1,-7.7 40.1,-7.7 40.2,-7.8 40.2,-7.8 40.1))'"
BESIDE: Final = "geography'POLYGON((0 0,1 0,1 1,0 1,0 0))'"
LEVEL: Final = "Datastreams(1)/Observations"

PATHS: Final = [
    Case("path", "a list", "Things", THINGS),
    Case("path", "an entity", "Datastreams(1)/name", {"name": LEVELS[0]}),
    Case("path", "entities that one leads to", "Things(2)/Datastreams", ALL[:3]),
    Case("path", "the one that one leads to", "Datastreams(1)/Thing/name", {"name": "vale:n07"}),
    Case("path", "over three entities", "Datastreams(1)/Thing/Locations", ["vale:n07"]),
    Case("path", "an id after a navigation", "Things(2)/Datastreams(3)/name", {"name": ALL[2]}),
    Case("path", "a quantity and all that measure it", "Datastreams(1)/ObservedProperty/Datastreams", LEVELS),
    Case(
        "path",
        "the feature of an observation",
        f"{LEVEL}(13986582400000)/FeatureOfInterest/name",
        {"name": "Vale do Sino"},
    ),
    Case("path", "history of places", "Things(1)/HistoricalLocations?$select=id&$count=true&$top=0", 1),
    Case("path", "$value of a text", "Datastreams(1)/unitOfMeasurement/symbol/$value", "m"),
    Case("path", "$value of a number", f"{LEVEL}(13986582400000)/result/$value", "318.0"),
    Case("path", "a part of a property", "Things(1)/properties/node", {"node": "n01"}),
    Case("path", "a property without a value: 204", f"{LEVEL}(13986588400000)/result", None),
    Case("path", "$value of a property without a value: 204", f"{LEVEL}(13986588400000)/result/$value", None),
    Case("path", "an empty list", "Datastreams(5)/Observations", []),
]
OPTIONS: Final = [
    Case("$top", "0, with a count", "Observations?$top=0&$count=true", site.LEVEL_ROWS + 2),
    Case("$top", "more than there may be is capped", "Things?$top=999999999", THINGS),
    Case("$skip", "from the start", "Things?$skip=2", THINGS[2:]),
    Case("$count", "does not depend on the page", "Things?$count=true&$top=1&$skip=1", 3),
    Case("$count", "of a kept counter, below a Datastream", f"{LEVEL}?$count=true&$top=0", site.LEVEL_ROWS),
    Case("$count", "of a condition", f"{LEVEL}?$count=true&$top=0&$filter=result gt 321", 2),
    Case("$count", "in capitals", "Things?$count=TRUE&$top=0", 3),
    Case("$orderby", "descending", "Things?$orderby=name desc", THINGS[::-1]),
    Case("$orderby", "the direction in capitals", "Things?$orderby=name DESC", THINGS[::-1]),
    Case(
        "$orderby",
        "two properties",
        "Datastreams?$orderby=description,name desc",
        [ALL[3], ALL[1], ALL[2], LEVELS[1], LEVELS[0]],
    ),
    Case("$orderby", "of another entity", "Datastreams?$orderby=Thing/name desc,id&$top=2", [ALL[4], ALL[0]]),
    Case(
        "$orderby", "an expression", "Datastreams?$orderby=id mod 2,id desc", [ALL[3], ALL[1], ALL[4], ALL[2], ALL[0]]
    ),
    Case("$orderby", "ascending: missing first", f"{LEVEL}?$orderby=result&$top=2", [None, 318.0]),
    Case("$orderby", "descending: missing last", f"{LEVEL}?$orderby=result desc&$top=2", [9999.0, 400.5]),
    Case("$select", "of one property", "Things?$select=name&$top=1", [{"name": "vale:n01"}]),
    Case("$select", "of the id", "Things?$select=id&$top=1", [{"@iot.id": 1}]),
    Case("$select", "spelled %24select", "Things?%24select=name&%24top=1", [{"name": "vale:n01"}]),
]
FILTERS: Final = [
    Case("$filter", "eq", "Things?$filter=name eq 'vale:n07'", ["vale:n07"]),
    Case("$filter", "ne", "Things?$filter=name ne 'vale:n07'", ["vale:n01", "vale:n09"]),
    Case("$filter", "gt", "Datastreams?$filter=id gt 3", ALL[3:]),
    Case("$filter", "ge", "Datastreams?$filter=id ge 3", ALL[2:]),
    Case("$filter", "lt", "Datastreams?$filter=id lt 3", ALL[:2]),
    Case("$filter", "le", "Datastreams?$filter=id le 3", ALL[:3]),
    Case("$filter", "spaces as +", "Datastreams?$filter=id+le+3", ALL[:3]),
    Case("$filter", "@iot.id", "Datastreams?$filter=@iot.id eq 3", ALL[2:3]),
    Case("$filter", "and", "Datastreams?$filter=id ge 2 and id le 3", ALL[1:3]),
    Case("$filter", "or", "Datastreams?$filter=id eq 1 or id eq 5", LEVELS),
    Case("$filter", "not", "Datastreams?$filter=not (id gt 2)", ALL[:2]),
    Case("$filter", "not, of what is missing", "Observations?$filter=not (result gt 1) and Datastream/id eq 1", [None]),
    Case("$filter", "brackets before and, or", "Datastreams?$filter=(id eq 1 or id eq 2) and id eq 2", ALL[1:2]),
    Case("$filter", "and before or", "Datastreams?$filter=id eq 1 or id eq 2 and id eq 3", ALL[:1]),
    Case("$filter", "add, sub", "Datastreams?$filter=id add 2 sub 1 eq 3", ALL[1:2]),
    Case("$filter", "mul before add", "Datastreams?$filter=1 add id mul 2 eq 5", ALL[1:2]),
    Case("$filter", "div", "Datastreams?$filter=id div 2 eq 2.5", ALL[4:]),
    Case("$filter", "mod", "Datastreams?$filter=id mod 2 eq 0", [ALL[1], ALL[3]]),
    Case("$filter", "a division by zero is no answer", "Datastreams?$filter=id div 0 eq 1", []),
    Case("$filter", "eq null", "Observations?$filter=result eq null", [None]),
    Case("$filter", "ne null", f"{LEVEL}?$filter=result ne null&$top=1", [318.0]),
    Case("$filter", "of a part of JSON", "Things?$filter=properties/node eq 'n07'", ["vale:n07"]),
    Case("$filter", "of a number in JSON", "Things?$filter=properties/expected_interval_s gt 60", ["vale:n01"]),
    Case("$filter", "of JSON that is not there", "Things?$filter=properties/nothing eq null", THINGS),
    Case("$filter", "of JSON of another kind", "Things?$filter=properties/node gt 5", []),
    Case("$filter", "of the quality", "Observations?$filter=resultQuality/flag eq 3", SUSPECT),
    Case("$filter", "of an index in JSON", "Observations?$filter=resultQuality/tests[1] eq 'spike'", SUSPECT),
    Case("$filter", "of the unit", "Datastreams?$filter=unitOfMeasurement/name eq 'V'", ALL[2:3]),
    Case("$filter", "of GeoJSON", "Locations?$filter=location/type eq 'Point'", THINGS),
    Case("$filter", "of another entity", "Datastreams?$filter=Thing/name eq 'vale:n01'", ALL[3:4]),
    Case("$filter", "over two entities", "Things?$filter=Datastreams/ObservedProperty/name eq 'voltage'", ["vale:n07"]),
    Case(
        "$filter",
        "there and back",
        "ObservedProperties?$filter=Datastreams/Thing/Datastreams/id eq 3",
        ["water-level", "frequency", "voltage"],
    ),
    Case(
        "$filter",
        "two entities in one comparison",
        "Datastreams?$filter=Thing/properties/node eq Sensor/properties/node",
        ALL,
    ),
    Case("$filter", "no such entity, eq null", "Things?$filter=Datastreams/id eq null", []),
    Case("$filter", "a quote in a text", "Things?$filter=name eq 'val''e'", []),
]
FUNCTIONS: Final = [
    Case("text", "substringof", "Things?$filter=substringof('n0',name)", THINGS),
    Case("text", "startswith", "Datastreams?$filter=startswith(name,'vale:n07')", ALL[:3]),
    Case("text", "endswith", "Datastreams?$filter=endswith(name,'level')", LEVELS),
    Case("text", "length", "Datastreams?$filter=length(name) eq 18", LEVELS),
    Case("text", "indexof", "Things?$filter=indexof(name,'n07') eq 5", ["vale:n07"]),
    Case("text", "substring, from", "Things?$filter=substring(name,5) eq 'n09'", ["vale:n09"]),
    Case("text", "substring, from and length", "Things?$filter=substring(name,0,4) eq 'vale'", THINGS),
    Case("text", "tolower", "Things?$filter=tolower('N07') eq properties/node", ["vale:n07"]),
    Case("text", "toupper", "Things?$filter=toupper(properties/node) eq 'N07'", ["vale:n07"]),
    Case("text", "trim", "Things?$filter=trim(' vale:n07 ') eq name", ["vale:n07"]),
    Case("text", "concat", "Things?$filter=concat(properties/facility,':n07') eq name", ["vale:n07"]),
    Case("number", "round, of half away from zero", "Datastreams?$filter=round(id div 2) eq 1", ALL[:2]),
    Case("number", "floor", "Datastreams?$filter=floor(id div 2) eq 1", ALL[1:3]),
    Case("number", "ceiling", "Datastreams?$filter=ceiling(id div 2) eq 1", ALL[:2]),
    Case(
        "time",
        "gt an instant",
        f"{LEVEL}?$filter=phenomenonTime gt 2026-05-02T23:58:00Z",
        [site.level(site.MINUTES - 1)[0]],
    ),
    Case(
        "time", "an instant of another zone", f"{LEVEL}?$filter=phenomenonTime eq 2026-05-01T02:00:00%2B02:00", [318.0]
    ),
    Case(
        "time",
        "lt an interval",
        f"{LEVEL}?$filter=phenomenonTime lt 2026-05-01T00:01:00Z/2026-05-01T01:00:00Z",
        [318.0],
    ),
    Case(
        "time",
        "gt an interval: its end is not in it",
        f"{LEVEL}?$filter=phenomenonTime gt 2026-05-01T00:00:00Z/2026-05-02T23:59:00Z",
        [site.level(site.MINUTES - 1)[0]],
    ),
    Case(
        "time", "an interval before an instant", "Datastreams?$filter=phenomenonTime lt 2026-05-03T00:00:00Z", ALL[:1]
    ),
    Case(
        "time",
        "an interval equal to one",
        "Datastreams?$filter=phenomenonTime eq 2026-05-01T00:00:00Z/2026-05-02T23:59:00Z",
        ALL[:1],
    ),
    Case("time", "an interval that is missing", "Datastreams?$filter=phenomenonTime eq null", [ALL[1], ALL[4]]),
    Case(
        "time",
        "year, month, day",
        f"{LEVEL}?$top=1&$filter="
        + " and ".join(("year(phenomenonTime) eq 2026", "month(phenomenonTime) eq 5", "day(phenomenonTime) eq 1")),
        [318.0],
    ),
    Case(
        "time",
        "hour, minute, second",
        f"{LEVEL}?$top=1&$filter="
        + " and ".join(("hour(phenomenonTime) eq 0", "minute(phenomenonTime) eq 1", "second(phenomenonTime) eq 0")),
        [site.level(1)[0]],
    ),
    Case(
        "time",
        "fractionalseconds, totaloffsetminutes",
        f"{LEVEL}?$top=1&$filter=fractionalseconds(phenomenonTime) eq 0 and totaloffsetminutes(phenomenonTime) eq 0",
        [318.0],
    ),
    Case(
        "time",
        "date and time",
        f"{LEVEL}?$filter=date(phenomenonTime) eq 2026-05-02 and time(phenomenonTime) eq 23:59",
        [site.level(site.MINUTES - 1)[0]],
    ),
    Case(
        "time",
        "now, mindatetime, maxdatetime",
        "HistoricalLocations?$top=0&$count=true&$filter="
        "time le now() and time gt mindatetime() and time lt maxdatetime()",
        3,
    ),
    Case(
        "time",
        "a duration",
        f"{LEVEL}?$filter=phenomenonTime sub duration'PT23H59M' eq 2026-05-02T00:00:00Z",
        [site.level(site.MINUTES - 1)[0]],
    ),
    Case("space", "geo.intersects with a polygon", f"Locations?$filter=geo.intersects(location,{AROUND})", THINGS),
    Case("space", "geo.intersects with a hole around it", f"Locations?$filter=geo.intersects(location,{HOLED})", []),
    Case("space", "st_intersects with a line", f"Locations?$filter=st_intersects(location,{ALONG})", THINGS),
    Case("space", "st_within", f"Locations?$filter=st_within(location,{AROUND})", THINGS),
    Case("space", "st_contains, the polygon first", f"Locations?$filter=st_contains({AROUND},location)", THINGS),
    Case("space", "st_equals", f"Locations?$filter=st_equals(location,{HERE})", THINGS),
    Case("space", "st_disjoint", f"Locations?$filter=st_disjoint(location,{BESIDE})", THINGS),
    Case(
        "space",
        "st_touches: an end of a line",
        "Locations?$filter=st_touches(location,geography'LINESTRING(-7.73 40.16,0 0)')",
        THINGS,
    ),
    Case(
        "space",
        "st_crosses, st_overlaps: a point does neither",
        f"Locations?$filter=st_crosses(location,{ALONG}) or st_overlaps(location,{AROUND})",
        [],
    ),
    Case(
        "space",
        "geo.distance, in degrees",
        "Locations?$filter=geo.distance(location,geography'POINT(-7.73 41.16)') lt 1.001",
        THINGS,
    ),
    Case("space", "geo.length, in degrees", f"Locations?$filter=geo.length({ALONG}) eq 2", THINGS),
    Case(
        "space",
        "the feature of interest",
        f"FeaturesOfInterest?$filter=geo.intersects(feature,{AROUND}) and name eq 'Rosa'",
        ["Rosa"],
    ),
    Case(
        "space",
        "across entities",
        f"Datastreams?$filter=st_within(Thing/Locations/location,{AROUND}) and id eq 1",
        ALL[:1],
    ),
]
PARTS: Final = [
    Case(
        "path", "an index in a property", "Observations(13986594400000)/resultQuality/tests[1]", {"tests[1]": "spike"}
    ),
    Case("space", "geo.length of a point", "Locations?$filter=geo.length(location) eq 0", THINGS),
    Case("space", "the area of a Datastream", f"Datastreams?$filter=geo.intersects(observedArea,{AROUND})", ALL),
]
CASES: Final = [*PATHS, *OPTIONS, *FILTERS, *FUNCTIONS, *PARTS]
