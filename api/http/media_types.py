"""Which of the media types on offer an `Accept` header likes best (RFC 9110 section 12.5.1)."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

ANY: Final = "*"
MAX_RANGES: Final = 50
"""A header with more is answered by its first ones."""


class MediaRange(NamedTuple):
    """One member of an `Accept` header: text/csv, text/* or */*, and how much it is liked (0: not at all)."""

    kind: str
    subtype: str
    weight: float

    def fits(self, kind: str, subtype: str) -> bool:
        """Whether a media type is one of this range."""
        return self.kind in (ANY, kind) and self.subtype in (ANY, subtype)

    def exactness(self) -> int:
        """0 for */*, 1 for text/*, 2 for text/csv: of the ranges that fit, the most exact one counts."""
        return (self.kind != ANY) + (self.subtype != ANY)


def preferred(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the media type that is liked best, of equals the first one on offer; None where none is taken.

    offered: without parameters. Without a header, or with an empty one, it is the first.
    """
    ranges = list(_ranges(accept or ""))[:MAX_RANGES]
    if not ranges:
        return offered[0]
    weights = [_weight(ranges, one) for one in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else None


def _ranges(accept: str) -> Iterator[MediaRange]:
    for member in accept.split(","):
        name, *parameters = [word.strip().lower() for word in member.split(";")]
        kind, slash, subtype = name.partition("/")
        if slash and kind and subtype:
            yield MediaRange(kind, subtype, _q(parameters))


def _q(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def _weight(ranges: Sequence[MediaRange], media_type: str) -> float:
    kind, _, subtype = media_type.partition("/")
    fitting = [one for one in ranges if one.fits(kind, subtype)]
    return max(fitting, key=MediaRange.exactness).weight if fitting else 0.0
