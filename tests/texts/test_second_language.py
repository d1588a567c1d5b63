"""A second language leaves no English in sentences of pages and mails; the oracle is a mark on each letter."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

import texts
from api.alarms import performance
from api.alarms.models import Trial, TrialOutcome
from api.alarms.queries import Answered, Raised
from api.studies.origins import inputs
from api.studies.origins.models import name, note
from dashboard import verdict
from dashboard.alarms import headline, log, rationalisation, words
from dashboard.value.origins.sentences import Sentences
from ingest.notifications import templates
from ingest.notifications.facts import Action, Corrected, Facts, LostDatastream, NewestReading, PlanTest
from ingest.notifications.phrases import Reader
from ingest.notifications.templates import DigestEntry, Occurrence
from tests.dashboard.alarms.boards import alarm, board
from tests.dashboard.examples import NOW, datastream, facility, mode, node, standing
from tests.texts import pseudo
from texts import BadTexts, Texts, record

PLACE, MODE, NODE = "Vale do Sino", "4711", "n07"
BEGAN = datetime(2026, 11, 24, 22, 24, tzinfo=UTC)
POND = NewestReading(
    "vale:n01:pond.level",
    "pond-level",
    "m",
    BEGAN,
    338.5,
    quality=3,
    limits=[PlanTest("yellow", "above", 338.0)],
    tests="spike",
)
CORRECTED = {"code": "doubted-by", "before": "green", "after": "yellow", "changed_at": "2026-11-24T22:24Z"}
CORRECTED |= {"datastream": "vale:n01:pond.level", "value": 338.5, "unit": "m", "quality": 4, "tests": ["spike"]}
VALUES = (
    "vale:n01:pond.level",
    "n01:pond.level",
    "n07:vw1.level",
    "n02:vw1.level",
    PLACE,
    NODE,
    "n02",
    "n01",
    "WET",
    "UTC",
    "Nov",
)
SYMBOLS = (" m ", " m\n", " min", " h", " d ", " m)", " m,", " mm ", "mm ", "/h", " m")
"""Symbols of units, which are the same in each language."""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    """The whole second language."""
    return pseudo.catalogue(tmp_path_factory.mktemp("languages"))


def facts(**more: object) -> Facts:
    """How an alarm of the dam stands, with all that a letter may tell of it."""
    known = Facts(
        "dam",
        "overtopping",
        "level",
        1,
        1,
        began_at=BEGAN,
        returned_at=None,
        acknowledged_at=None,
        lowered_by="4712",
        corrected=Corrected("", CORRECTED),
    )
    full = {
        "approval_ended_on": date(2026, 11, 20),
        "lost": [LostDatastream("silent", "n01:pond.level")],
        "readings": [POND],
        "rain": ("vale:n01:pond.level", 12.0),
        "actions": [Action("4713", "4714", NOW - timedelta(hours=1)), Action("4715", "4716", None)],
    }
    return msgspec.structs.replace(known, **(full | more))


def said(kind: str, type: str = "level", family: str = "dam", detail: dict[str, object] | None = None) -> Occurrence:
    """Something to tell of it."""
    title = "" if detail else MODE
    return Occurrence(
        kind,
        "k",
        1,
        7,
        "vale",
        family=family,
        type=type,
        title=title,
        detail=detail or {},
        began_at=BEGAN,
        place=PLACE,
        zone="Europe/Lisbon",
    )


def test_the_verdict_of_a_page_is_said_in_it(other: Texts) -> None:
    """Green, yellow and blind, a silent node, suspect and missing readings."""
    streams = [datastream("n07:vw1.level", "water-level", 330.0, quality=3), datastream("n02:vw1.level", "ph", None)]
    known = facility(streams, [node(NODE), node("n02", 26 * 3600)])
    modes = [(), (mode("p1", MODE, "yellow"),), (mode("p1", MODE, sight="blind"),)]
    found = [verdict.of_facility(known, NOW, other)]
    found += [verdict.of_facility(replace(known, assessment=standing(*one)), NOW, other) for one in modes]
    lines = [f"{one.title}\n{one.says}" for one in found]

    assert [pseudo.leftovers(one, *VALUES, *SYMBOLS) for one in lines] == [""] * 4
    assert pseudo.leftovers(verdict.of_facility(known, NOW, texts.load()).title, *VALUES) != ""


def test_what_an_alarm_is_about_is_said_in_it(other: Texts) -> None:
    """On the page, in the verdict over the alarms and in the file of the log."""
    detail = {"code": "rejected-by", "datastream": "n01:pond.level", "tests": ["spike", "rate_of_change"]}
    one = alarm(family="maintenance", rule="rejected", subject="n01:pond.level", title="", detail=detail)
    title = words.title(one, "Europe/Lisbon", NOW, other)
    above = headline.of_board(board(one), other)
    row = log.lines([one], {}, other).splitlines()[1].split(",")[log.COLUMNS.index("title")]

    assert [pseudo.leftovers(line, "N01:pond.level", *VALUES) for line in (title, row, above.title)] == ["", "", ""]
    assert title != "" and "4" not in title


def test_the_figures_above_the_alarms_are_said_in_it(other: Texts) -> None:
    """How many alarms are open, by level."""
    facts = headline.of_board_facts(board(alarm()), other)

    assert [pseudo.leftovers(f"{one.name} {one.unit} {one.sub}") for one in facts] == [""] * len(facts)
    assert pseudo.marked("orange") in facts[0].sub


def test_what_another_rule_would_bring_is_said_in_it(other: Texts) -> None:
    """The level that it would no longer reach stands in the trial as a code."""
    outcome = TrialOutcome(for_n=3, dead_band_times=None, alarms=2, later_s=0.0, lost=["red"])
    tried = Trial(facility="fria", plan="4711", days=30, state="done", alarms=14, outcomes=[outcome])
    raised = [Raised(n, "fria", "dam", "4711", "", level=1, noted_at=NOW - timedelta(seconds=n)) for n in range(3)]
    month = performance.load(raised[::-1], Answered(None, []), NOW - timedelta(days=30), NOW)
    (hint,) = rationalisation.of_board(replace(board(), load=month), other, [tried])

    assert pseudo.leftovers(f"{hint.title}\n{hint.says}\n{hint.tried[0][0]}") == ""


@pytest.mark.parametrize("type", ["level", "suspect", "blind"])
@pytest.mark.parametrize("kind", ["raised", "escalated", "raised-again", "unacknowledged", "returned", "in-force"])
def test_a_letter_is_written_in_it(other: Texts, kind: str, type: str) -> None:
    """Subject and body of each kind, with readings, actions, who is next, and what of the past was changed."""
    reader = Reader(other, "Europe/Lisbon", NOW)
    subject = templates.subject(said(kind, type), facts(type=type), reader)
    body = templates.body(said(kind, type), facts(type=type), [("4717", NOW)], "", reader)

    found = pseudo.leftovers(f"{subject}\n{body}", "/alarms/7", *VALUES, *SYMBOLS)
    assert found == ""
    assert subject != "" and MODE in body


@pytest.mark.parametrize("code", list(texts.load("en", ("record",))["record"]["titles"]))
def test_what_is_wrong_with_equipment_is_written_in_it(other: Texts, code: str) -> None:
    """Each code, in a letter and in the digest."""
    names = {"node", "reason", "datastream", "sender", "gateway", "recipient", "host", "file", "plan", "day", "subject"}
    detail = dict.fromkeys(names, "0") | dict.fromkeys(
        (
            *("start_at", "stop_at", "last_seen_at", "read_at", "oldest_at", "failing_at", "since_at", "looked_at"),
            "good_at",
        ),
        "2026-11-24T22:24Z",
    )
    detail |= {"code": code, "tests": ["spike"], "levels": ["yellow", "red"], "datastreams": ["0"], "plans": ["0"]}
    detail |= dict.fromkeys(
        ("count", "more", "senders", "hours", "minutes", "batches", "percent", "free", "megabytes", "voltage_v"), 2
    )
    detail |= {"error": "ENOENT", "day": "2026-11-20"}
    told = said("raised", family="maintenance", detail=detail)
    reader = Reader(other, "Europe/Lisbon", NOW)
    known = facts(family="maintenance", rule="battery")
    subject = templates.subject(told, known, reader)
    body = templates.body(told, known, (), "", reader)
    _, daily = templates.digest(PLACE, [DigestEntry(7, "", detail, known)], (1, 1), "", reader)

    assert [pseudo.leftovers(one, "/alarms/7", "/alarms", *VALUES, *SYMBOLS) for one in (subject, body, daily)] == [
        ""
    ] * 3


def test_what_a_study_stores_in_words_is_said_in_it(other: Texts) -> None:
    """A class and a list, where the panel of origins quotes them; what nobody put into words stays as it is stored."""
    said = Sentences(other, "UTC", NOW)
    step = inputs.quoted("figure", name("listed", element="4711"), "critical", note("quoted", quote="viable project"))
    typed = inputs.quoted("figure", name("listed", element="4711"), "typed")

    assert pseudo.leftovers(f"{said.name(step.name)} {said.value(step)} {said.note(step.notes[0])}") == ""
    assert said.value(typed) == "typed"


def test_what_programs_give_as_reasons_is_said_in_it(other: Texts) -> None:
    """A reason and an evidence of a program by their code; what a person typed stays as it was typed."""
    reason = record.reason("older-version", "program:ingest", 7, other)

    assert pseudo.leftovers(reason) == "" and "7" in reason
    assert pseudo.leftovers(record.evidence("over-when-known", "program:ingest", other)) == ""
    assert record.reason("older-version", "user:3", 7, other) == "older-version"


def without(found: Texts) -> Texts:
    """The catalogue without one sentence."""
    del found["record"]["titles"]["battery"]
    return found


def with_more(found: Texts) -> Texts:
    """The catalogue with a key that English does not have."""
    found["record"]["titles"]["batteries"] = "?"
    return found


def without_value(found: Texts) -> Texts:
    """The catalogue with a sentence that lost the node."""
    found["record"]["titles"]["silent-node"] = "? {last_seen_at}"
    return found


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (without, r"xx lacks: record\.titles\.battery"),
        (with_more, r"xx has unknown keys: record\.titles\.batteries"),
        (
            without_value,
            r"xx fills \['last_seen_at'\] into record\.titles\.silent-node, English \['last_seen_at', 'node'\]",
        ),
    ],
)
def test_a_language_that_is_not_whole_is_not_loaded(tmp_path: Path, change: object, why: str) -> None:
    """A sentence is missing, one is too many, one has lost a value: each is named when the language is loaded."""
    pseudo.write(tmp_path, "record", change)

    with pytest.raises(BadTexts, match=why):
        texts.load("xx", ("record",), tmp_path)


def test_a_language_without_a_room_is_not_loaded(tmp_path: Path) -> None:
    """Its file is named."""
    with pytest.raises(BadTexts, match=r"there is no .*xx/notifications\.toml"):
        texts.load("xx", ("notifications",), tmp_path)
