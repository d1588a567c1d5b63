"""Instruments by what they watch, in the order in which a neighbour asks, and how many of each kind report."""

from collections.abc import Iterable, Mapping
from typing import Final

from api.datastreams.models import Datastream
from api.disclosure.models import InstrumentCount, InstrumentKind
from wire import quality as flag

QUANTITIES: Final[Mapping[InstrumentKind, tuple[str, ...]]] = {
    "pond": ("freeboard", "pond-level", "beach-length", "stored-volume", "days-to-minimum-freeboard"),
    "water-in-the-dam": ("water-level", "pore-pressure", "pressure-head", "pore-pressure-ratio", "level-residual"),
    "movement": ("displacement", "tilt", "displacement-band"),
    "vibration": ("vibration",),
    "seepage": ("seepage-flow", "flow", "gauge-height"),
    "water-quality": (
        "ph",
        "conductivity-25",
        "conductivity",
        "turbidity",
        "dissolved-oxygen",
        "redox-potential",
        "concentration",
        "acidity",
        "load",
    ),
    "weather": ("rain", "rain-intensity", "evaporation", "wind-speed", "humidity", "irradiance", "barometric-pressure"),
    "dust": ("dust", "dust-deposition"),
}
"""What an instrument of a kind measures; one that measures nothing of this (a battery) is not counted."""
SHOWN: Final = (
    "freeboard",
    "pond-level",
    "water-level",
    "displacement",
    "tilt",
    "seepage-flow",
    "ph",
    "conductivity-25",
    "turbidity",
    "rain",
    "dust",
)
"""Quantities whose newest value stands on the public page, in this order."""
GOOD: Final = (1, 2)
"""QARTOD flags of what stands on the public page: pass, not evaluated. A doubted value, which plans use, does not."""
KIND_OF: Final[Mapping[str, InstrumentKind]] = {name: kind for kind, names in QUANTITIES.items() for name in names}


def counted(streams: Iterable[Datastream]) -> list[InstrumentCount]:
    """Count instruments by kind; one of several kinds counts once, by the first kind."""
    of_instrument: dict[tuple[str, str], list[Datastream]] = {}
    for one in streams:
        if one.quantity in KIND_OF and one.retired_at is None:
            of_instrument.setdefault((one.node, one.instrument), []).append(one)
    places = list(QUANTITIES)
    of_kind: dict[InstrumentKind, list[list[Datastream]]] = {}
    for found in of_instrument.values():
        kind = min((KIND_OF[one.quantity] for one in found), key=places.index)
        of_kind.setdefault(kind, []).append(found)
    return [_count(kind, of_kind[kind]) for kind in QUANTITIES if kind in of_kind]


def _count(kind: InstrumentKind, instruments: list[list[Datastream]]) -> InstrumentCount:
    streams = [one for found in instruments for one in found]
    times = [one.latest.time for one in streams if one.latest and one.latest.quality in GOOD]
    return InstrumentCount(
        kind=kind,
        total=len(instruments),
        reporting=sum(map(_works, instruments)),
        newest=max(times, default=None),
    )


def _works(streams: list[Datastream]) -> bool:
    """Whether all that it measures can be used now: a probe with a dead electrode is none that works.

    What was never read, and a formula that has no result (a pond that does not fill is never full), decide nothing.
    """
    read = [one for one in streams if one.latest and not (one.formula and one.latest.quality == flag.MISSING)]
    return bool(read) and all(map(_reports, read))


def _reports(one: Datastream) -> bool:
    """Whether its newest reading is not stale and can be used."""
    return one.latest is not None and one.latest.quality in GOOD and not one.is_stale
