"""Samples of a river with chosen results, and limits of a chosen value, for the tests of verdicts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from tailings.assess.water import LimitVerdict, assess
from tailings.water import Analysis, ParsedSample
from tailings.water.limits import LegalLimit

NOW: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)
ZONE: Final = "Europe/Lisbon"
POINT: Final = "river-down"
MONTHS: Final = tuple(datetime(2025 + month // 13, (month - 1) % 12 + 1, 10, 9, tzinfo=UTC) for month in range(12, 24))
"""The tenth of each month from December 2025 to November 2026."""


def sample(
    at: datetime, results: Mapping[str, str], medium: str = "surface water", fraction: str = "dissolved"
) -> ParsedSample:
    """A sample with results as a laboratory prints them (`<0.05`), in ug/L; pH in its own unit, hardness total."""
    return ParsedSample(
        f"S-{at.isoformat()}-{medium}", POINT, medium, at, "Lab A", analyses=tuple(_analyses(results, fraction))
    )


def _analyses(results: Mapping[str, str], fraction: str) -> list[Analysis]:
    units, total = {"pH": "[pH]", "Eh": "mV"}, ("pH", "CaCO3")
    return [
        Analysis(
            symbol,
            "total" if symbol in total else fraction,
            float(text.lstrip("<>")),
            text[0] if text[0] in "<>" else "",
            units.get(symbol, "ug/L"),
            method="",
        )
        for symbol, text in results.items()
    ]


def monthly(results: Sequence[str], symbol: str = "Zn") -> list[ParsedSample]:
    """One sample a month from December 2025 on, as many as there are results."""
    return [sample(at, {symbol: text}) for at, text in zip(MONTHS, results, strict=False)]


def limit(most: float, statistic: Any = "annual-mean", samples_a_year: int = 12, **more: Any) -> LegalLimit:
    """A limit of zinc, or of another `symbol`, at the river since 2020."""
    values = {"symbol": "Zn", "fraction": "dissolved", "unit": "ug/L", "valid_from": date(2020, 1, 1)} | more
    return LegalLimit(
        statistic=statistic,
        medium="surface water",
        most=most,
        source="Permit 1",
        checked="entered",
        point=POINT,
        samples_a_year=samples_a_year,
        **values,
    )


def verdict(samples: Sequence[ParsedSample], of: LegalLimit, now: datetime = NOW) -> LimitVerdict:
    """What is said of one limit."""
    (found,) = [one for one in assess(samples, (of,), now, ZONE).limits if one.limit == of]
    return found
