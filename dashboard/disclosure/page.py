"""The operator's page of the public: what is opened, what waits for an answer, and what became of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from api.commands.models import Command
from api.disclosure.models import DisclosureRule, PublicQuestion
from dashboard import numbers, pages
from dashboard.full_times import full_time
from dashboard.reads import Shown
from dashboard.verdict import VerdictBanner
from tailings.disclosure import AT_ONCE, OPENED
from texts import Texts, say, writing

RUNNING: Final = ("issued", "running")


def office(
    shown: Shown,
    rule: DisclosureRule,
    questions: Sequence[PublicQuestion],
    texts: Texts,
    *,
    may_answer: bool,
    command: Command | None = None,
) -> dict[str, Any]:
    """Make the page; command: what a form of it has asked for."""
    one, words = shown.facilities[0], texts["public"]["office"]
    title = say(words["count"], len(rule.opens), total=len(OPENED)) if rule.has_page else words["no_page"]
    if rule.waiting:
        title = say(texts["public"]["questions"]["waiting"], rule.waiting)
    return (
        pages.shared(shown, texts, "facilities", one.timezone, one)
        | pages.heading(one, texts)
        | {
            "tab": "disclosure",
            "verdict": VerdictBanner("", title, words["sub"] if rule.has_page else words["none"]),
            "facts": [],
            "rule": rule,
            "opened": _opened(rule, texts),
            "may_answer": may_answer,
            "waiting": [_row(item, one.timezone, texts) for item in questions if item.state == "waiting"],
            "decided": [_row(item, one.timezone, texts) for item in questions if item.state != "waiting"],
            "outcome": outcome(command, texts) if command else None,
        }
    )


def outcome(command: Command, texts: Texts) -> dict[str, Any]:
    """Say what became of an answer; a reason of ingest is its own sentence."""
    words, done = texts["public"]["office"]["states"], command.outcome or {}
    is_waiting = command.state in RUNNING
    return {"title": words["waiting" if is_waiting else command.state], "reason": str(done.get("reason", ""))}


def _opened(rule: DisclosureRule, texts: Texts) -> list[tuple[str, str, str]]:
    """Each part of the page: what it is, whether it is opened, and how late it stands there."""
    words = texts["public"]["office"]
    late = say(words["hours"], hours=numbers.short(rule.delay_h))
    rows = []
    for one in OPENED:
        is_open = one in rule.opens
        delay = words["at_once"] if one in AT_ONCE or not rule.delay_h else late
        rows.append((words["opened"][one], words["yes" if is_open else "no"], delay if is_open else ""))
    return [*rows, (words["takes"], words["yes" if rule.questions else "no"], "")]


def _row(one: PublicQuestion, zone: str, texts: Texts) -> dict[str, Any]:
    words = texts["public"]
    return {
        "number": one.number,
        "title": say(words["questions"][one.kind], number=one.number),
        "sent": say(words["questions"]["sent"], day=writing.day(one.sent_on)),
        "language": one.language,
        "words": one.words,
        "state": "" if one.state == "waiting" else words["office"][one.state],
        "answer": one.answer,
        "decided": full_time(one.decided_at, zone) if one.decided_at else "",
    }
