"""One place a rule: a question that is answered twice is answered differently one day.

A function that is named after one of these questions calls the one that answers it, straight or by another that does;
and what only that one may look at is compared nowhere else.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[2]
ROOMS: Final = ("tailings", "edge_agent", "ingest", "api", "dashboard", "tailwatch")


class Question(NamedTuple):
    """A question: how functions that answer it are called, where it is answered, by which functions, from what.

    elsewhere: functions that share the name and ask something else, with what they ask.
    """

    name: str
    owners: tuple[str, ...]
    answers: tuple[str, ...]
    attributes: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


QUESTIONS: Final = {
    "past a level": Question(
        r"^_?is_past|^_?is_over_(limit|level)",
        ("tailings/levels.py",),
        ("is_past",),
        elsewhere=("ingest/alarms/record.py:is_past", "api/alarms/models.py:is_past"),
    ),
    "stale": Question(
        r"^_?is_(stale|silent|late_reading)$|^_?stale_after_(s|ms)$|^_?stale_at$",
        ("tailings/assess/freshness.py", "tailings/tarp/", "tailings/filters/", "tailings/commodities/"),
        ("is_stale", "stale_after_s", "of_datastream", "state"),
        elsewhere=("tailwatch/demo/dam.py:is_silent", "tailwatch/demo/faults.py:is_silent"),
    ),
    "in force": Question(
        r"^_?(is_in_force|calls|is_approved)$",
        ("tailings/tarp/_approval.py", "tailings/water/limits.py"),
        ("calls", "state_of", "is_in_force"),
        attributes=("approved_on", "withdrawn_on"),
    ),
    "may go now": Question(r"^_?(due_at|is_loud|is_quiet)$", ("tailings/on_call.py",), ("due_at", "is_loud")),
    "usable": Question(
        r"^_?(is_)?usable$",
        ("wire/quality.py",),
        ("is_usable",),
        elsewhere=("tailings/formulas/_evaluation.py:_is_usable",),
    ),
}
DATES_OWNERS: Final = ("tailings/tarp/_approval.py", "tailings/facility/", "dashboard/alarms/words.py")
"""The words say why a plan only simulates, once its state was told."""
INTERVALS: Final = re.compile(
    r"(?<![.\d])[2-9](\.\d+)?\s*\*\s*[\w.]*expected_interval_s|expected_interval_s\s*\*\s*[2-9]"
)
"""Three expected intervals, written anew in Python or SQL."""


CSV_WRITER: Final = re.compile(r"csv\.(Dict)?[wW]riter\b")
"""A second way to write CSV for people would have cells that begin a formula."""
CSV_OWNERS: Final = ("tailings/csv_text.py", "tailwatch/demo/")
"""The demo writes files that the product reads."""


class Function(NamedTuple):
    """A function of the product, and the names that it uses."""

    place: str
    name: str
    uses: frozenset[str]


def functions(file: str, text: str) -> Iterator[Function]:
    """All functions of a file."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            used = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
            used |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} - {node.name}
            yield Function(file, node.name, frozenset(used))


def second_answers(question: Question, files: dict[str, str]) -> list[str]:
    """Functions that answer a question by themselves, as `file:function`."""
    asked = [
        one
        for file, text in files.items()
        if not file.startswith(question.owners)
        for one in functions(file, text)
        if re.search(question.name, one.name) and f"{file}:{one.name}" not in question.elsewhere
    ]
    known, waiting = set(question.answers), asked
    while True:
        passed = [one for one in waiting if one.uses & known]
        if not passed:
            return sorted(f"{one.place}:{one.name}" for one in waiting)
        known |= {one.name for one in passed}
        waiting = [one for one in waiting if one not in passed]


def compared(attributes: tuple[str, ...], files: dict[str, str]) -> list[str]:
    """Where dates of an approval are compared, outside of the one place."""
    found = []
    for file, text in files.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Compare) and any(
                isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops
            ):
                used = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
                if used & set(attributes) and not file.startswith(DATES_OWNERS):
                    found.append(f"{file}:{node.lineno}")
    return found


@pytest.fixture(scope="module")
def product() -> dict[str, str]:
    """The text of every file of the product."""
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_question_is_answered_in_one_place(asked: str, product: dict[str, str]) -> None:
    """Whatever is named after it calls the one that answers it."""
    question = QUESTIONS[asked]

    assert second_answers(question, product) == []
    assert compared(question.attributes, product) == []


def test_three_intervals_stand_in_one_place(product: dict[str, str]) -> None:
    """No multiple of the expected interval, in Python or in the SQL within it."""
    found = [file for file, text in product.items() if INTERVALS.search(text)]

    assert [file for file in found if file != "tailings/assess/freshness.py"] == []


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("past a level", "def is_past(one, value):\n    return value > one.value\n"),
        ("stale", "class Row:\n    def is_stale(self):\n        return self.age_s > 900\n"),
        ("in force", "def is_in_force(plan, day):\n    return plan.approved_on <= day\n"),
        ("usable", "class Row:\n    def is_usable(self):\n        return self.quality not in (4, 9)\n"),
    ],
)
def test_a_second_answer_is_found(asked: str, text: str) -> None:
    """The control: a function that compares by itself is named."""
    question, files = QUESTIONS[asked], {"api/other.py": text}

    assert second_answers(question, files) + compared(question.attributes, files)


def test_a_second_three_intervals_is_found() -> None:
    """The control: by a number of its own, in Python and in SQL."""
    assert INTERVALS.search("age_s > 3 * node.expected_interval_s") and INTERVALS.search("d.expected_interval_s * 3")


def test_csv_is_written_in_one_place(product: dict[str, str]) -> None:
    """So that no cell begins a formula; pages make theirs in `dashboard/static/take.js`."""
    found = [file for file, text in product.items() if CSV_WRITER.search(text) and not file.startswith(CSV_OWNERS)]

    assert found == []
    assert CSV_WRITER.search("csv.writer(out)") and CSV_WRITER.search("csv.DictWriter(out, names)")
