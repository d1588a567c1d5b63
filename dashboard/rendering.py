"""Templates into answers: the filters that templates use, and what every page carries."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.access import Caller, tokens
from api.http import public_address
from dashboard.view_models import NodeRow
from runtime.release import release
from texts import Texts, languages, load, say, writing
from texts.languages import Language

from . import ages, assets, attention, doubts, duty_line, language, numbers, offline_diagnosis, states, tabs, verdict
from .value import amounts

if TYPE_CHECKING:
    from jinja2 import Environment, FileSystemBytecodeCache

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"
THEMES: Final = ("light", "dark")
PASSING: Final = (429, 503)
OF_FACILITIES: Final = ("facilities", "nodes", "alarms")
"""Pages of all facilities, as the frame names them: who may see none has nothing there."""
HEADERS: Final = {"cache-control": "private, no-cache", "vary": f"{language.VARY}, Accept-Encoding"}
GZIP_LEVEL: Final = 9
"""A page is a few kilobytes of text that repeats itself: it takes half a millisecond more than data are given."""
OF_SOME: Final[Mapping[str, Callable[[Texts], Any]]] = {
    "ask": lambda texts: texts["script"]["ask"],
    "chart": lambda texts: texts["script"]["chart"],
    "quality": lambda texts: texts["quality"],
}
"""Sentences of scripts that few pages load: a template names the lists it needs, or one of a list (`chart.cover`)."""
BADGES: Final = {
    states.YELLOW: '<path d="M19 4l7 13H12z" fill="#f0c52e" stroke="#15212b"/>',
    states.ORANGE: '<path d="M19 3l7 7-7 7-7-7z" fill="#dd6b12" stroke="#15212b"/>',
    states.RED: '<path d="M16 3h6l4 4v6l-4 4h-6l-4-4V7z" fill="#a8182a" stroke="#15212b"/>',
    states.BLIND: '<path d="M12 3h14v14H12z" fill="#15212b"/><path d="M15 14l8-8" stroke="#fff" stroke-width="2"/>',
}
"""The shapes of the loud states over the mark, in the colours of the stylesheet, which an icon does not reach."""


class Environments:
    """The templates of each language, read when somebody first asks for one; static: where style and scripts lie."""

    def __init__(self, static: str) -> None:
        self._static = static
        self._made: dict[Language, Environment] = {}

    def spoken(self) -> Environment:
        """Return that of the language which is spoken now."""
        language = languages.current()
        if language not in self._made:
            self._made[language] = environment(self._static)
        return self._made[language]


def _compiled() -> FileSystemBytecodeCache | None:
    """Templates that are compiled once, beside the modules that are; None where Python may not leave those either."""
    folder = Path(__file__).parent / "__pycache__"
    if sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return None
    from jinja2 import FileSystemBytecodeCache

    return FileSystemBytecodeCache(str(folder))


def environment(static: str) -> Environment:
    """Make the templates' environment in the language that is spoken; `static` is where style and scripts lie."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 2 MB that a site without readers does not need

    env = Environment(
        loader=FileSystemLoader([TEMPLATES, tabs.FOLDER]),
        bytecode_cache=_compiled(),
        optimized=False,  # what a filter makes of a constant is of a language and of a release: it is not compiled in
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(_filters())
    texts = load()
    env.globals.update(
        static=static,
        t=texts,
        language=languages.current(),
        say=say,
        version=release(),
        looks_at_once=attention.AT_ONCE,
    )
    env.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    env.globals.update(icon=_icon, loud=states.LOUD)
    env.globals.update(top_tabs=tabs.addresses(is_of_facility=False), facility_tabs=tabs.addresses(is_of_facility=True))
    return env


def _filters() -> dict[str, Callable[..., Any]]:
    return {
        "utc": ages.utc,
        "utc_clock": ages.utc_clock,
        "clock": ages.day_and_clock,
        "minute": ages.utc_minute,
        "short_clock": ages.short_clock,
        "day": ages.day_of,
        "calendar_day": writing.calendar_day,
        "zone_name": lambda time, zone: ages.zone_name(zone, time),
        "age": lambda time, now: ages.age_words(ages.age_s(time, now)),
        "age_words": ages.age_words,
        "count": numbers.count,
        "fixed": numbers.fixed,
        "short": numbers.short,
        "level": partial(numbers.number, quantity="water-level"),
        "mm": partial(numbers.number, quantity="displacement"),
        "volts": partial(numbers.number, quantity="voltage"),
        "clauses": verdict.clauses,
        "grade": amounts.grade,
        "doubts": doubts.words,
        "why": offline_diagnosis.why_words,
        "bring": offline_diagnosis.bring_words,
        "sum_of": sum_of,
        "with_sentences": with_sentences,
    }


def sum_of(nodes: Iterable[NodeRow], key: str) -> int:
    """Sum one fate of the packs of nodes."""
    return sum(node.ledger.get(key, 0) for node in nodes)


def answer(request: Request, template: str, context: dict[str, Any]) -> HTMLResponse:
    """Render a page. The theme that a person chose is in a cookie, so that a dark page is dark from its first byte."""
    theme, caller = request.cookies.get("theme", ""), getattr(request.state, "caller", None)
    query = f"?{request.url.query}" if request.url.query else ""
    frame = {
        "theme": theme if theme in THEMES else "",
        "link": request.url.path + query,
        "page_url": public_address.whole(request),
        "open_alarms": getattr(request.state, "open_alarms", 0),
        "invented": getattr(request.state, "invented", ""),
        "duty": duty_line.words(getattr(request.state, "duty", None), datetime.now(UTC), load()),
        "caller": _signed_in(caller),
        "is_still": _is_still(request, caller),
        "languages": request.app.state.languages,
    }
    if getattr(request.state, "sees_none", False) and context.get("page") in OF_FACILITIES:
        context = context | {"is_empty": True, "verdict": verdict.of_none(caller, load()), "facts": []}
    environments: Environments = request.app.state.pages
    asked = request.scope.get(language.ASKED, "")
    if frame["is_still"] and "data" in context:
        context["data"]["still"] = True
    if asked and "data" in context:
        context["data"]["kept"] = language.carry("", asked)
    text = language.kept(page(environments.spoken(), template, context, frame), asked)
    headers = HEADERS | {"content-language": languages.current().locale}
    if assets.takes_gzip(request):
        packed = gzip.compress(text.encode(), GZIP_LEVEL, mtime=0)
        return HTMLResponse(packed, headers=headers | {"content-encoding": "gzip"})
    return HTMLResponse(text, headers=headers)


def page(env: Environment, template: str, context: dict[str, Any], frame: Mapping[str, Any]) -> str:
    """Write a page; frame: theme, address, number of open alarms, and who is logged in."""
    return env.get_template(template).render({**frame, **context})


def problem(request: Request, status: int, slug: str, detail: str) -> HTMLResponse:
    """Render what went wrong for a person; what passes by itself can be tried again.

    detail: what the api says of it, in English, for who asks an administrator.
    """
    words = load()["problem"]
    context = {
        "heading": words["titles"][slug],
        "says": words["says"][slug],
        "status": status,
        "detail": detail,
        "is_passing": status in PASSING,
    }
    made = answer(request, "problem.html", context)
    made.status_code = status
    return made


def _is_still(request: Request, caller: Caller | None) -> bool:
    """Whether the live stream has nothing to tell this reader: a stranger where no facility is public."""
    return getattr(request.state, "sees_none", False) and (caller is None or not caller.is_known)


def _signed_in(caller: Caller | None) -> dict[str, str] | None:
    """Give name and form token of a person who is logged in."""
    if caller is None or caller.session is None:
        return None
    return {"name": caller.name, "form_token": tokens.form_token(caller.session)}


def script_texts(texts: Texts) -> dict[str, Any]:
    """Give the sentences that the scripts of every page need, and no others; the states stand the worst first."""
    of_all = {name: part for name, part in texts["script"].items() if name not in OF_SOME}
    spoken = languages.current()
    written = {"decimal": spoken.decimal, "months": spoken.months, "language": spoken.locale}
    ordered = {one: texts["states"][one] for one in states.STATES}
    return {**of_all, "states": ordered, **written, "close": texts["frame"]["close"]}


def with_sentences(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Give what a page tells its scripts, with the sentences that these need besides: `sentences` of a template."""
    texts, told = load(), dict(data["t"])
    for name in names:
        of, _, one = name.partition(".")
        told[of] = told.get(of, {}) | ({one: OF_SOME[of](texts)[one]} if one else OF_SOME[of](texts))
    return {**data, "t": told}


@cache
def _icon(state: str) -> str:
    """Give the mark, with the badge of a loud state, as an address that holds it: it costs no request of its own."""
    mark = (STATIC / "mark.svg").read_text().strip().replace("</svg>", f"{BADGES.get(state, '')}</svg>")
    return "data:image/svg+xml," + quote(mark.replace('"', "'"), safe=" /:=")
