"""Pictures of every page of a running Tailwatch, as each kind of reader sees it, to be looked at.

    python -m tests.dashboard.pictures http://127.0.0.1:8400 build/pages [safety alarms ...]

With TAILWATCH_LOGIN in the environment (login:password) as that user sees them. What is in the folder afterwards is
said at the end; a page that does not come up is named, and the others are made.
"""

import os
import sys
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, Error, StorageState, sync_playwright

from dashboard import tabs

from .conftest import FLAGS, READY_WITHIN_MS, launched
from .test_print import printed

WAYS: Final[dict[str, dict[str, Any]]] = {
    "1366": {"viewport": {"width": 1366, "height": 900}},
    "390": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "landscape": {"viewport": {"width": 844, "height": 390}, "has_touch": True},
    "dark": {"viewport": {"width": 1366, "height": 900}, "color_scheme": "dark"},
    "forced": {"viewport": {"width": 1366, "height": 900}, "forced_colors": "active"},
    "no-script": {"viewport": {"width": 1366, "height": 900}, "java_script_enabled": False},
    "no-script-390": {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False},
    "spanish": {"viewport": {"width": 1366, "height": 900}, "locale": "es-ES"},
    "portuguese": {"viewport": {"width": 1366, "height": 900}, "locale": "pt-PT"},
    "portuguese-390": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "locale": "pt-PT"},
}
PAPER: Final = "print"
OF_ALL: Final = {
    "recipients": "/alarms/recipients",
    "shelved": "/alarms/shelved",
    "plans": "/alarms/plans",
    "history": "/alarms/history",
    "hand-over": "/alarms/hand-over",
    "login": "/login",
    "glossary": "/glossary",
    "absent": "/f/there-is-no-such-facility",
    "account": "/account",
    "screening": "/screening",
    "closed": "/closed",
    "policy": "/policy",
    "learning": "/learning",
    "public-region": "/public/region",
}
OF_FACILITY: Final = ("walk", "packages", "land")
"""Pages that are no tab."""


def addresses(url: str) -> dict[str, str]:
    """The pages of the first facility, and those of all."""
    found = httpx.get(f"{url}/api/v1/facilities", timeout=30).raise_for_status().json()
    facility = found["facilities"][0]["id"]
    of_facility = {
        f"facility-{name}": f"/f/{facility}{address}" for name, address in tabs.addresses(is_of_facility=True)
    }
    instruments = httpx.get(f"{url}/api/v1/facilities/{facility}/instruments", timeout=30).raise_for_status().json()
    name = max(instruments["instruments"], key=lambda one: len(one["calibrations"]))["name"]
    beside = {f"facility-{one}": f"/f/{facility}/{one}" for one in OF_FACILITY}
    beside["facility-public"] = f"/public/f/{facility}"
    beside["facility-instrument"] = f"/f/{facility}/instruments/{name}"
    if found := httpx.get(f"{url}/api/v1/alarms", timeout=30).raise_for_status().json()["alarms"]:
        beside["alarm"] = f"/alarms/{found[0]['id']}"
    if found := httpx.get(f"{url}/api/v1/facilities/{facility}/plans", timeout=30).raise_for_status().json()["plans"]:
        beside["plan"] = f"/f/{facility}/plans/{found[0]['id']}"
    return dict(tabs.addresses(is_of_facility=False)) | of_facility | beside | OF_ALL


def logged_in(browser: Browser, url: str) -> StorageState | None:
    """The cookies of who is named in the environment; None for a stranger."""
    login, _, password = os.environ.get("TAILWATCH_LOGIN", "").partition(":")
    if not login:
        return None
    with browser.new_context(base_url=url) as context:
        page = context.new_page()
        page.goto("/login")
        page.locator("input[name=name]").fill(login)
        page.locator("input[name=password]").fill(password)
        page.locator("main form button").click()
        page.wait_for_url("**/")
        return context.storage_state()


def take(browser: Browser, url: str, name: str, address: str, folder: Path, *, state: StorageState | None) -> list[str]:
    """Make the pictures of a page; give what went wrong, in words."""
    wrong = []
    for way, options in WAYS.items():
        context = browser.new_context(base_url=url, storage_state=state, **({"locale": "en-GB"} | options))
        page = context.new_page()
        try:
            page.goto(address)
            if options.get("java_script_enabled", True) and page.locator("script[type=module]").count():
                page.wait_for_selector("body[data-ready]", timeout=READY_WITHIN_MS)
            page.screenshot(path=folder / f"{name}-{way}.png", full_page=True)
            if way == "1366":
                printed(page, folder / f"{name}-{PAPER}.pdf")
        except Error as error:
            wrong.append(f"{name}, {way}: {error.message.splitlines()[0]}")
        context.close()
    return wrong


def main(url: str, folder: Path, only: list[str]) -> int:
    """Make all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    with sync_playwright() as playwright, launched(playwright.chromium, FLAGS) as browser:
        state = logged_in(browser, url)
        for name, address in addresses(url).items():
            if not only or name in only:
                print(name, flush=True)
                wrong += take(browser, url, name, address, folder, state=state)
    print(f"{len(list(folder.iterdir()))} pictures in {folder}", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/"), Path(sys.argv[2]), sys.argv[3:]))
