"""The form by which somebody asks for news by mail, and the page behind a link of such a mail."""

from collections.abc import Mapping
from typing import Any, Final

from api.disclosure.models import PublicRegion
from api.disclosure.subscriptions import LinkedSubscription, LinkState, MailLink, MailScope
from runtime import sealed_address
from texts import Texts, say

MAX_FIELDS: Final = 5


def refusal(fields: Mapping[str, str]) -> str:
    """Give the code of what is wrong, '' where nothing is."""
    if fields.get("homepage"):
        return "trap"
    return "" if sealed_address.is_address(written(fields)) else "address"


def written(fields: Mapping[str, str]) -> str:
    """Give the address as it was typed, without what stands around it."""
    return fields.get("address", "").strip()


def region_of(fields: Mapping[str, str], found: PublicRegion) -> str:
    """Give the region that was chosen; '' for all, and for one that is none."""
    return fields.get("region", "") if fields.get("region") in found.regions else ""


def outcome(code: str, fields: Mapping[str, str], texts: Texts) -> dict[str, Any]:
    """Say what became of it, the same whether the address is known or not; one that was not taken stays in the form."""
    is_taken = code == "taken"
    address = "" if is_taken else written(fields)[: sealed_address.MOST]
    says = texts["subscription"]["outcome"][code]
    return {"says": says, "is_taken": is_taken, "kind": "", "words": "", "address": address}


def link(state: LinkState, found: LinkedSubscription | None, does: MailLink | None, texts: Texts) -> dict[str, Any]:
    """Make the page behind a link; found and does: of one that is good."""
    words = texts["subscription"]["link"]
    button, says = "", words["gone"] if state == "gone" else ""
    if found is not None and does is not None and state != "gone":
        key = state if state in ("confirmed", "left") else does.action
        says = say(words[key], scope=_scope(found.scope, found.name, texts))
        button = words[f"{does.action}_go"] if state == "open" else ""
    return {"heading": words["title"], "says": says, "button": button}


def _scope(scope: MailScope, name: str, texts: Texts) -> str:
    words = texts["subscription"]["scope"]
    if scope.facility is not None:
        return name
    return say(words["region"], region=scope.region) if scope.region else str(words["all"])
