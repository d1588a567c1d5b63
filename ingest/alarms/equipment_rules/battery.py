"""The voltage of a node's battery is doubted by the filters of its datastream.

Source: our own rule; the limits are those of the facility file.
"""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from ingest.alarms.equipment_rules import EquipmentFault, Inspection, coded
from tailings import units

QUESTION: Final = """
SELECT d.facility_id, d.node_id,
       jsonb_build_object('voltage', l.result, 'unit', d.unit)
FROM datastream d JOIN latest l ON l.datastream_id = d.id
JOIN instrument i ON (i.facility_id, i.node_id, i.id) = (d.facility_id, d.node_id, d.instrument_id)
WHERE i.driver = 'battery' AND d.quantity = 'voltage' AND d.retired_at IS NULL AND l.quality IN (3, 4)
  AND l.result IS NOT NULL AND l.phenomenon_time > %(now)s - interval '7 days'"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database, and say it in volts."""
    for found in inspection.ask(QUESTION):
        volts = units.convert(found.detail["voltage"], found.detail["unit"], "V")
        yield replace(found, detail=coded("battery", node=found.subject, voltage_v=round(volts, 2)))
