"""Outputs: where the local alarm goes, without the centre and without a network. One file each, in or beside a relay.

A file `name.py` here is what `[[outputs]] kind = "name"` in the agent's settings means. It has
    Settings                    a frozen msgspec.Struct, tagged `kind`, unknown keys forbidden, with `from_level` (the
                                lowest level that switches it on) and `plans` (empty: every plan that calls)
    open(settings, place)       an Output; `place` (edge_agent.place) is what it may use of the agent
An output has
    show(is_on)                 called again and again; it acts on a change and after a fault, and never waits
    close()                     lets go, and leaves what it switched as it is: an agent that ends silences no siren
"""

from typing import Protocol


class Output(Protocol):
    """One relay, sounder or topic."""

    def show(self, is_on: bool) -> None: ...

    def close(self) -> None: ...
