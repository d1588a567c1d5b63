"""Browsers by their User-Agent: Playwright's list of devices is the oracle, made by the makers of three engines."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from api.access.browsers import kind_of

ENGINES = {"webkit": ("safari",), "firefox": ("firefox",), "chromium": ("chrome", "edge")}
PLAIN = ("Desktop", "iPhone", "iPad (", "Pixel")
KNOWN = {
    "Desktop Edge": "edge windows",
    "Desktop Chrome": "chrome windows",
    "Desktop Firefox": "firefox windows",
    "Desktop Safari": "safari macos",
    "iPhone 13": "safari ios",
    "Pixel 5": "chrome android",
}


@pytest.fixture(scope="module")
def devices() -> Iterator[dict[str, Any]]:
    """The list: by device User-Agent and engine."""
    with sync_playwright() as playwright:
        yield playwright.devices


def test_the_kind_is_that_of_the_list(devices: dict[str, Any]) -> None:
    """Of each device whose browser is the plain one of its engine; old ones of other makers are left out."""
    plain = {name: one for name, one in devices.items() if name.startswith(PLAIN)}
    kinds = {name: kind_of(one["user_agent"]).split()[0] for name, one in plain.items()}

    assert len(plain) > 50
    assert {
        name: kind for name, kind in kinds.items() if kind not in ENGINES[plain[name]["default_browser_type"]]
    } == {}


def test_kind_and_system_are_told_in_a_word_each(devices: dict[str, Any]) -> None:
    """Nothing else of the header is stored; a program, and who says nothing, are other."""
    assert {name: kind_of(devices[name]["user_agent"]) for name in KNOWN} == KNOWN
    assert [kind_of(text) for text in ("python-httpx/0.28", "")] == ["other other"] * 2
