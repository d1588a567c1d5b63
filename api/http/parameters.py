"""The parameters that several addresses share, and the sentences for those that are wrong."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Header, Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from api.http import times
from api.http.cursors import MAX_POSITION
from toml_file.nearest import near
from wire import names

MAX_SHOWN: Final = 60
QUALITIES: Final = (1, 2, 3, 4, 9)
INTERVAL_PATTERN: Final = r"P(?=\d|T\d)(?:(\d{1,3})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?"
INTERVAL: Final = re.compile(INTERVAL_PATTERN, re.ASCII)
MAX_INTERVAL_S: Final = 366 * 86_400


FormToken = Annotated[str | None, Header(description="A session sends its `form_token` of /api/v1/me")]
"""Of a session that changes something; `api.access.tokens.check_form` takes it."""


class Parameters(BaseModel):
    """Query parameters of one address; an unknown one is an error, since a typo would change the answer silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class FormParameters(Parameters):
    """Those that a form of a page sends too: what was left empty there asks for nothing."""

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_anything(cls, value: object) -> object:
        return None if value == "" else value


def _instant(value: object) -> datetime:
    try:
        return times.parse(str(value))
    except times.BadTime as error:
        raise PydanticCustomError("bad-time", "{reason}", {"reason": str(error)}) from error


def _qualities(value: object) -> tuple[int, ...]:
    words = [word.strip() for text in (value if isinstance(value, list) else [value]) for word in str(text).split(",")]
    known = {str(quality): quality for quality in QUALITIES}
    if any(word not in known for word in words):
        raise PydanticCustomError(
            "bad-quality", "give flags 1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing, for example quality=1,2"
        )
    return tuple(sorted({known[word] for word in words}))


def _interval(value: object) -> int:
    found = INTERVAL.fullmatch(str(value))
    days, hours, minutes, seconds = (int(number or 0) for number in found.groups()) if found else (0, 0, 0, 0)
    width_s = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if not 1 <= width_s <= MAX_INTERVAL_S:
        raise PydanticCustomError("bad-interval", "write an ISO 8601 duration, for example PT10M, PT1H or P1D")
    return width_s


def _id(value: object) -> str:
    if not names.is_id(value):
        raise PydanticCustomError("bad-id", "an id has lower-case letters, digits and -, for example n07")
    return str(value)


def is_sender(text: str) -> bool:
    """Whether this is a node, an agent, or the nodes together that no facility file has."""
    return text == STRANGERS or names.is_id(text.removeprefix("_edge/"))


def _sender(value: object) -> str:
    if not is_sender(str(value)):
        raise PydanticCustomError("bad-sender", "a sender is a node (n07) or an agent (_edge/gw1)")
    return str(value)


STRANGERS: Final = "?"
"""The sender of what nodes that no facility file has are folded into (`ingest.store.bounds`)."""
ID_PATTERN: Final = "[a-z0-9][a-z0-9-]{0,31}"

Id = Annotated[str, BeforeValidator(_id), WithJsonSchema({"type": "string", "pattern": f"^{ID_PATTERN}$"})]
Sender = Annotated[
    str, BeforeValidator(_sender), WithJsonSchema({"type": "string", "pattern": rf"^((_edge/)?{ID_PATTERN}|\?)$"})
]
Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Qualities = Annotated[
    tuple[int, ...],
    BeforeValidator(_qualities),
    WithJsonSchema({"type": "array", "items": {"type": "integer", "enum": list(QUALITIES)}, "minItems": 1}),
]
Interval = Annotated[
    int,
    BeforeValidator(_interval),
    WithJsonSchema({"type": "string", "pattern": f"^{INTERVAL_PATTERN}$", "examples": ["PT1H"]}),
]
"""Seconds."""
FacilityId = Annotated[str, Path(description="Id of the facility.", examples=["vale"], max_length=100)]
PlanId = Annotated[Id, Path(description="Id of the plan", examples=["overtopping"])]
AlarmId = Annotated[int, Path(ge=1, le=MAX_POSITION, description="Number of the alarm")]
EvidenceId = Annotated[int, Path(ge=1, le=MAX_POSITION, description="Number of the evidence")]
AsOf = Annotated[
    Instant | None,
    Field(description="RFC 3339: what had been received then, with values and flags from before later revisions"),
]
Cursor = Annotated[str | None, Field(max_length=100, description="From `next` of the page before, as it is")]
DatastreamRef = Annotated[
    str,
    Path(description="Full name or integer id of the datastream.", examples=["vale:n07:vw1.level"], max_length=200),
]


def sentences(request: Request, error: RequestValidationError) -> list[tuple[str, str]]:
    """Return (field, sentence) of each parameter that is wrong."""
    return [(_field(item), _sentence(request, item)) for item in error.errors()]


def _field(item: dict[str, Any]) -> str:
    place, *words = [str(word) for word in item["loc"]]
    return words[0] if words else place


def _sentence(request: Request, item: dict[str, Any]) -> str:
    field, given = _field(item), ascii(item.get("input"))[:MAX_SHOWN]
    if item["type"] == "extra_forbidden":
        return f"There is no parameter {ascii(field)[:MAX_SHOWN]} here; {nearest(field, sorted(_known(request)))}."
    if item["type"] == "missing":
        return f"{field} is missing; it is required."
    reason = str(item["msg"]).removeprefix("Input should be ").removeprefix("String should ")
    if item["type"].startswith("bad-"):
        return f"{field} cannot be {given}: {reason}."
    return f"{field} must be {reason}, not {given}."


def nearest(name: str, known: Sequence[str]) -> str:
    """Return what to say of a name that is not known: the one that was meant, or all that there are."""
    meant = near(name, known, cutoff=0.6)
    return f"did you mean {meant}" if meant else f"known are {', '.join(known) or 'none'}"


def _known(request: Request) -> Iterator[str]:
    for parameter in request.scope["route"].dependant.query_params:  # codespell:ignore dependant
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from (info.alias or name for name, info in annotation.model_fields.items())
        else:
            yield parameter.alias
