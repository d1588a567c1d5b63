"""The pages that have a folder of their own, and the tabs that lead to pages.

A page is a folder of this one; its name is its registration:

    view.py      `router`: the addresses, loaded when somebody first asks for one of them
    tab.py       `TAB`: its place in the navigation, read at the start; a page that others lead to has none, and one of
                 a facility and of all has a second `Tab`
    *.html       its templates: `rendering.answer(request, "NAME/NAME.html", context)`
    *.js, *.css  what only this page needs, served beside the scripts and styles of all pages under their own names

The word on the tab is `pages.NAME` of each catalogue of texts; the context of its template says which tab is open.
"""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class Tab:
    """Where a page stands: of a facility, or in the bar at the top of all; tabs stand in the order of `place`.

    is_at_once: its view is loaded at the start; who only watches needs no others, and it brings nothing heavy.
    is_last: its view is loaded after all others, since it brings what no other page needs.
    """

    place: int
    address: str
    is_of_facility: bool = True
    is_at_once: bool = False
    is_last: bool = False


DOCS: Final = ("docs", Tab(90, "/docs", is_of_facility=False))
"""The description of the api, which is a page of its own (`api.reference`)."""


def names() -> list[str]:
    """Return the names of the pages that have a folder."""
    return sorted(file.parent.name for file in FOLDER.glob("*/view.py"))


def views(is_at_once: bool) -> list[str]:
    """Return the modules of the views that are loaded at the start, or later, in the order in which they are."""
    tabs = _of_folders()
    at_once, last = {name for name, tab in tabs if tab.is_at_once}, {name for name, tab in tabs if tab.is_last}
    found = [name for name in names() if (name in at_once) == is_at_once]
    return [f"{__package__}.{name}.view" for name in sorted(found, key=lambda name: (name in last, name))]


def addresses(is_of_facility: bool) -> list[tuple[str, str]]:
    """Return name and address of each tab of a facility, or of the bar at the top, in their order."""
    found = [DOCS, *_of_folders()]
    shown = [(name, tab) for name, tab in found if tab.is_of_facility == is_of_facility]
    return [(name, tab.address) for name, tab in sorted(shown, key=lambda one: (one[1].place, one[0]))]


def files(*suffixes: str) -> list[Path]:
    """Return the files of the pages that have one of these endings."""
    return [file for name in names() for file in sorted((FOLDER / name).iterdir()) if file.suffix in suffixes]


def _of_folders() -> list[tuple[str, Tab]]:
    declared = [name for name in names() if (FOLDER / name / "tab.py").is_file()]
    modules = [(name, import_module(f"{__package__}.{name}.tab")) for name in declared]
    return [(name, tab) for name, module in modules for tab in vars(module).values() if isinstance(tab, Tab)]
