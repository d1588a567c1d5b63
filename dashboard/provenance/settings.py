"""The settings of a formula in words: its parameters, its calibration, and the geometry of the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from api.provenance.models import DerivationStep
from dashboard import ages, numbers
from tailings.formulas import unit_of
from texts import Texts, load, say

from . import equation

HIDDEN: Final = frozenset({"kind", "convention", "valid_from", "valid_to"})


def parameters(step: DerivationStep, texts: Texts) -> list[str]:
    """Say the parameters that are set."""
    given = _given({key: value for key, value in step.parameters.items() if value is not None}, step, texts)
    return [say(texts["provenance"]["parameters"], list=given)] if given else []


def calibration(step: DerivationStep, texts: Texts, zone: str, now: datetime) -> list[str]:
    """Say the calibration that was applied: its kind, since when it holds, and its coefficients."""
    words, known = texts["provenance"], step.calibration
    if known is None:
        return []
    convention = f"{known.get('convention', '')} {known.get('kind', '')}".strip()
    since = say(words["calibrated"], day=_since(known, zone, now))
    return [f"{words['calibration']} {convention}, {since}: {_given(known, step, texts)}"]


def geometry(step: DerivationStep, texts: Texts, zone: str, now: datetime) -> list[str]:
    """Say the entries of the other dated lists that it counts from."""
    words = texts["provenance"]
    return [
        f"{words['geometry']}, {say(words['calibrated'], day=_since(known, zone, now))}: {_given(known, step, texts)}"
        for known in step.geometry
    ]


def _since(known: Mapping[str, Any], zone: str, now: datetime) -> str:
    return ages.day_of(datetime.fromisoformat(str(known["valid_from"])), zone, now)


def _given(known: Mapping[str, Any], step: DerivationStep, texts: Texts) -> str:
    """Write keys and values of the facility file; those that have a sign in a line by it, with their units."""
    named, shown = load()["provenance"]["given"], []
    for key, value in known.items():
        if key in HIDDEN:
            continue
        text = numbers.short(value, equation.GIVEN) if isinstance(value, float) else str(value)
        if equation.has_sign(key, step, texts):
            shown.append(f"{equation.symbol(key, step, texts)} {text} {numbers.unit_words(unit_of(key))}".strip())
        else:
            shown.append(f"{named.get(key, key)} {text}")
    return ", ".join(shown)
