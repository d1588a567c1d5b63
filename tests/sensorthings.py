"""The tables of docs/sensorthings.md: what each entity is here, and each case that is tested (`make docs`)."""

from api.sensorthings.entities import SETS
from tailings.tables import table
from tests.api.sensorthings.bad_requests import BAD
from tests.api.sensorthings.cases import CASES


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


def refusals() -> str:
    """Each bad question with its status and the words of the sentence that it gets."""
    rows = [(_code(path), str(status), sentence.replace("|", "\\|")) for path, status, sentence in BAD]
    return table(("asked", "status", "the sentence has"), rows)


def _code(path: str) -> str:
    shown = path if len(path) <= 110 else f"{path[:107]}..."
    return f"`{shown.replace('|', '%7C')}`"
