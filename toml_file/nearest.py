"""The nearest known word to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def hint(word: str, known: Iterable[str]) -> str:
    """An ending for an error sentence that names the nearest known word, or all of them where none is near."""
    known = sorted(known)
    if meant := near(word, known, cutoff=0.5):
        return f"; did you mean {meant!r}?"
    return f"; known: {', '.join(known)}" if known else ""


def choices(word: object, known: Iterable[str]) -> str:
    """As `hint`, and always with all known words, in the order given: for short lists."""
    known = list(known)
    meant = near(str(word), known, cutoff=0.7)  # all are told: a wrong guess is worse than none
    return f";{f' did you mean {meant!r}?' if meant else ''} choose one of {', '.join(known)}"


def near(word: str, known: Sequence[str], cutoff: float) -> str:
    """The nearest word, whatever its capitals; "" where none is near. cutoff: how like it is at least, 0 to 1."""
    import difflib  # who makes no mistake does not need it

    folded = {one.casefold(): one for one in reversed(known)}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else ""
