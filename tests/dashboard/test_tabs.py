"""The room of the pages: each folder is a page, and its tab stands where it says."""

from collections import Counter
from pathlib import Path

import httpx
import pytest

import dashboard
import texts
from dashboard import tabs

FOLDER = Path(dashboard.__file__).parent
LANGUAGES = sorted(path.parent.name for path in texts.FOLDER.glob("*/frame.toml"))


def test_the_tabs_are_those_of_the_design() -> None:
    """What concerns the dam first, then what is measured, the proof, and what strangers see (design of the pages)."""
    assert [name for name, _ in tabs.addresses(is_of_facility=True)][:3] == ["safety", "water", "value"]
    assert tabs.addresses(is_of_facility=True)[-2:] == [("ledger", "/ledger"), ("disclosure", "/public")]
    top = [name for name, _ in tabs.addresses(is_of_facility=False)]
    assert top == ["facilities", "alarms", "nodes", "workspace", "region", "compare", "docs"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_tab_has_its_word(language: str) -> None:
    """In each language."""
    named = [name for is_of in (True, False) for name, _ in tabs.addresses(is_of)]

    assert [name for name in named if not texts.load(language)["pages"].get(name)] == []


def test_each_tab_leads_to_its_page(client: httpx.Client) -> None:
    """The address answers, and the tab is the open one there."""
    found = {name: client.get(f"/f/vale{address}") for name, address in tabs.addresses(is_of_facility=True)}
    tab = {
        name: f'href="/f/vale{address}" aria-current="page"' for name, address in tabs.addresses(is_of_facility=True)
    }

    assert [name for name, answer in found.items() if answer.status_code != 200 or tab[name] not in answer.text] == []


def test_what_weighs_most_is_loaded_last() -> None:
    """The value page brings libraries that no other page needs."""
    assert dashboard.LATER[-1] == "dashboard.value.view"
    views = [*dashboard.LATER, *tabs.views(is_at_once=True)]
    assert sorted(views) == sorted(f"dashboard.{file.parent.name}.view" for file in FOLDER.glob("*/view.py"))


def test_scripts_and_styles_have_names_of_their_own() -> None:
    """All are served beside each other: one of the same name would take another's place."""
    served = [file.name for file in FOLDER.rglob("*") if file.suffix in (".js", ".css")]

    assert [name for name, times in Counter(served).items() if times > 1] == []
