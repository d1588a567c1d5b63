"""Annual statements on paper and as a page: the figures of the api, tagged, signed by a form, and sealed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import texts
from api.statements.models import AnnualStatement
from dashboard.statements import content
from tailwatch import seals
from tests import pdf_ua
from tests.api import people
from tests.api.server import ApiServer
from tests.dashboard.value.study_document.test_pdf import closed, poppler
from tests.servers import TestDatabase
from texts import languages

PAGE = "/f/vale/statements"
STATED = ("passed", "not_evaluated", "suspect", "rejected")
ENGINEER = "statement-engineer"
WORDS = {
    "name": "Ana Moura",
    "role": "Engineer of Record",
    "remark:conclusion": "It behaved as designed.\r\nNo change.",
}


@pytest.fixture(scope="module")
def sealing(pages_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api over the site of the pages, with a seal."""
    folder = tmp_path_factory.mktemp("statements")
    seals.made_once(folder / "seal.pem")
    people.add_user(pages_database.conninfo(), ENGINEER, vale="approve")
    server = ApiServer(folder, pages_database.conninfo("tailwatch_api"), seal_file=f'"{folder / "seal.pem"}"').start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def client(sealing: ApiServer) -> Iterator[httpx.Client]:
    """Who reads without a login."""
    with httpx.Client(base_url=sealing.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def engineer(sealing: ApiServer) -> Iterator[httpx.Client]:
    """Who may approve in vale, logged in."""
    with httpx.Client(base_url=sealing.url, timeout=60, follow_redirects=True) as client:
        people.log_in(client, ENGINEER)
        yield client


@pytest.fixture(scope="module")
def year(client: httpx.Client) -> int:
    """The newest year that has readings."""
    return int(client.get("/api/v1/facilities/vale/statements").json()["years"][0])


def pdf(client: httpx.Client, year: int, language: str = "en", **query: int) -> bytes:
    """The statement on paper."""
    answer = client.get(f"{PAGE}/{year}.pdf", params=query, headers={"accept-language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return answer.content


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_figures_on_paper_are_those_of_the_api(client: httpx.Client, year: int, language: str) -> None:
    """Of each series the counts and the extremes; of each gap its sentence; of each limit the verdict."""
    found = client.get(f"/api/v1/facilities/vale/statements/{year}").json()
    paper = closed(poppler("pdftotext", pdf(client, year, language), "-raw"))

    missing = [words for words in expected(found, language) if closed(words) not in paper]
    uncounted = [one["datastream"] for one in found["results"] if not has_count(paper, one)]
    assert (missing, uncounted, len(found["results"]) > 20, len(found["gaps"]) > 5) == ([], [], True, True)


def expected(found: dict[str, Any], language: str) -> list[str]:
    """What stands on paper of an answer, by the catalogue."""
    with languages.speaking(languages.Language(language)):
        words = texts.load(language)
        asked = [words["statement"]["directive"], *(one["ref"] for one in found["gaps"] if "GISTM" in one["ref"])]
        gaps = [words["statement"]["gaps"]["codes"][one["code"]]["closes"] for one in found["gaps"]]
        verdicts = [words["water"]["limits"]["claims"][one["outcome"]] for one in found["limits"]]
    return [*asked, *gaps, *verdicts, found["figures_sha256"]]


def has_count(paper: str, result: dict[str, Any]) -> bool:
    """Whether the row of a series has its count: what follows it without a space is its flags and its coverage."""
    count = "[.,]?".join(f"{sum(result[flag] for flag in STATED):_}".split("_"))
    share = result["coverage"]
    whole, tenth = divmod(0 if share is None else int(round(share * 1000, 6)), 10)
    coverage = r"[^\d]" if share is None else rf"{whole}[.,]{tenth}%"
    # One way to read what stands between: a text that does not fit was tried in more ways than a test has time for.
    row = rf"{re.escape(result['datastream'])}(?:[^%]{{0,80}}?[^\d.,%])?{count}(?:\d[\d.,]*[^\d.,%][^\d%]*)*{coverage}"
    return re.search(row, paper) is not None


def test_a_row_that_does_not_fit_is_said_at_once() -> None:
    """Forty figures behind a count, and another coverage than the answer has."""
    result = {"datastream": "n01:baro.pressure", **dict.fromkeys(STATED, 0), "passed": 7, "coverage": 0.57}
    paper = "n01:baro.pressure7" + "1.234,5suspect" * 40

    assert not has_count(f"{paper}56,9%", result)
    assert has_count(f"{paper}57,0%", result)


@pytest.mark.parametrize(("share", "words"), [(0.57, "57.0"), (0.29, "29.0"), (0.99999, "99.9"), (1.0, "100.0")])
def test_a_share_is_rounded_down_and_no_further(share: float, words: str) -> None:
    """Only what is whole is 100 %; 0.57 is 57.0 %, though 0.57 times 100 is a little less than 57 (IEEE 754)."""
    assert content.percent(share) == f"{words} %"


def test_its_sight_is_that_of_the_record_of_the_year(client: httpx.Client, year: int) -> None:
    """Seen, blind and not proved of each plan, as the record has them; the page asks nothing of alarms."""
    record = client.get(f"/api/v1/facilities/vale/sight/{year}").json()["record"]
    found = client.get(f"/api/v1/facilities/vale/statements/{year}").json()

    shares = {one["plan"]: (one["seen"], one["blind"], one["not_proved"]) for one in found["plans"]}
    # The statement ends with the last whole day, the record now.
    known = {one["plan"]: (one["seen"], one["blind"], one["not_proved"]) for one in record["plans"]}
    assert set(shares) == set(known) and len(known) > 2
    assert shares == {plan: pytest.approx(some, abs=0.02) for plan, some in known.items()}


def test_its_day_is_that_of_the_place(client: httpx.Client, year: int) -> None:
    """Made at 22:00 of 31 December in Santiago, it is not of 1 January: the line of who signed has that day, too."""
    found = AnnualStatement.model_validate(client.get(f"/api/v1/facilities/vale/statements/{year}").json())
    of_chile = found.model_copy(update={"timezone": "America/Santiago"})
    made = content.document(of_chile, texts.load("en"), language="en", now=datetime(2026, 1, 1, 1, tzinfo=UTC))

    assert made["day"] == {"year": 2025, "month": 12, "day": 31}
    assert "made 31 Dec 2025" in made["foot"]


def test_a_figure_that_differs_is_noticed(client: httpx.Client, year: int) -> None:
    """The control: a count that is not the api's is not on paper."""
    found = client.get(f"/api/v1/facilities/vale/statements/{year}").json()
    paper = closed(poppler("pdftotext", pdf(client, year), "-raw"))

    noticed = [not has_count(paper, one | {"passed": one["passed"] + 7}) for one in found["results"]]
    assert noticed == [True] * len(noticed) and noticed


def test_it_is_tagged_for_screen_readers(client: httpx.Client, year: int) -> None:
    """By poppler: a title, headings, and tables with header cells."""
    made = pdf(client, year)
    facts, structure = poppler("pdfinfo", made), poppler("pdfinfo", made, "-struct")

    assert "Tagged:          yes" in facts and f"annual statement {year}" in facts
    assert [structure.count(tag) > 0 for tag in ("H1", "H2", "Table", "THead", "TH")] == [True] * 5


def test_a_form_signs_it_and_the_paper_is_sealed(engineer: httpx.Client, year: int, tmp_path: Path) -> None:
    """Without scripts: name and remarks stand on paper, poppler finds the seal valid, and a changed byte breaks it."""
    form = WORDS | people.hidden_fields(main_of(engineer, year))
    listed = engineer.post(f"{PAGE}/{year}", data=form)
    made = pdf(engineer, year, version=1)

    assert listed.status_code == 200 and "signed by Ana Moura (Engineer of Record)" in listed.text
    paper = closed(poppler("pdftotext", made, "-raw"))
    words = ("Signed by Ana Moura, Engineer of Record", "It behaved as designed.", "No change.")
    assert [one for one in words if closed(one) not in paper] == []
    assert "Signature is Valid" in seal_of(made, tmp_path)
    assert "Signature is Valid" not in seal_of(made.replace(b"/Title", b"/TitlX", 1), tmp_path)
    assert "does not contain any signatures" in seal_of(pdf(engineer, year), tmp_path)


def main_of(client: httpx.Client, year: int) -> str:
    """What stands between the frame of the page."""
    return client.get(PAGE, params={"year": year}, headers={"accept-language": "en"}).text.partition("<main")[2]


@pytest.mark.foreign
def test_verapdf_finds_no_fault_in_it(client: httpx.Client, year: int) -> None:
    """A draft in each language, by the 106 rules of PDF/UA-1."""
    papers = [pdf(client, year, language) for language in ("en", "es", "pt")]

    assert pdf_ua.failures(*papers) == [[], [], []]


def seal_of(made: bytes, folder: Path) -> str:
    """What poppler says of the signatures of a PDF."""
    file, program = folder / "statement.pdf", shutil.which("pdfsig")
    assert program, "pdfsig is missing: apt-get install --no-install-recommends poppler-utils"
    file.write_bytes(made)
    done = subprocess.run([program, "-nocert", file], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_form_that_is_refused_keeps_what_was_written(engineer: httpx.Client, year: int) -> None:
    """Figures that were not looked at: the page says so, and the words stand in their fields."""
    form = WORDS | people.hidden_fields(main_of(engineer, year)) | {"figures_sha256": "0" * 64}

    answer = engineer.post(f"{PAGE}/{year}", data=form)

    assert answer.status_code == 422
    assert "The figures have changed since you opened this page." in answer.text
    assert "It behaved as designed." in answer.text and 'value="Ana Moura"' in answer.text


def test_a_stranger_reads_and_signs_nothing(client: httpx.Client, year: int) -> None:
    """The list and what is missing are for who may read; the form is not there, and its address refuses."""
    page = client.get(PAGE, headers={"accept-language": "en"}).text

    assert "What is missing" not in page and f"Missing in {year}" in page
    assert "/login?next=" in page and "textarea" not in page
    assert client.post(f"{PAGE}/{year}", data=WORDS).status_code == 401
