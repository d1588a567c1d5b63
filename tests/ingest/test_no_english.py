"""No English in stored rows: programs write codes, names and numbers; sentences are made where they are shown.

A dam's history is made by the real chain. Then each column of text or JSON is read: all of it must be codes, but for
what people type and for the sentences that docs/decisions/0015-texts.md lets stand, each named here with its reason.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import psycopg
import pytest

from ingest.store import Store
from ingest.values import Connection
from tests import alarm_story
from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked
from tests.ingest.notifications.desk import opened
from tests.servers import TestDatabase

Owner = psycopg.Connection[tuple[Any, ...]]
CODE: Final = re.compile(r"[^\s]*")
"""Codes, ids, names, units, digests, ISO times: one word. A sentence has a space."""
FACILITY_FILE: Final = "words of the facility file, or the file itself"
LABORATORY: Final = "words of a laboratory's or a study's file, or the file itself"
REGISTER: Final = "words of a register's file or of its map"
TYPED: Final = {
    "alarm_action.what": FACILITY_FILE,
    "alarm_action.who": FACILITY_FILE,
    "alarm_event.lowered_by": FACILITY_FILE,
    "duty.role": FACILITY_FILE,
    "facility.document": FACILITY_FILE,
    "facility.file": FACILITY_FILE,
    "facility.name": FACILITY_FILE,
    "facility_version.document": FACILITY_FILE,
    "facility_version.file": FACILITY_FILE,
    "instrument.maker": FACILITY_FILE,
    "instrument.model": FACILITY_FILE,
    "node.name": FACILITY_FILE,
    "assay_file.synthetic": LABORATORY,
    "assay_sample.material": LABORATORY,
    "register.title": REGISTER,
    "register.publisher": REGISTER,
    "register.licence": REGISTER,
    "register_import.title": REGISTER,
    "register_import.licence": REGISTER,
    "register_entry.search": REGISTER,
    "register_entry.sort_name": REGISTER,
    "register_entry.registered_id": REGISTER,
    "register_entry.status": REGISTER,
    "register_entry.consequence": REGISTER,
    "register_revision.document": REGISTER,
    "study.inputs": LABORATORY,
    "study.result": LABORATORY,
    "water_sample.laboratory": LABORATORY,
    "water_sample.medium": LABORATORY,
    "alarm_hold.reason": "typed by who holds an alarm",
    "api_key.label": "typed by an administrator",
    "person.name": "typed by an administrator",
    "quarantine_decision.reason": "typed by who decides",
    "recipient.name": "typed by an administrator",
    "command.body": "typed by who asks",
    "hand_over_note.note": "typed by who hands over",
    "public_question.words": "typed by citizens",
    "public_question.answer": "typed by who answers",
    "rota_shift.name": "typed by an administrator",
    "rota_absence.member": "typed by an administrator",
    "rota_absence.stand_in": "typed by an administrator",
    "tarp_approval.note": "typed by who approves",
    "tarp_approval.role": FACILITY_FILE,
    "tarp_withdrawal.note": "typed by who withdraws",
    "tarp_withdrawal.role": FACILITY_FILE,
}
"""Columns that people fill, as they typed it."""
SENTENCES: Final = {
    "agent_state.document": "holds the gateway's refusals, and words of its facility file",
    "agent_state.refused_reason": "a refusal: names field, reason and fix for the operator",
    "assay_file.faults": "refusals: name row, reason and fix for the laboratory",
    "register_import.faults": "refusals: name row, field, reason and fix for the register",
    "register_import.notes": "what is worth a look, for the register",
    "water_file.faults": "refusals: name row, reason and fix for the laboratory",
    "quarantine.fix": "a refusal's fix, as the gateway or ingest gave it",
    "quarantine.field": "a refusal's field, which may be part of what came",
    "command.outcome": "holds the refusal of a command",
    "heartbeat.error": "the answer of a service of others",
    "notification_attempt.error": "the answer of a service of others",
    "instrument_fault.text": "the node's own words for a fault, as its firmware sends them",
    "command_kind.what": "documentation of the api",
    "command_kind.body": "documentation of the api",
    "notification.subject": "the letter as it was sent, in the language of who got it",
    "notification.body": "the letter as it was sent, in the language of who got it",
}
"""Columns whose sentences stand (docs/decisions/0015-texts.md)."""
BY_PROGRAMS: Final = {
    "alarm_event.title": "family = 'maintenance'",
    "alarm_history.note": "author ~ '^(program|agent):'",
    "alarm_action.evidence": "closed_by ~ '^(program|agent):'",
    "annotation.reason": "author ~ '^(program|agent):'",
    "revision.reason": "author ~ '^(program|agent):'",
}
"""Columns that people and programs fill: which rows are a program's."""
TYPED_KEYS: Final = {
    "alarm_event.detail": {"reason"},
    "assessment.document": {"title", "what", "who", "lowered_by"},
    "audit.detail": {"role"},
}
"""Keys of JSON whose values are words of the facility file, or a node's own, as its firmware sends them."""
JSON_AS_TEXT: Final = {"audit.detail"}
"""Columns of text that hold JSON, as it was hashed."""
COLUMNS: Final = """
SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t
  USING (table_schema, table_name)
WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE'
  AND (c.data_type IN ('text', 'jsonb', 'json', 'character varying') OR c.udt_name IN ('_text', '_varchar'))
ORDER BY 1, 2"""


