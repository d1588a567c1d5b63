"""The ten commonest changes, one example each: what is added, its test, and what of the existing files changes with it.

`tests/house/test_changes.py` makes all of them in a copy of the project and runs it; CONTRIBUTING.md has the table. The
files to add stand in the folder of their change, or in a page of docs/how-to whose blocks are files.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = Path(__file__).parent
HOW_TO: Final = ROOT / "docs" / "how-to"
BLOCK: Final = re.compile(r"^```\w+ (\S+/\S+\.py)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MOST_OTHERS: Final = 1
"""So many existing files may change beside the thing, its test and the catalogues; what `make docs` writes is one."""


class Edit(NamedTuple):
    """Text put into an existing file, behind the first place that reads `after`; behind its end where that is empty."""

    file: str
    after: str
    text: str


def said(room: str, after: str, **words: str) -> list[Edit]:
    """Put words into the catalogue of a room in each language: by its tag what is put there."""
    return [Edit(f"texts/{language}/{room}.toml", after, text) for language, text in words.items()]


class Change(NamedTuple):
    """One kind of change by an example.

    word: the name of the example, for which a contributor has his own. page: the how-to page whose blocks are files of
    it. entry: the edit that is the thing itself, where that is a line of a table. documents: those that `make docs`
    writes anew.
    """

    kind: str
    word: str
    page: str | None = None
    entry: Edit | None = None
    test: Edit | None = None
    words: tuple[Edit, ...] = ()
    others: tuple[Edit, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def edits(self) -> list[Edit]:
        """What is put into existing files by hand."""
        return [*filter(None, (self.entry, self.test)), *self.words, *self.others]

    @property
    def others_changed(self) -> set[str]:
        """The existing files that change beside the thing, its test and the catalogues of texts."""
        return {one.file for one in self.others} | ({"by make docs"} if self.documents else set())

    def added(self) -> Iterator[tuple[str, str]]:
        """Give name and text of each file that is added."""
        if self.page is not None:
            yield from BLOCK.findall((HOW_TO / self.page).read_text())
        folder = FOLDER / self.kind.replace(" ", "_")
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file.relative_to(folder).as_posix(), file.read_text()


CHANGES: Final = (
    Change("driver", "crack_meter", page="add-an-instrument.md", documents=("docs/functions.md",)),
    Change("formula", "crack_opening", page="add-a-formula.md", documents=("docs/functions.md",)),
    Change("filter", "resolution", page="add-a-filter.md", documents=("docs/functions.md",)),
    Change("receiver", "udp_text", page="add-a-receiver.md"),
    Change(
        "unit",
        "[psi]",
        entry=Edit(
            "tailings/units.py",
            'Unit("MPa", "pressure", 1000.0),\n',
            '    Unit("[psi]", "pressure", 6.8947572931683),\n',
        ),
        test=Edit(
            "tests/tailings/test_units.py",
            '(1.0, "bar", "kPa", 100.0),\n',
            '        (1.0, "[psi]", "Pa", 0.45359237 * 9.80665 / 0.0254**2),  # by definition of pound and inch\n',
        ),
    ),
    Change(
        "quantity",
        "crack-width",
        entry=Edit(
            "tailings/quantities.py",
            '"Height", 3, "Pressure head above the instrument\'s tip"),\n',
            '    Quantity("crack-width", "mm", "Width", 2, "Width of a crack"),\n',
        ),
        test=Edit(
            "tests/tailings/test_quantities.py",
            "",
            '\n\ndef test_a_crack_has_a_width_in_millimetres() -> None:\n    """QUDT calls it Width."""\n'
            '    assert quantities.get("crack-width").definition.endswith("/Width")\n'
            '    assert quantities.get("crack-width").dimension == "length"\n',
        ),
        words=(
            *said(
                "readings",
                "[quantities]\n",
                en='crack-width = "Width of a crack"\n',
                es='crack-width = "Anchura de una grieta"\n',
                pt='crack-width = "Largura de uma fenda"\n',
            ),
            *said(
                "notifications",
                "[notifications.quantities]\n",
                en='crack-width = "crack width"\n',
                es='crack-width = "anchura de grieta"\n',
                pt='crack-width = "largura da fenda"\n',
            ),
        ),
        documents=("docs/functions.md",),
    ),
    Change(
        "alarm rule",
        "waiting_messages",
        words=(
            *said(
                "alarms",
                "[alarms.rules]\n",
                en='waiting-messages = "messages that wait"\n',
                es='waiting-messages = "mensajes en espera"\n',
                pt='waiting-messages = "mensagens à espera"\n',
            ),
            *said(
                "record",
                "[record.titles]\n",
                en='waiting-messages = "{count} messages of {sender} wait in quarantine"\n',
                es='waiting-messages = "{count} mensajes de {sender} esperan en cuarentena"\n',
                pt='waiting-messages = "{count} mensagens de {sender} esperam em quarentena"\n',
            ),
        ),
        documents=("docs/operating/alarms.md",),
    ),
    Change("export format", "ndjson", documents=("docs/researching.md",)),
    Change(
        "page",
        "newest",
        words=(
            *said(
                "frame",
                "[pages]\n",
                en='newest = "Newest"\n',
                es='newest = "Recientes"\n',
                pt='newest = "Recentes"\n',
            ),
            *said(
                "overview",
                "",
                en='\n[newest]\ntitle = "Newest"\nsub = "The newest reading of each datastream, the oldest first."\n',
                es='\n[newest]\ntitle = "Recientes"\n'
                'sub = "La lectura más reciente de cada serie, la más antigua primero."\n',
                pt='\n[newest]\ntitle = "Recentes"\n'
                'sub = "A leitura mais recente de cada série, a mais antiga primeiro."\n',
            ),
        ),
    ),
    Change("command", "units", documents=("docs/operating/commands.md", "tailwatch/man/tailwatch.1")),
)


def table() -> str:
    """The table of CONTRIBUTING.md: NAME stands for a contributor's own word."""
    head = "| change | what is added | its test | words | what else changes |\n|-|-|-|-|-|"
    return "\n".join([head, *map(_row, CHANGES)])


def _row(change: Change) -> str:
    names = [_general(name, change) for name, _ in change.added() if not re.search("tests/.*__init__", name)]
    code = [name for name in names if not name.startswith("tests/")]
    tests = [name for name in names if name.startswith("tests/")]
    cells = (
        [f"a line of `{change.entry.file}`"] if change.entry else [f"`{name}`" for name in code],
        [f"a line of `{change.test.file}`"] if change.test else [f"`{name}`" for name in tests],
        sorted({f"`{one.file}`" for one in change.words}),
        [f"`{one.file}`" for one in change.others] + [f"`{one}`, by `make docs`" for one in change.documents],
    )
    page = f"[{change.kind}](docs/how-to/{change.page})" if change.page else change.kind
    return f"| {page} | " + " | ".join(", ".join(cell) or "-" for cell in cells) + " |"


def _general(name: str, change: Change) -> str:
    return re.sub(rf"(?<![a-z]){re.escape(change.word)}(?![a-z])", "NAME", name)
