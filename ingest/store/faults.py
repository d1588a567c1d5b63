"""Faults: what nodes say of their instruments; the newest word of each is kept for the technician."""

from collections.abc import Iterable
from typing import Final

from ingest.values import MS_PER_S, Arrival, Connection

PREFIX: Final = "fault."
WRITE: Final = """
INSERT INTO instrument_fault AS known (facility_id, node_id, instrument_id, text, since, at, times)
SELECT facility_id, node_id, instrument_id, text, to_timestamp(first_ms / 1000.0), to_timestamp(last_ms / 1000.0), times
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS told (facility_id, node_id, instrument_id, text, first_ms, last_ms, times)
ON CONFLICT (facility_id, node_id, instrument_id) DO UPDATE SET
    since = CASE WHEN known.text = excluded.text THEN least(known.since, excluded.since)
                 WHEN known.at > excluded.at THEN known.since ELSE excluded.since END,
    text = CASE WHEN known.at > excluded.at THEN known.text ELSE excluded.text END,
    at = greatest(known.at, excluded.at), times = known.times + excluded.times"""


def write(connection: Connection, arrivals: Iterable[Arrival]) -> None:
    """Take in the faults of some new batches, in the order of the key so that two processes do not deadlock."""
    newest: dict[tuple[str, str, str], tuple[str, int, int, int]] = {}
    for arrival in arrivals:
        for fault in arrival.batch.faults if arrival.batch else ():
            node, _, local = fault.name.partition(":")
            key = (arrival.facility, node, local.removeprefix(PREFIX))
            at_ms = min(fault.time_ms, round(arrival.received_s * MS_PER_S))  # one of tomorrow would outlive all others
            text, first_ms, last_ms, times = newest.get(key, (fault.text, at_ms, at_ms, 0))
            if at_ms >= last_ms:
                first_ms = first_ms if fault.text == text else at_ms
                text, last_ms = fault.text, at_ms
            newest[key] = (text, first_ms, last_ms, times + 1)
    if newest:
        rows = [(*key, *told) for key, told in sorted(newest.items())]
        connection.execute(WRITE, [list(column) for column in zip(*rows, strict=True)])
