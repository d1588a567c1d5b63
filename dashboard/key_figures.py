"""The six figures below the verdict, taken from what a facility measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.view_models import DatastreamRow, FacilityRow, NodeRow
from tailings.assess import limits
from tailings.assess.freeboard import has_reached_minimum
from tailings.assess.gauges import GaugeReading, counts_as_gauge, governing
from texts import Texts, say
from wire import quality as flag

from . import ages, numbers, states
from .verdict import names

MAX_FACTS = 6


@dataclass(frozen=True)
class Fact:
    """One figure: its name, the value with unit, a line below, and a state when it has one.

    datastream: that it is of; provenance: the address of its origin where it is of none.
    """

    name: str
    value: str
    unit: str = ""
    sub: str = ""
    state: str = ""
    datastream: int | None = None
    provenance: str = ""


def of_facility(facility: FacilityRow, texts: Texts) -> list[Fact]:
    """Give up to six figures, what tells most of a dam first; a figure without a reading is left out."""
    words = texts["facts"]
    measured = [
        _freeboard(facility, texts),
        _latest(facility, "pond-level", words["pond"], texts),
        _piezometers(facility, texts),
        _latest(facility, "seepage-flow", words["seepage"], texts),
        _latest(facility, "rain", words["rain"], texts),
    ]
    always = [data(facility.datastreams, texts), _nodes(facility.nodes, texts), packs(facility.nodes, texts)]
    found = [fact for fact in measured if fact is not None]
    return [*found[: MAX_FACTS - 2], *always][:MAX_FACTS]


def of_facilities(facilities: Sequence[FacilityRow], looks: int, now: datetime, texts: Texts) -> list[Fact]:
    """Give the six figures over all facilities."""
    words = texts["facts"]
    streams = [row for facility in facilities for row in facility.datastreams]
    nodes = [node for facility in facilities for node in facility.nodes]
    last = max((facility.last_time for facility in facilities if facility.last_time), default=None)
    age = ages.age_words(ages.age_s(last, now))
    return [
        Fact(words["facilities"], numbers.count(len(facilities))),
        Fact(words["needing"], numbers.count(looks)),
        data(streams, texts),
        _nodes(nodes, texts),
        packs(nodes, texts),
        Fact(words["last_reading"], say(texts["frame"]["ago"], age=age) if last else ""),
    ]


def of_nodes(nodes: Sequence[NodeRow], texts: Texts) -> list[Fact]:
    """Give the six figures of the ledger: what became of the packs."""
    words = texts["facts"]
    total = {
        key: sum(node.ledger.get(key, 0) for node in nodes) for key in ("stored", "late", "quarantined", "duplicate")
    }
    return [
        _nodes(nodes, texts),
        packs(nodes, texts),
        Fact(words["stored"], numbers.count(total["stored"])),
        Fact(words["late"], numbers.count(total["late"])),
        Fact(words["quarantined"], numbers.count(total["quarantined"])),
        Fact(words["duplicates"], numbers.count(total["duplicate"]), sub=words["duplicates_sub"]),
    ]


def of_data(facility: FacilityRow, since: str, texts: Texts) -> list[Fact]:
    """Give the six figures of what can be taken away."""
    words, rows = texts["facts"], facility.datastreams
    raw = sum(row.is_raw for row in rows)
    by_quality = [sum(row.quality == quality for row in rows) for quality in (flag.FAIL, flag.SUSPECT)]
    return [
        Fact(words["readings"], numbers.count(sum(row.count for row in rows))),
        Fact(words["period"], since),
        data(rows, texts),
        Fact(words["formulas"], numbers.count(len(rows) - raw), sub=say(words["formulas_sub"], raw=raw)),
        Fact(words["rejected"], numbers.count(by_quality[0]), sub=say(words["rejected_sub"], suspect=by_quality[1])),
        Fact(words["licence"], facility.licence or words["no_licence"]),
    ]


def data(rows: Sequence[DatastreamRow], texts: Texts) -> Fact:
    """Say how many datastreams are fresh, and what the others are."""
    words, summary = texts["facts"], states.of_parts(row.part for row in rows)
    value = say(words["data_value"], fresh=summary.fresh, total=summary.total)
    if summary.is_complete:
        return Fact(words["data"], value, words["fresh"], words["data_sub_fresh"], summary.reporting)
    rest = [say(texts["state_clauses"][one], n) for one in states.NOT_FRESH if (n := summary.counts.get(one))]
    return Fact(words["data"], value, words["fresh"], ", ".join(rest) or words["data_sub_none"], summary.reporting)


def packs(nodes: Sequence[NodeRow], texts: Texts) -> Fact:
    """Say how many packs are proven lost, of how many sent."""
    lost, sent = (sum(node.ledger.get(key, 0) for node in nodes) for key in ("lost", "sent"))
    words = texts["facts"]
    return Fact(words["packs"], numbers.count(lost), sub=say(words["packs_sub"], sent=numbers.count(sent)))


def _nodes(nodes: Sequence[NodeRow], texts: Texts) -> Fact:
    words, silent = texts["facts"], [node for node in nodes if node.is_silent]
    value = say(words["nodes_value"], reporting=len(nodes) - len(silent), total=len(nodes))
    sub = say(words["silent"], names=names([node.id for node in silent])) if silent else ""
    state = states.STALE if silent else states.FRESH if nodes else states.UNKNOWN
    return Fact(words["nodes"], value, words["reporting"], sub, state)


def _told(facility: FacilityRow, quantity: str) -> DatastreamRow | None:
    """Give the datastream of a quantity that is told of; what instruments measure goes before readings by hand."""
    read = [row for row in facility.datastreams if row.quantity == quantity and row.time is not None]
    rows = [row for row in read if counts_as_gauge(quantity, row.formula, is_manual=row.is_manual)] or read
    return governing(rows, lambda row: _reading(row, facility))


def _reading(row: DatastreamRow, facility: FacilityRow) -> GaugeReading:
    """What a row says; of a pond its height alone decides, whatever levels plans set on one of its gauges."""
    value, is_fresh = row.value if row.is_usable else None, row.state == states.FRESH
    if row.quantity == "pond-level":
        return GaugeReading(row.name, value, is_fresh)
    return GaugeReading(row.name, value, is_fresh, limits.place_of(limits.margin_of(facility.assessment, row.name)))


def _latest(facility: FacilityRow, quantity: str, name: str, texts: Texts) -> Fact | None:
    row = _told(facility, quantity)
    if row is None:
        return None
    if not row.is_usable:
        return _unusable(name, row, texts)
    state = states.judged(facility.assessment, row.name, row.state)
    return Fact(name, row.number, row.unit_words, row.short, state, datastream=row.id)


def _unusable(name: str, row: DatastreamRow, texts: Texts) -> Fact:
    """A rejected or missing value is no figure: it is said, for a wrong freeboard is worse than none."""
    sub = f"{row.short}: {texts['quality'][str(row.quality)]}"
    return Fact(name, texts["facts"]["none"], sub=sub, state=states.STALE)


def _freeboard(facility: FacilityRow, texts: Texts) -> Fact | None:
    """Crest minus pond level; the minimum of the facility stands below it."""
    pond, words = _told(facility, "pond-level"), texts["facts"]
    if pond is None or facility.crest_m is None:
        return None
    if pond.value is None or not pond.is_usable:
        return _unusable(words["freeboard"], pond, texts)
    value = numbers.number(facility.freeboard_m(pond.value), "freeboard")
    minimum, state = facility.minimum_freeboard_m, pond.state
    sub = say(words["freeboard_minimum"], minimum=numbers.number(minimum, "freeboard")) if minimum is not None else ""
    if has_reached_minimum(pond.value, facility.crest_m, minimum):
        sub, state = violated(sub, state, texts)
    address = f"/f/{facility.id}/provenance?ds={pond.id}&over=freeboard"
    return Fact(words["freeboard"], value, "m", sub, freeboard_state(facility, pond, state), provenance=address)


def violated(sub: str, state: str, texts: Texts) -> tuple[str, str]:
    """Say that the minimum freeboard is reached, in the line below it and by the state of a level that is fresh."""
    said = say(texts["safety"]["facts"]["violated"], sub=sub)
    return said, states.RED if state == states.FRESH else state


def freeboard_state(facility: FacilityRow, pond: DatastreamRow, state: str) -> str:
    """Give the worst level that the pond or a freeboard has reached, also one below a lower dyke; else the state."""
    derived = (facility.judged(row) for row in facility.datastreams if row.quantity == "freeboard")
    found = [states.judged(facility.assessment, pond.name, state), *(one for one in derived if one in states.RAISED)]
    return min(found, key=states.severity)


def _piezometers(facility: FacilityRow, texts: Texts) -> Fact | None:
    rows = [row for row in facility.datastreams if row.quantity == "water-level" and not row.is_manual]
    if not rows:
        return None
    words, fresh = texts["facts"], states.of_parts(row.part for row in rows).fresh
    top = max((row for row in rows if row.is_usable), key=lambda row: row.value or 0, default=None)
    sub = say(words["highest"], name=top.short, value=top.number) if top else ""
    state = "" if fresh == len(rows) else states.STALE
    return Fact(
        words["piezometers"], say(words["piezometers_value"], fresh=fresh, total=len(rows)), words["fresh"], sub, state
    )
