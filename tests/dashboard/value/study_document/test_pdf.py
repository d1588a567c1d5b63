"""The study by Article 27(2) on paper: tagged, in the reader's language, and with the figures of the api."""

import shutil
import subprocess
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
import pytest
import typst

import texts
from api.studies import document, valuation
from api.studies.document import StudyDocument
from api.studies.models import Valuation
from api.studies.origins import KnownOrigin
from dashboard.paper import Paper, asking, typeset
from dashboard.value.study_document import content
from dashboard.value.view import TEMPLATE
from tests import own_loop, pdf_ua
from tests.dashboard.value.study import inputs
from tests.dashboard.value.valued import known_study
from tests.texts.words import EACH

PLACE = {"zone": "Europe/Lisbon", "origin": "https://tailwatch.example"}
LANGUAGES = ("en", *EACH)


@cache
def answered() -> tuple[StudyDocument, Valuation]:
    """The document of the demo's study as data, and the answer of its page."""
    study = known_study({"wall": "green"}, inputs=inputs())
    now = valuation.answer(study, {})
    found = document.of(KnownOrigin(study, now), {})
    return found, Valuation(facility="vale", overview=study.overview, study=now)


@cache
def data(language: str, operator: str = "Example operator") -> dict[str, Any]:
    """What the document of the demo's study says."""
    found, answer = answered()
    found = found.model_copy(update={"operator": operator})
    return content.document(found, answer, texts.load(language), language=language, **PLACE)


def test_its_days_are_those_of_the_facility() -> None:
    """At 23:00 of 23 November in Santiago (UTC-3 in summer) it is 24 November by UTC, when the study is due."""
    found, answer = answered()
    times = {"now": datetime(2026, 11, 24, 2, tzinfo=UTC), "made_at": datetime(2026, 11, 23, 2, tzinfo=UTC)}
    place = PLACE | {"zone": "America/Santiago"}

    made = content.document(found.model_copy(update=times), answer, texts.load("en"), language="en", **place)

    assert made["day"] == {"year": 2026, "month": 11, "day": 23}
    assert [day in " ".join(made["about"]) for day in ("22 Nov 2026", "23 Nov 2026", "24 Nov 2026")] == [
        True,
        True,
        False,
    ]


@cache
def read(language: str, operator: str = "Example operator") -> str:
    """The text of the PDF, as poppler reads it, without spaces: it takes the one within a number for none."""
    made = typeset.pdf(asked(data(language, operator)))
    return closed(poppler("pdftotext", made, "-raw"))


def asked(document: dict[str, Any]) -> bytes:
    """What the child is asked."""
    return msgspec.json.encode(Paper(TEMPLATE, document))


def closed(words: str) -> str:
    """Words without spaces."""
    return "".join(words.split())


def poppler(program: str, pdf: bytes, *more: str) -> str:
    """Run a program of poppler over a PDF."""
    path = shutil.which(program)
    assert path, f"{program} is missing: apt-get install --no-install-recommends poppler-utils"
    out = ["-"] if program == "pdftotext" else []
    return subprocess.run([path, *more, "-", *out], input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_on_paper_are_those_of_the_answer(language: str) -> None:
    """Each row of each part: its name, and its P50 with the interval and the first source behind it."""
    rows = [row for part in data(language)["parts"] for row in part["rows"]]
    paper = read(language)

    missing = [row["name"] for row in rows if closed(row["name"]) not in paper or behind(row) not in paper]
    assert (len(rows), missing) == (46, [])


def behind(row: dict[str, Any]) -> str:
    """What stands behind the name of a figure."""
    return closed(f"{row['value']}{row['interval']}[{row['sources'][0]}]")


def test_a_figure_that_differs_is_noticed() -> None:
    """The control: a net value that is not the answer's is not on the paper."""
    rows = {row["name"]: row for part in data("en")["parts"] for row in part["rows"]}
    net = rows["Net value, undiscounted"]

    assert behind(net) in read("en")
    assert behind({**net, "value": "+99 M EUR"}) not in read("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_figure_leads_to_its_page_and_to_numbered_sources(language: str) -> None:
    """No number of a source is missing from the list, and none stands there that nothing leads to."""
    found = data(language)
    rows = [row for part in found["parts"] for row in part["rows"]]

    cited = {number for row in rows for number in row["sources"]}
    assert all(row["sources"] for row in rows)
    assert cited == {source["number"] for source in found["sources"]["rows"]}
    assert {row["address"].partition("?")[0] for row in rows} == {"https://tailwatch.example/f/vale/value/provenance"}


def test_it_is_tagged_for_screen_readers() -> None:
    """By poppler: a title, headings, tables with header cells, links; typst writes by PDF/UA-1, or not at all."""
    made = typeset.pdf(asked(data("en")))
    facts, structure = poppler("pdfinfo", made), poppler("pdfinfo", made, "-struct")

    assert "Tagged:          yes" in facts
    assert "Title:           Vale do Sino: preliminary economic assessment study" in facts
    assert [structure.count(tag) > 0 for tag in ("H1", "H2", "Table", "THead", "TH", "Link")] == [True] * 6
    assert "Tagged:          no" in poppler("pdfinfo", typst.compile(b"= Bare", pdf_tags=False))  # the control


@pytest.mark.foreign
def test_verapdf_finds_no_fault_in_it() -> None:
    """By the 106 rules of PDF/UA-1 of a program that is not ours and not typst's, in each language."""
    papers = [typeset.pdf(asked(data(language))) for language in ("en", "es", "pt")]

    assert pdf_ua.failures(*papers) == [[], [], []]


def test_what_is_written_in_a_facility_file_is_text_and_no_command() -> None:
    """An operator whose name looks like typst's markup stands there as it is."""
    assert closed('#panic("x") $y$ *z* @w') in read("en", '#panic("x") $y$ *z* @w')


def test_it_is_set_in_a_child_with_limits() -> None:
    """The same bytes as here."""
    made = own_loop.run(asking.pdf(Paper(TEMPLATE, data("en"))))

    assert made == typeset.pdf(asked(data("en")))
