"""The tables of docs/sensorthings.md: what each entity is here, and each case that is tested (`make docs`)."""

from typing import Final

import msgspec

from api.sensorthings import expressions, geometries, grammar, options, pages, paths
from api.sensorthings.entities import SETS
from api.settings import Settings
from tailings.tables import table
from tests.api.sensorthings.bad_requests import BAD
from tests.api.sensorthings.cases import CASES

DEFAULT_S: Final = next(one.default for one in msgspec.structs.fields(Settings) if one.name == "statement_timeout_s")


def entities() -> str:
    """Each entity set with its properties and what it leads to."""
    rows = [
        (
            f"`{one.name}`",
            ", ".join(f"`{name}`" for name in one.properties),
            ", ".join(f"`{name}`" for name in one.navigations),
        )
        for one in SETS.values()
    ]
    return table(("entity set", "properties", "leads to"), rows)


def cases() -> str:
    """Each question with what it is a case of."""
    return table(("topic", "case", "asked"), [(one.topic, one.says, _code(one.path)) for one in CASES])


def limits() -> str:
    """What is refused before anything is computed, by the constants that refuse it."""
    rows = [
        (
            "entities of a page",
            f"{pages.PAGE}, or `$top`, at most {pages.MAX_PAGE:,}; `@iot.nextLink` goes on, at the same cost for "
            "every page",
        ),
        (
            "entities of an answer, with all that is expanded",
            f"{pages.MAX_ENTITIES:,}; more is refused with 400 before anything is sent",
        ),
        (
            "`$expand`",
            f"{options.MAX_EXPAND_DEPTH} levels, {options.MAX_EXPANSIONS} navigations; each is one statement, whatever "
            "the number of entities (a second one counts, or finds where time begins)",
        ),
        (
            "`$filter`, `$orderby`",
            f"{grammar.MAX_NODES} parts, {grammar.MAX_DEPTH} within each other, leading over {expressions.MAX_JOINS} "
            f"entities; a query of {options.MAX_QUERY:,} characters",
        ),
        ("shapes in `$filter`", f"{geometries.MAX_POINTS:,} points"),
        ("path", f"{paths.MAX_SEGMENTS} segments"),
        ("observations counted with a condition", f"{pages.MAX_COUNTED:,}; more are refused with 501"),
        ("one statement", f"the time limit of the api ({DEFAULT_S:g} s by default): 503"),
    ]
    return table(("what", "limit"), rows)


def refusals() -> str:
    """Each bad question with its status and the words of the sentence that it gets."""
    rows = [(_code(path), str(status), sentence.replace("|", "\\|")) for path, status, sentence in BAD]
    return table(("asked", "status", "the sentence has"), rows)


def _code(path: str) -> str:
    shown = path if len(path) <= 110 else f"{path[:107]}..."
    return f"`{shown.replace('|', '%7C')}`"
