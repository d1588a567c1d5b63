"""Outputs: where the local alarm goes, without the centre and without a network. One file each, in or beside a relay.

A file `name.py` here is what `[[outputs]] kind = "name"` in the agent's settings means. It has
    Settings                    a frozen msgspec.Struct of `Switched`, tagged `kind`, unknown keys forbidden
    open(settings, place)       an Output; `place` (edge_agent.receive.receiver_context) is what it may use of the agent
An output has
    show(is_on)                 called again and again; it acts on a change and after a fault, and never waits
    close()                     lets go, and leaves what it switched as it is: an agent that ends silences no siren
"""

from typing import Any, Final, Literal, Protocol

import msgspec

from edge_agent.config.settings import OUTPUTS
from edge_agent.receive.receiver_context import ReceiverContext
from tailings import plugins
from tailings.facility.plans import LevelName

Condition = Literal["centre-silent", "clock-wrong"]
Source = Literal["plans", "blind", "centre-silent", "clock-wrong"]
PLANS: Final = "plans"
BLIND: Final = "blind"
CENTRE_SILENT: Final[Condition] = "centre-silent"
CLOCK_WRONG: Final[Condition] = "clock-wrong"


class Switched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What switches an output on: `switched_by` the plans, and conditions, which are not latched.

    `plans` (empty: every plan that calls) do so from the level `from_level` on, and, for `blind`, while nothing that is
    left could detect their worst level. The other conditions are those of the gateway itself.
    """

    switched_by: tuple[Source, ...] = (PLANS,)
    from_level: LevelName = "red"
    plans: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.switched_by:
            raise ValueError('switched_by: at least one of "plans", "blind", "centre-silent", "clock-wrong"')
        if self.plans and not {PLANS, BLIND}.intersection(self.switched_by):
            raise ValueError('plans: they switch nothing while switched_by leaves out "plans" and "blind"')


class Output(Protocol):
    """One relay, sounder or topic."""

    def show(self, is_on: bool) -> None: ...

    def close(self) -> None: ...


def open_output(settings: Any, place: ReceiverContext) -> Output:
    """Open the output that these settings are for."""
    output: Output = plugins.find(OUTPUTS, type(settings).__struct_config__.tag).open(settings, place)
    return output
