"""The year over which samples are held against a limit, in the equal parts of which each needs a sample."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final, NamedTuple

MONTHS: Final = 12


class SampledYear(NamedTuple):
    """Twelve calendar months in parts of `months` each; `parts` are numbered from the year 0 on.

    asked: the parts of which each needs a sample. required: the samples that these parts need together, 0 for none.
    """

    months: int
    parts: range
    asked: tuple[int, ...]
    required: int

    @property
    def first(self) -> dt.date:
        """The first day of the year."""
        return _day(self.parts.start * self.months)

    @property
    def last_day(self) -> dt.date:
        """The last day of the year."""
        return _day(self.parts.stop * self.months) - dt.timedelta(days=1)

    def holds(self, day: dt.date) -> bool:
        """Whether a day lies in it."""
        return part_of(day, self.months) in self.parts

    def missing(self, days: Iterable[dt.date]) -> list[int]:
        """The parts that need a sample and have none on these days."""
        sampled = {part_of(day, self.months) for day in days}
        return [part for part in self.asked if part not in sampled] if self.required else []

    def lacking(self, days: list[dt.date]) -> int:
        """How many samples are missing at the least."""
        return max(len(self.missing(days)), self.required - len(days), 0)

    def names(self, parts: Iterable[int]) -> tuple[str, ...]:
        """Parts in words of ISO 8601: a month (2026-03), or an interval of months (2026-01/2026-03); runs are one."""
        runs: list[list[int]] = []
        for part in parts:
            if runs and runs[-1][-1] == part - 1:
                runs[-1].append(part)
            else:
                runs.append([part])
        return tuple(self._name(run[0], run[-1]) for run in runs)

    def _name(self, first_part: int, last_part: int) -> str:
        first, last = _day(first_part * self.months), _day((last_part + 1) * self.months - 1)
        return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m}/{last:%Y-%m}"


def part_of(day: dt.date, months: int) -> int:
    """The number of the part of `months` months that a day lies in."""
    return (day.year * MONTHS + day.month - 1) // months


def year_of(
    days: Iterable[dt.date],
    today: dt.date,
    samples_a_year: int,
    whole_since: dt.date | None,
    next_day: dt.date | None = None,
) -> SampledYear:
    """The year that ends with the part of today when one of `days` lies in it or it is over, else with the part before.

    samples_a_year: as the source asks for, 0 where it states none. whole_since: when the limit took effect, where only
    the parts since then need a sample (a maximum); None where all do (a mean). next_day: None while today is not over.
    """
    months = MONTHS // min(samples_a_year, MONTHS) if samples_a_year else 1
    last = part_of(today, months)
    is_over = next_day is not None and part_of(next_day, months) > last
    if not is_over and last not in {part_of(day, months) for day in days}:
        last -= 1
    parts = range(last - MONTHS // months + 1, last + 1)
    asked = tuple(part for part in parts if whole_since is None or _day(part * months) >= whole_since) or (last,)
    return SampledYear(months, parts, asked, -(-samples_a_year * len(asked) // len(parts)))


def _day(month: int) -> dt.date:
    return dt.date(month // MONTHS, month % MONTHS + 1, 1)
