"""Waste that is being generated, and the original deposit: what a person states for Art. 27 of the regulation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tailings.estimate.outcomes import MG_PER_KG
from tailings.study.statements import Assumption, Statement, Word


class Concentration(Assumption, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The concentration [mg/kg] of an element in the waste as it arises, or in the extracted volume before."""

    element: Word


class OriginalDeposit(Struct, frozen=True, forbid_unknown_fields=True):
    """Concentrations in the deposit that the waste came from. `none`: why none are available."""

    none: Statement | None = None
    concentration: tuple[Concentration, ...] = ()

    def __post_init__(self) -> None:
        if (self.none is None) == (not self.concentration):
            raise ValueError("original_deposit: state concentrations, or under none why there are none")
        _refuse_twice(self.concentration)

    @property
    def content(self) -> dict[str, Any]:
        """The field of the record: by element, or why there is nothing."""
        return _plain(self.none) if self.none else _by_element(self.concentration)


class Generated(Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of it; a field left out is missing. `none`: why no waste arises any more, which answers all."""

    none: Statement | None = None
    tonnes_per_year: Assumption | None = None
    concentration: tuple[Concentration, ...] = ()
    recoverability: Statement | None = None
    methods: Statement | None = None

    def __post_init__(self) -> None:
        if self.none and (self.tonnes_per_year or self.concentration or self.recoverability or self.methods):
            raise ValueError("none: says that no waste arises, and other fields say how much; leave one of them out")
        _refuse_twice(self.concentration)


def _refuse_twice(stated: Sequence[Concentration]) -> None:
    elements = [one.element for one in stated]
    if len(set(elements)) != len(elements):
        raise ValueError("concentration: an element stands twice")


def fields(stated: Generated | None) -> dict[str, Any]:
    """The fields of the record by name, each with author, day and ground; a missing one is not among them."""
    if stated is None:
        return {}
    if stated.none:
        return dict.fromkeys(NAMES, _plain(stated.none))
    return {name: content for name, content in zip(NAMES, _contents(stated), strict=True) if content}


NAMES = ("generated_quantities", "generated_concentrations", "generated_recoverability", "generated_methods")


def _contents(stated: Generated) -> list[Any]:
    known = _by_element(stated.concentration)
    said = [None if one is None else _plain(one) for one in (stated.recoverability, stated.methods)]
    return [_quantities(stated.tonnes_per_year, stated.concentration), known, *said]


def _by_element(stated: Sequence[Concentration]) -> dict[str, Any]:
    return {one.element: _plain(one) | {"unit": "mg/kg"} for one in stated}


def _quantities(waste: Assumption | None, known: Sequence[Concentration]) -> dict[str, Any] | None:
    if waste is None:
        return None
    contained = {one.element: waste.p50 * one.p50 / MG_PER_KG for one in known}
    return _plain(waste) | {"unit": "t/a, dry", "contained_p50_t_per_year": contained}


def _plain(one: Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(one)
    return found
