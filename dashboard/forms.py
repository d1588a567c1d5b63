"""Forms as browsers send them without scripts, and the token that each carries."""

from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from api.access import tokens
from api.http.errors import BadParameter, NotAllowed
from texts import load

MAX_FIELDS: Final = 10
Fields = dict[str, str]


async def fields_of(request: Request, most: int = MAX_FIELDS) -> Fields:
    """Read a form of at most so many fields as browsers send it."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise BadParameter("Send the form as application/x-www-form-urlencoded.", "content-type")
    try:
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=most))
    except ValueError as error:
        raise BadParameter("This is no form of ours; open its page again.") from error


async def _fields(request: Request) -> Fields:
    return await fields_of(request)


Form = Annotated[Fields, Depends(_fields)]


def check_form(form: Fields, cookie: str) -> None:
    """Raise NotAllowed unless the form was made for this cookie: another site or session has no such token."""
    if not tokens.is_token(cookie) or not tokens.is_form_token(form.get("form_token", ""), cookie):
        raise NotAllowed("This form is not of this browser, or too old; open its page again.", "form_token")


def local(address: str) -> str:
    """Return an address of this site, so that a form or a link to one cannot lead elsewhere."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_local else "/"


def refusal(error: BadParameter | NotAllowed) -> str:
    """Say why a new password was not taken: what the catalogue has on the field, else the sentence of the rule."""
    return str(load()["account"]["password"]["refused"].get(error.field, error.detail))
