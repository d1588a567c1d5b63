"""Nodes that are silent, and datastreams that give nothing while their node reports.

A silent node is one alarm, and nothing is said of its datastreams. Where a node reports, a datastream is named that has
given nothing for three of its expected intervals, was never read, or gives only readings that are missing or rejected;
a derived one only where all that it is derived from is well. Where many of a node are so, they are one alarm.

Source: our own rules; what is stale is decided in `tailings.assess.freshness`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from ingest.alarms.equipment_rules import Detail, EquipmentFault, Inspection, Key, coded, instant
from tailings.assess import freshness
from tailings.facility import Facility
from wire import quality as flag

Wrong = tuple[str, Detail]
"""Rule, and what is wrong as a code and values."""
SHORTEST_S: Final = 20.0
"""A node that measures more often is not looked at more closely."""
MANY: Final = 3
"""So many datastreams of a node are alarms of their own; more are one."""
NAMED: Final = 3
SILENT: Final = "silent-node"
BAROMETER: Final = "barometer"
STALE: Final = "stale"
NEVER: Final = "never-read"
MISSING: Final = "missing"
REJECTED: Final = "rejected"
RULES: Final = (SILENT, BAROMETER, STALE, NEVER, MISSING, REJECTED)
AIR: Final = "barometric-pressure"
NODES: Final = """
SELECT n.id, n.expected_interval_s, t.read_at, t.received_at, t.first_at, t.heard_at
FROM node n JOIN node_contact t ON t.facility_id = n.facility_id AND t.node_id = n.id
WHERE n.facility_id = %(facility)s AND n.retired_at IS NULL AND n.expected_interval_s IS NOT NULL ORDER BY n.id"""
# The tenth column: where the newest reading is rejected or missing, the newest that was not, within a few intervals.
DATASTREAMS: Final = """
SELECT split_part(d.name, ':', 2) || ':' || split_part(d.name, ':', 3), d.node_id, d.quantity, d.expected_interval_s,
       l.phenomenon_time, l.received_at, l.first_time, l.quality, coalesce(l.tests, ''),
       CASE WHEN l.quality IN (4, 9) THEN (
           SELECT max(o.phenomenon_time) FROM observation o
           WHERE o.datastream_id = d.id AND o.quality NOT IN (4, 9) AND o.phenomenon_time <= l.phenomenon_time
             AND o.phenomenon_time > l.phenomenon_time - make_interval(secs => %(window)s * d.expected_interval_s)) END,
       d.known_since
FROM datastream d LEFT JOIN latest l ON l.datastream_id = d.id
WHERE d.facility_id = %(facility)s AND d.retired_at IS NULL AND d.origin <> 'manual'
  AND d.expected_interval_s IS NOT NULL ORDER BY d.id"""


class NodeContact(msgspec.Struct, frozen=True):
    """A node: its newest reading, when that came, its first one, and when anything was heard of it last."""

    id: str
    expected_interval_s: float
    read_at: datetime | None
    received_at: datetime | None
    first_at: datetime | None
    last_seen_at: datetime | None

    def is_silent(self, now: datetime) -> bool:
        """Whether it was heard once, and not for three intervals."""
        return self.last_seen_at is not None and self._is_stale(now, self.last_seen_at)

    def reference(self, now: datetime) -> datetime | None:
        """The time at which its datastreams should have a reading: that of its newest one.

        Now, where its packs come and nothing is read of them; None, where it was never heard or is silent.
        """
        if self.last_seen_at is None or self.is_silent(now):
            return None
        if self.read_at is None or self.received_at is None:
            return now
        return now if self._is_stale(now, max(self.read_at, self.received_at)) else min(self.read_at, now)

    def _is_stale(self, now: datetime, at: datetime) -> bool:
        return freshness.is_stale((now - at).total_seconds(), max(self.expected_interval_s, SHORTEST_S))


class DatastreamContact(msgspec.Struct, frozen=True):
    """A datastream with its newest reading; times are None where there is none."""

    name: str
    node: str
    quantity: str
    expected_interval_s: float
    read_at: datetime | None
    received_at: datetime | None
    first_at: datetime | None
    quality: int | None
    tests: str
    usable_at: datetime | None
    known_since: datetime

    def fault(self, node: NodeContact, now: datetime) -> Wrong | None:
        """Return what is wrong; None: it gives what it should, or its node is silent."""
        if self.quantity == AIR and self.quality not in (None, flag.PASS, flag.NOT_EVALUATED):
            return BAROMETER, coded("barometer-bad", node=self.node)
        reference = node.reference(now)
        if reference is None:
            return None
        if self.read_at is None or self.first_at is None:
            if not self._is_long(now, max(self.known_since, node.first_at or self.known_since)):
                return None
            return NEVER, coded(NEVER, datastream=self.name)
        if self._is_long(reference, self.read_at):
            if self.quantity == AIR:
                return BAROMETER, coded("barometer-silent", node=self.node, read_at=instant(self.read_at))
            return STALE, coded(STALE, datastream=self.name, read_at=instant(self.read_at))
        is_bad = self.quality is not None and not flag.is_usable(self.quality)
        if is_bad and self._is_long(self.read_at, self.usable_at or self.first_at):
            if self.quality == flag.MISSING:
                return MISSING, coded(MISSING, datastream=self.name)
            if not self.tests:
                return REJECTED, coded(REJECTED, datastream=self.name)
            return REJECTED, coded("rejected-by", datastream=self.name, tests=self.tests.split(","))
        return None

    def _is_long(self, now: datetime, at: datetime) -> bool:
        return freshness.is_stale((now - at).total_seconds(), self.expected_interval_s)


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Look at the nodes and datastreams of each facility."""
    for facility in inspection.facilities:
        yield from _of_facility(inspection, facility)


