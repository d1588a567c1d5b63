"""What was said of an indicator, and its bounds, in words: codes by the catalogue, numbers as a person reads them."""

from __future__ import annotations

from typing import Final

from api.comparison.models import ComparedIndicator, KnownIndicator
from dashboard import numbers
from texts import Texts, say

MILLION: Final = 1e6
FIGURES: Final = 2
KM: Final = 1_000.0


def words(one: KnownIndicator, texts: Texts) -> str:
    """What its source said; "" where it said nothing."""
    of, said = texts["compare"], one.numbers
    if one.code is not None:
        return _code(one.name, one.code, texts)
    if not said:
        return ""
    if one.name == "net":
        low, middle, high = (numbers.short(value / MILLION, FIGURES) for value in said)
        return say(of["money"], low=low, middle=middle, high=high)
    if one.name == "acid":
        low, high = (numbers.fixed(value, 1) for value in said)
        return "pH " + (low if low == high else say(of["range"], low=low, high=high))
    if one.name in ("water", "completeness"):
        return say(of["known_of"], n=round(said[0]), total=numbers.count(said[-1]))
    if one.name == "protected":
        return _protected(one, texts)
    if one.name == "people":
        return _people(one, texts)
    return numbers.count(said[0])


def _protected(one: KnownIndicator, texts: Texts) -> str:
    """A distance, the span in which it lies, or beyond which it does: a layer tells as far as it is whole."""
    of = texts["compare"]
    least, most = (f"{numbers.short(value / KM, FIGURES)} km" for value in (one.numbers[0], one.numbers[-1]))
    if one.source == "layer" and len(one.numbers) == 1:
        return say(of["beyond"], distance=least)
    return least if least == most else say(of["range"], low=least, high=most)


def _people(one: KnownIndicator, texts: Texts) -> str:
    """A number of a register; of layers a number, a span, or the least where no most is known."""
    of = texts["compare"]
    least, most = numbers.count(one.numbers[0]), numbers.count(one.numbers[-1])
    if one.source == "layer" and len(one.numbers) == 1:
        return say(of["or_more"], count=least)
    return least if least == most else say(of["range"], low=least, high=most)


def _code(name: str, code: str, texts: Texts) -> str:
    """A verdict, what is seen, a consequence class, a concern of a register; a UNFC code is one in all languages."""
    of = texts["compare"]
    if name == "consequence":
        return str(texts["heading"]["classes"].get(code.lower().replace("-", " "), code))
    known = {**texts["states"], **of["sights"]} if name == "sight" else {**of["concern"], **texts["states"]}
    return str(known.get(code, code))


def bound(at: str, of: ComparedIndicator, texts: Texts) -> str:
    """Where an index is 0 or 1: a number with its unit, or a word."""
    try:
        written = numbers.count(float(at))
    except ValueError:
        return str(texts["compare"]["bounds"].get(at, at))
    return f"pH {written}" if of.unit == "pH" else f"{written} {of.unit}".strip()
