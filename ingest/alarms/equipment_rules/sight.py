"""A failure of the dam would not be seen, by the newest proof of sight; or nobody has proved it for too long.

A plan that calls nobody is no loss of sight, and where nothing was ever proved (no such program runs) nothing is said.
That nobody is told of a level is said once, by `no_recipient`.

Source: our own rule and figure; proofs are made hourly.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection
from tailings.on_call import BLIND_BY_PROOF

LOST: Final = BLIND_BY_PROOF
UNPROVED: Final = "sight-not-proved"
RULES: Final = (LOST, UNPROVED)
WITHIN: Final = timedelta(hours=3)
SAID: Final = {
    "silent": "sight-silent",
    "never-read": "sight-never-read",
    "flagged-before": "sight-flagged-before",
    "flagged": "sight-flagged",
    "not-reached": "sight-not-reached",
    "shelved": "sight-shelved",
    "no-way": "sight-no-way",
}
"""The sentence of each reason that a plan is blind for."""
BLIND: Final = """
SELECT facility_id, plan, jsonb_strip_nulls(jsonb_build_object(
    'plan', plan, 'subject', cause ->> 'subject', 'since_at', cause ->> 'since', 'code', cause ->> 'code'))
FROM sight_newest LEFT JOIN LATERAL (
    SELECT one AS cause FROM jsonb_array_elements(document -> 'reasons') WITH ORDINALITY AS found (one, place)
    WHERE one ->> 'code' NOT IN ('approval-ended', 'not-approved') ORDER BY place LIMIT 1) first ON true
WHERE document ->> 'state' = 'blind' AND cause ->> 'code' IS DISTINCT FROM 'nobody-told'"""
OLD: Final = """
SELECT facility_id, 'centre', jsonb_build_object('code', 'sight-not-proved', 'looked_at',
       to_char(max(last_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
FROM sight_stretch GROUP BY facility_id HAVING max(last_at) < %(now)s - %(within)s"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database for plans that are still in the file."""
    plans = {(facility.id, plan) for facility in inspection.facilities for plan in facility.tarp}
    for fault in inspection.ask(BLIND):
        if (fault.facility, fault.subject) in plans:
            code = SAID.get(fault.detail.get("code", ""), "sight-unknown")
            yield EquipmentFault(fault.facility, fault.subject, {**fault.detail, "code": code}, LOST)
    for fault in inspection.ask(OLD, within=WITHIN):
        yield EquipmentFault(fault.facility, fault.subject, fault.detail, UNPROVED)
