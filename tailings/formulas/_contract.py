"""The words a formula speaks: its inputs, what it is given, what it gives back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NamedTuple

from msgspec import Struct

from tailings import plugins
from tailings.facility.model import Facility, Instrument, StageStorage
from tailings.geometry import Crest, Tip
from tailings.series import Flags, Mask, Times, Values
from wire import quality as flag

PACKAGE = "tailings.formulas"


class NoParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """For formulas that have nothing to set."""


class Input(NamedTuple):
    """One input of a formula, in the unit that `compute` wants it.

    optional: may be left out of facility.toml. Configured but without a usable value at an instant, an optional
    input leaves the result suspect (the formula goes on without it), any other one leaves it missing.
    many: stands for the roles `name_1`, `name_2`, ... of a chain.
    A value counts as usable until `{name}_stale_after_s` of the parameters, else `stale_after_s`; 0 = same instant.
    """

    name: str
    unit: str
    optional: bool = False
    many: bool = False
    stale_after_s: float = 0.0


class FormulaDoubt(NamedTuple):
    """A reason of the formula itself to lower the quality of some results."""

    where: Mask
    reason: str
    quality: int = flag.SUSPECT


class Computed(NamedTuple):
    """What `compute` returns: the values (NaN = none) and its doubts about them."""

    value: Values
    doubts: tuple[FormulaDoubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What `compute` gets: aligned input values by role (NaN = no usable value), and what is known of the place.

    dated: what holds at these instants, by the name of its list: calibration, geometry, tip, crest, stage_storage;
    those that the formula's DATED and CALIBRATION ask for. interval_s: how often the leading input is expected.
    """

    values: Mapping[str, Values]
    parameters: Any
    time_ms: Times
    dated: Mapping[str, Any] = field(default_factory=dict)
    facility: Facility | None = None
    quality: Mapping[str, Flags] = field(default_factory=dict)
    interval_s: float = 3600.0

    def __getitem__(self, role: str) -> Values:
        return self.values[role]

    def get(self, role: str) -> Values | None:
        """The values of an optional input, None when it is not configured."""
        return self.values.get(role)

    @property
    def calibration(self) -> Any:
        """The instrument's calibration."""
        return self.dated["calibration"]

    @property
    def geometry(self) -> Any:
        """The datastream's own entry, in the shape of the formula's GEOMETRY."""
        return self.dated["geometry"]

    @property
    def tip_elevation_m(self) -> float:
        """Elevation of the instrument's tip [m]."""
        tip: Tip = self.dated["tip"]
        return tip.tip_elevation_m

    @property
    def crest_m(self) -> float:
        """Elevation of the crest [m]."""
        crest: Crest = self.dated["crest"]
        return crest.crest_m

    @property
    def survey(self) -> StageStorage:
        """The stage-storage survey."""
        survey: StageStorage = self.dated["stage_storage"]
        return survey

    def many(self, name: str) -> list[Values]:
        """The values of `name_1`, `name_2`, ... in their order."""
        return [self.values[role] for role in numbered(name, self.values)]


class Setting(NamedTuple):
    """What a formula's `check` gets: how a datastream is configured."""

    roles: frozenset[str]
    parameters: Any
    geometry: tuple[Any, ...]
    calibrations: tuple[Any, ...]
    instrument: Instrument
    facility: Facility


class Example(NamedTuple):
    """A golden vector: inputs in the declared units, the expected result, where the number comes from.

    An input may be several readings, an hour apart; the result is then that of the last. dated: the keys of each entry
    that is in force, by the name of its list.
    """

    inputs: Mapping[str, float | tuple[float, ...]]
    result: float
    tolerance: float
    origin: str
    parameters: Mapping[str, Any] = {}
    dated: Mapping[str, Mapping[str, Any]] = {}
    facility: Facility | None = None


def get(name: str) -> ModuleType:
    """The formula of this name; raises plugins.UnknownPlugin."""
    return plugins.find(PACKAGE, name)


def names() -> tuple[str, ...]:
    """The names of all formulas."""
    return plugins.names(PACKAGE)


def numbered(name: str, roles: Iterable[str]) -> list[str]:
    """The roles `name_1`, `name_2`, ... among these, in their order."""
    found = [role for role in roles if role.startswith(f"{name}_") and role[len(name) + 1 :].isdigit()]
    return sorted(found, key=lambda role: int(role[len(name) + 1 :]))


def inputs_of(formula: ModuleType, roles: Iterable[str]) -> dict[str, Input]:
    """The declared input behind each configured role, the leading one first; roles of no input are left out."""
    roles = list(roles)
    found: dict[str, Input] = {}
    for declared in formula.INPUTS:
        if declared.many:
            found.update(dict.fromkeys(numbered(declared.name, roles), declared))
        elif declared.name in roles:
            found[declared.name] = declared
    return found