def _of_facility(inspection: Inspection, facility: Facility) -> Iterator[EquipmentFault]:
    now, known = inspection.now, inspection.known
    values = {"facility": facility.id, "now": now, "window": freshness.STALE_INTERVALS + 1}
    nodes = {row[0]: NodeContact(*row) for row in inspection.connection.execute(NODES, values).fetchall()}
    datastreams = [DatastreamContact(*row) for row in inspection.connection.execute(DATASTREAMS, values).fetchall()]
    for node in nodes.values():
        after_s = freshness.stale_after_s(max(node.expected_interval_s, SHORTEST_S))
        has_listened = (now - inspection.began).total_seconds() > after_s or (facility.id, SILENT, node.id) in known
        if node.last_seen_at is not None and node.is_silent(now) and has_listened:
            wrong = coded(SILENT, node=node.id, last_seen_at=instant(node.last_seen_at))
            yield EquipmentFault(facility.id, node.id, wrong, SILENT)
    found = dict(_found(datastreams, nodes, now))
    silent = {one.name for one in datastreams if one.node in nodes and nodes[one.node].is_silent(now)}
    causes = {name: what for name, what in found.items() if not _is_derived_from(facility, name, {*found, *silent})}
    yield from _told(facility, causes, {one.name: one.node for one in datastreams}, known)


def _found(
    datastreams: Iterable[DatastreamContact], nodes: Mapping[str, NodeContact], now: datetime
) -> Iterator[tuple[str, Wrong]]:
    """What is wrong by datastream."""
    for one in datastreams:
        node = nodes.get(one.node)
        if node is not None and (what := one.fault(node, now)) is not None:
            yield one.name, what


def _is_derived_from(facility: Facility, name: str, bad: Collection[str]) -> bool:
    stated = facility.datastreams.get(name)
    return stated is not None and any(source in bad for source in stated.inputs.values())


def _told(
    facility: Facility,
    causes: Mapping[str, Wrong],
    node_of: Mapping[str, str],
    known: Collection[Key],
) -> Iterator[EquipmentFault]:
    """One fault a datastream, or one a node when there are many; as long as one is left of these it stays one."""
    by_node: dict[str, list[str]] = {}
    for name, (rule, wrong) in causes.items():
        if rule == BAROMETER:
            yield EquipmentFault(facility.id, name, wrong, rule)
        else:
            by_node.setdefault(node_of[name], []).append(name)
    for node, names in by_node.items():
        if len(names) <= MANY and (facility.id, STALE, node) not in known:
            yield from (EquipmentFault(facility.id, name, causes[name][1], causes[name][0]) for name in names)
            continue
        more = {"more": len(names) - NAMED} if len(names) > NAMED else {}
        code = "unusable-more" if more else "unusable"
        wrong = coded(code, node=node, count=len(names), datastreams=names[:NAMED], **more)
        yield EquipmentFault(facility.id, node, wrong, STALE)
