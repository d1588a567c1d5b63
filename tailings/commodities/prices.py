"""Dated prices with source and licence, brought to one tonne of the element.

The traps of the trade are in the rows: tungsten is priced per metric ton unit (10 kg) of WO3, lithium as carbonate,
rare earths and vanadium as oxide, manganese per metric ton unit of ore.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from typing import Final

import msgspec
from msgspec import Struct

from tailings.commodities.elements import DATA
from tailings.plugins import hint

KG_PER_T: Final = 1000.0
CURRENCY: Final = "USD"
"""Of all printed rows."""
CENT: Final = 100.0
STALE_AFTER_D: Final = 365
"""A yearly average is stale a year after its publication."""


class UnknownPrice(LookupError):
    """No price row of that series, or one that does not say how much of the element was priced."""


class PriceSource(Struct, frozen=True, forbid_unknown_fields=True):
    """Who printed the prices, when, and what may be done with them."""

    key: str
    title: str
    address: str
    published: dt.date
    licence: str


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    """One row as printed, with the kilograms of the priced substance that it is for."""

    key: str
    element: str
    year: int
    estimated: bool
    value: float
    currency: str
    unit: str
    form: str
    source: str
    checked: str
    kg_priced_per_unit: float | None = None
    priced_substance: str | None = None
    metal_factor: float | None = None

    @property
    def per_tonne(self) -> float:
        """USD per tonne of the element; raises UnknownPrice where the row does not say how much of it was priced."""
        if not self.kg_priced_per_unit or not self.metal_factor:
            raise UnknownPrice(f"{self.key}: the price of {self.form} does not say how much {self.element} is in it")
        dollars = self.value / CENT if self.unit.startswith("cents") else self.value
        return dollars / self.kg_priced_per_unit / self.metal_factor * KG_PER_T

    @property
    def printed_by(self) -> PriceSource:
        """The source of the row."""
        return _sources()[self.source]

    def age_d(self, today: dt.date) -> int:
        """Days since the row was published."""
        return (today - self.printed_by.published).days

    def is_stale(self, today: dt.date) -> bool:
        """Whether a newer yearly average should be out."""
        return self.age_d(today) > STALE_AFTER_D


@cache
def rows() -> tuple[Price, ...]:
    """All price rows."""
    return msgspec.convert(_file()["price"], tuple[Price, ...])


def newest(key: str) -> Price:
    """The newest row of a series ("W", "Li", "Nd"); raises UnknownPrice naming the nearest one."""
    found = [row for row in rows() if row.key == key]
    if not found:
        raise UnknownPrice(f"there is no price {key!r}{hint(key, {row.key for row in rows()})}")
    return max(found, key=lambda row: row.year)


@cache
def _file() -> dict[str, list[dict[str, object]]]:
    return tomllib.loads((DATA / "prices.toml").read_text())


@cache
def _sources() -> dict[str, PriceSource]:
    return {source.key: source for source in msgspec.convert(_file()["source"], tuple[PriceSource, ...])}
