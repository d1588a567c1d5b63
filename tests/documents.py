"""The documents that are written by a program: `python -m tests.documents` writes all, a test of the house compares.

A document is whole, or a section of it stands between `<!-- NAME: written by make docs -->` and `<!-- end of NAME -->`.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import codec.tables
import tailings.water.tables
from api import exports
from ingest.alarms import equipment_rules
from tailings import plugins
from tailings.tables import summary, table
from tests import (
    addresses,
    changes,
    cldr,
    command_reference,
    facility_reference,
    mistakes,
    receiver_reference,
    sensorthings,
    sight,
    translations,
)
from tests.dashboard import reader_tasks

ROOT: Final = Path(__file__).parents[1]
JSON_ROW: Final = (
    "`json`",
    "application/json",
    "",
    "The answer itself: columns with their gaps, in pages.",
)


def formats() -> str:
    """The table of what `format` may say, for docs/researching.md."""
    files = [(name, plugins.find(exports.ROOM, name)) for name in plugins.names(exports.ROOM)]
    rows = [
        (
            f"`{name}`",
            file.MEDIA_TYPE.partition(";")[0],
            f"`{extra}`" if (extra := exports.extra(name)) else "",
            summary(file),
        )
        for name, file in files
    ]
    return table(("format", "media type", "extra", "what"), [JSON_ROW, *rows])


def rules() -> str:
    """The table of the rules of the equipment, for docs/operating/alarms.md."""
    rows = []
    for file in equipment_rules.files():
        names = ", ".join(f"`{name}`" for name in equipment_rules.names_of(file))
        rows.append((names, summary(plugins.find(equipment_rules.ROOM, file))))
    return table(("alarm", "what is wrong"), rows)


WHOLE: Final[Mapping[str, Callable[[], str]]] = {
    "texts/cldr.json": cldr.document,
    "docs/wire.md": codec.tables.document,
    "docs/functions.md": facility_reference.functions,
    "docs/water.md": tailings.water.tables.document,
    "docs/sight.md": sight.document,
    "docs/addresses.md": addresses.document,
    "docs/operating/commands.md": command_reference.document,
    "tailwatch/man/tailwatch.1": command_reference.manual,
    "docs/operating/facility-file-reference.md": facility_reference.document,
    "docs/operating/mistakes.md": mistakes.document,
    "docs/operating/receivers.md": receiver_reference.document,
}
SECTIONS: Final[Mapping[tuple[str, str], Callable[[], str]]] = {
    ("CONTRIBUTING.md", "changes"): changes.table,
    ("docs/how-to/add-a-language.md", "languages"): translations.table,
    ("docs/researching.md", "formats"): formats,
    ("docs/operating/alarms.md", "rules"): rules,
    ("docs/pages.md", "clicks"): reader_tasks.clicks,
    ("docs/sensorthings.md", "entities"): sensorthings.entities,
    ("docs/sensorthings.md", "limits"): sensorthings.limits,
    ("docs/sensorthings.md", "cases"): sensorthings.cases,
    ("docs/sensorthings.md", "refusals"): sensorthings.refusals,
}
NAMES: Final = sorted({*WHOLE, *(document for document, _ in SECTIONS)})


def written(document: str) -> str:
    """The text that a document must have; raise LookupError where the marks of a section are missing."""
    if document in WHOLE:
        return WHOLE[document]()
    text = (ROOT / document).read_text()
    for (where, name), make in SECTIONS.items():
        if where == document:
            text = _replaced(text, name, make())
    return text


def _replaced(text: str, name: str, made: str) -> str:
    begin, end = f"<!-- {name}: written by make docs -->", f"<!-- end of {name} -->"
    found = re.search(f"{re.escape(begin)}\n.*?{re.escape(end)}", text, re.DOTALL)
    if found is None:
        raise LookupError(f"the document has no section {begin}")
    return text[: found.start()] + f"{begin}\n\n{made}\n\n{end}" + text[found.end() :]


if __name__ == "__main__":
    for document in sys.argv[1:] or NAMES:
        (ROOT / document).write_text(written(document))
