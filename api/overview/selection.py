"""Which facilities an overview is of: by region, operator, state, commodity, name and place; worst first, in pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Final, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from api.facilities.models import Facility
from api.http.parameters import Parameters
from api.overview.models import Choices, Place
from tailings.assess.model import Verdict
from tailings.assess.verdict import SEVERITY

MAX_ON_A_PAGE: Final = 500
MAX_TEXT: Final = 100
MAX_PAGE: Final = 10_000
Box = tuple[float, float, float, float]


def edges(text: str) -> Box:
    """West, south, east and north of a box that was asked for."""
    west, south, east, north = (float(one) for one in text.split(","))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(text)
    return west, south, east, north


def _box(text: str) -> str:
    try:
        edges(text)
    except ValueError as error:
        raise PydanticCustomError(
            "bad-box", "give west, south, east and north in degrees (WGS 84), for example box=-9,37,-7,41"
        ) from error
    return text


Given = BeforeValidator(lambda value: None if value == "" else value)
"""A form sends each of its fields, an empty one for what nobody chose."""
BoxText = Annotated[
    Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_box)] | None,
    Given,
    Field(description="west,south,east,north: degrees, WGS 84", examples=["-9,37,-7,41"]),
]
Text = Annotated[Annotated[str, Field(max_length=MAX_TEXT)] | None, Given]


class OverviewQuery(Parameters):
    """Which facilities; those that you may read and that meet all that is given."""

    region: Annotated[Text, Field(description="NUTS code, or how it begins", examples=["PT"])] = None
    operator: Annotated[Text, Field(description="As the facility file has it")] = None
    state: Annotated[Verdict | None, Given, Field(description="The worst that is to be said of dam and water")] = None
    element: Annotated[Text, Field(description="A commodity of its newest study", examples=["W"])] = None
    search: Annotated[Text, Field(description="A part of its name, id, region or operator, in any case")] = None
    box: BoxText = None
    page: Annotated[int, Field(ge=1, le=MAX_PAGE, description="Which page; the worst facilities are on the first")] = 1
    limit: Annotated[int, Field(ge=1, le=MAX_ON_A_PAGE, description="Facilities on a page")] = MAX_ON_A_PAGE


class Listed(NamedTuple):
    """A facility that may be chosen: what it is chosen by."""

    facility: Facility
    state: Verdict
    elements: Collection[str]


def chosen(all_listed: Sequence[Listed], query: OverviewQuery) -> list[Listed]:
    """Return those that meet all that is asked for, the worst first, then by id."""
    found = [one for one in all_listed if _meets(one, query)]
    return sorted(found, key=lambda one: (-SEVERITY.index(one.state), one.facility.id))


def on_page(found: Sequence[Listed], query: OverviewQuery) -> Sequence[Listed]:
    """Return those on the page."""
    return found[(query.page - 1) * query.limit : query.page * query.limit]


def choices(all_listed: Sequence[Listed]) -> Choices:
    """Return what can be chosen by."""
    return Choices(
        regions=sorted({one.facility.region for one in all_listed if one.facility.region}),
        operators=sorted({one.facility.operator for one in all_listed if one.facility.operator}),
        elements=sorted({element for one in all_listed for element in one.elements}),
    )


def by_state(listed: Sequence[Listed]) -> Mapping[Verdict, int]:
    """Count facilities by state, the worst first."""
    counts = Counter(one.state for one in listed)
    return {state: counts[state] for state in reversed(SEVERITY) if counts[state]}


def places(found: Sequence[Listed]) -> list[Place]:
    """Return where facilities lie; one without a location is left out."""
    return [
        Place(
            facility=one.facility.id,
            name=one.facility.name,
            state=one.state,
            lon=one.facility.location.lon,
            lat=one.facility.location.lat,
        )
        for one in found
        if one.facility.location
    ]


def _meets(one: Listed, query: OverviewQuery) -> bool:
    facility = one.facility
    return (
        (query.region is None or (facility.region or "").startswith(query.region))
        and query.operator in (None, facility.operator)
        and query.state in (None, one.state)
        and (query.element is None or query.element in one.elements)
        and (query.search is None or query.search.casefold() in _text(facility))
        and (query.box is None or _is_inside(facility, edges(query.box)))
    )


def _text(facility: Facility) -> str:
    return " ".join([facility.name, facility.id, facility.region or "", facility.operator or ""]).casefold()


def _is_inside(facility: Facility, box: Box) -> bool:
    at = facility.location
    return at is not None and box[0] <= at.lon <= box[2] and box[1] <= at.lat <= box[3]
