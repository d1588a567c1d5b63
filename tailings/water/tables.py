"""The rules and limits of water as Markdown, made from their rows: `python -m tailings.water.tables`."""

from __future__ import annotations

import sys
from typing import Final

from tailings.tables import table
from tailings.water import limits
from tailings.water.limits import AssessmentRule, LegalLimit, LimitSource

CHECKED: Final = {"read": "read", "secondary": "secondary: not read", "own": "own: no law states it"}


def document() -> str:
    """All tables, one Markdown text."""
    parts = [
        "# Water: how a limit is judged\n",
        "Made by `python -m tailings.water.tables` from `tailings/water/limits.toml`; do not edit.\n",
        "Each limit is **exceeded**, **met**, or **not decided** with the reason. What is not decided is never green:"
        " the page says met only when every limit that was sampled for, and every limit of the permit, is met.\n",
        "## Rules\n",
        table(("rule", "what", "number", "source", "text"), [_rule(one) for one in limits.rules().values()]),
        "\n## Limits of law\n",
        table(
            ("substance", "statistic", "water", "limit", "of", "since", "source"), [_limit(one) for one in _limits()]
        ),
        "\n## Sources\n",
        "`read in`: the copy that was opened. Where there is none, the text itself was not read.\n",
        table(("key", "title", "date", "read in"), [_source(one) for one in limits.sources().values()]),
    ]
    return "\n".join(parts) + "\n"


def _rule(one: AssessmentRule) -> tuple[str, ...]:
    number = "" if one.value is None else f"{one.value:g}"
    repeated = f"; repeated by {_title(one.repeated_by)}, which was read" if one.repeated_by else ""
    cited = f"{_title(one.source)}, {one.ref}" if one.source else ""
    return f"`{one.key}`", one.says, number, cited, CHECKED[one.checked] + repeated


def _limits() -> list[LegalLimit]:
    return sorted(limits.of_law(), key=lambda one: (one.medium, one.symbol, one.statistic, one.valid_from))


def _limit(one: LegalLimit) -> tuple[str, ...]:
    bound = f"{one.most:g}" if one.least is None else f"{one.least:g} to {one.most:g}"
    about = ", ".join(filter(None, (one.fraction, one.hardness, one.note)))
    mark = "" if one.checked == "read" else f" ({one.checked})"
    value = f"{bound} {one.unit}"
    return one.symbol, one.statistic, one.medium, value, about, one.valid_from.isoformat(), f"`{one.source}`{mark}"


def _source(one: LimitSource) -> tuple[str, ...]:
    return f"`{one.key}`", f"[{one.title}]({one.address})", one.date, one.read_in


def _title(source: str) -> str:
    return limits.sources()[source].title


if __name__ == "__main__":
    sys.stdout.write(document())