def columns(owner: Owner) -> list[str]:
    """Each column that can hold words."""
    return [f"{table}.{column}" for table, column in owner.execute(COLUMNS).fetchall()]


def sentences(owner: Owner) -> Iterator[tuple[str, str]]:
    """Give column and value of all that programs wrote and that is no code."""
    for name in columns(owner):
        if name in TYPED or name in SENTENCES:
            continue
        table, column = name.split(".")
        where = BY_PROGRAMS.get(name, "true")
        for (value,) in owner.execute(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE {where}'.encode()).fetchall():
            value = json.loads(value) if name in JSON_AS_TEXT else value
            yield from ((name, word) for word in words(value, TYPED_KEYS.get(name, set())) if not CODE.fullmatch(word))


def words(value: object, typed: set[str]) -> Iterator[str]:
    """Give each text in a value of JSON, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for key, inner in value.items():
            if key not in typed:
                yield from words(inner, typed)
    elif isinstance(value, list):
        for inner in value:
            yield from words(inner, typed)


def test_a_site_with_alarms_stores_codes(database: TestDatabase) -> None:
    """Plans, equipment, samples, a study, an edit of flags, a hold; English in JSON and in a note is found."""
    told = alarm_story.tell(database.conninfo())
    alarm_story.recede(database.conninfo())
    alarm_story.doubt(database.conninfo())
    alarm_story.shelve(database.conninfo(), told)
    with psycopg.connect(database.conninfo()) as owner:
        found = list(sentences(owner))
        named = {*TYPED, *SENTENCES, *BY_PROGRAMS, *TYPED_KEYS} - set(columns(owner))
        owner.execute("UPDATE alarm_event SET detail = '{\"code\": \"Battery is low\"}' WHERE rule = 'battery'")
        owner.execute("UPDATE alarm_history SET note = 'was taken back' WHERE kind = 'corrected'")
        control = set(sentences(owner))

    assert found == []
    assert named == set()
    assert control == {("alarm_event.detail", "Battery is low"), ("alarm_history.note", "was taken back")}


def test_a_history_of_notifications_and_verdicts_stores_codes(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Any
) -> None:
    """A rise and its spike, a week that comes late, rejected readings, a wrong clock, a recipient who is told."""
    with opened(connection, store, vale) as desk:
        looked = Looked(desk.dam, tmp_path)
        desk.add("shift")
        desk.dam.put([(-4000, 338.5), (-3990, 337.0)])
        desk.dam.follow(0)
        desk.raise_pond(1)
        desk.run_until(minute(3))
        desk.dam.put([(5, 337.0)])
        desk.dam.judge([(1, 338.5)])
        desk.dam.follow(6)
        desk.dam.put([(-2000, 338.5)])
        desk.dam.follow(7)
        desk.dam.put(
            [(at, 12.0) for at in range(8, 60)], quality=4, name="n01:battery.voltage", tests="spike,gross_range"
        )
        with psycopg.connect(vale.conninfo(), autocommit=True) as owner:
            owner.execute(
                "INSERT INTO agent_state (facility_id, agent_id, is_online, clock_ahead_s)"
                " VALUES ('vale', 'gw1', true, 900)"
            )
        looked.look(61)
        desk.run_until(minute(70), timedelta(minutes=5))

    with psycopg.connect(vale.conninfo()) as owner:
        kinds = {row[0] for row in owner.execute("SELECT DISTINCT kind FROM revision").fetchall()}
        codes = {row[0] for row in owner.execute("SELECT DISTINCT detail ->> 'code' FROM alarm_history").fetchall()}
        found = list(sentences(owner))
    assert found == []
    assert "quality-update" in kinds
    assert {"doubted-by", "over-when-known"} <= codes


@pytest.mark.parametrize("name", [*TYPED, *SENTENCES])
def test_a_column_is_named_once(name: str) -> None:
    """A column is typed, or has sentences, or is a program's in part: never two of these."""
    assert sum(name in some for some in (TYPED, SENTENCES, BY_PROGRAMS)) == 1
