"""A citizen's question, from the form without a script to the published answer; and what nobody may do with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.public import form
from tests.api import people
from tests.api.people import hidden_fields, log_in
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.dashboard.conftest import API_ROLE
from tests.dashboard.public.reading import sections
from tests.dashboard.public.site import DISCLOSURE, disclose
from tests.ingest.waiting import until
from tests.servers import TestDatabase

PAGE: Final = "/public/f/vale"
SEND: Final = "/public/f/vale/questions"
OFFICE: Final = "/f/vale/public"
ASKED: Final = "Why was the river brown on Monday?"
STORED: Final = "SELECT words, kind, language, state FROM public_question WHERE facility_id = 'vale' ORDER BY id"
COLUMNS: Final = """
SELECT column_name::text FROM information_schema.columns WHERE table_name = 'public_question' ORDER BY 1
"""


@pytest.fixture(autouse=True)
def emptied(disclosed: TestDatabase) -> Iterator[None]:
    """No question of another test, and the whole disclosure."""
    disclose(disclosed.conninfo(), **DISCLOSURE)
    with psycopg.connect(disclosed.conninfo()) as owner:
        owner.execute("TRUNCATE public_question")
    yield


def rows(database: TestDatabase, query: str = STORED) -> list[tuple[Any, ...]]:
    """What is stored."""
    with psycopg.connect(database.conninfo()) as owner:
        return owner.execute(query.encode()).fetchall()


def sent(stranger: httpx.Client, words: str = ASKED, **fields: str) -> httpx.Response:
    """Send the form as a browser without scripts does."""
    return stranger.post(SEND, data={"kind": "question", "words": words, "homepage": "", **fields})


def test_a_question_waits_and_nobody_else_reads_it(stranger: httpx.Client, disclosed: TestDatabase) -> None:
    """It has a number, stands in the list of who answers, and not on the page; the same words again are the same."""
    first, again = sent(stranger), sent(stranger)
    page = stranger.get(PAGE).text

    assert (first.status_code, again.status_code) == (200, 200)
    assert "Received. Your number is" in first.text and "These words wait for an answer already" in again.text
    assert rows(disclosed) == [(ASKED, "question", "en", "waiting")]
    assert ASKED not in page and "1 question waits for an answer." in page


def test_nothing_of_who_sent_it_is_stored(stranger: httpx.Client, disclosed: TestDatabase) -> None:
    """Neither address, nor browser, nor the hour: of the coming there is a day alone."""
    sent(stranger)

    assert [name for (name,) in rows(disclosed, COLUMNS)] == [
        "answer",
        "decided_at",
        "decided_by",
        "facility_id",
        "id",
        "is_shortened",
        "kind",
        "language",
        "publication",
        "sent_on",
        "state",
        "words",
    ]
    assert "127.0.0.1" not in str(rows(disclosed, "SELECT to_jsonb(q) FROM public_question q"))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"words": "too short"}, "at least 10 characters"),
        ({"words": "   \n\t  short    "}, "at least 10 characters"),
        ({"words": "x" * 2001}, "at most 2000 characters"),
        ({"kind": "order"}, "choose what you send"),
        ({"kind": ""}, "choose what you send"),
        ({"words": "Buy at http://a.example www.b.example https://c.example now"}, "at most 2 links"),
        ({"words": "A question with \x00 in it"}, "signs that are no text"),
        ({"words": "A question \u202eturned around"}, "signs that are no text"),
        ({"homepage": "https://spam.example"}, "the field that is to stay empty"),
    ],
)
def test_what_is_no_question_is_refused_with_the_reason(
    stranger: httpx.Client, disclosed: TestDatabase, fields: dict[str, str], says: str
) -> None:
    """Nothing is stored, the page says why, and what was typed stays in the form."""
    answer = sent(stranger, **fields)

    assert answer.status_code == 422 and says in answer.text
    assert rows(disclosed) == []


def test_hostile_words_stay_words(stranger: httpx.Client, disclosed: TestDatabase) -> None:
    """Markup, SQL and templates are stored as typed, and stand on the form's page escaped."""
    words = "</textarea><script>alert(1)</script> {{ 7*7 }} '; DROP TABLE facility; --"
    sent(stranger, words)
    refused = sent(stranger, words, kind="order").text

    assert rows(disclosed)[0][0] == words
    assert "<script>alert" not in refused and "&lt;script&gt;alert(1)" in refused and "{{ 7*7 }}" in refused


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * 32_769, {"content-type": "application/x-www-form-urlencoded"}, 413),
        (b"a=1&" * 50, {"content-type": "application/x-www-form-urlencoded"}, 422),
        (b'{"words": "a question"}', {"content-type": "application/json"}, 422),
        (b"kind=question&words=%ff%fe%ff%fe%ff%fe%ff%fe%ff%fe%ff%fe", {}, 422),
        (b"\xff\xfe" * 40, {"content-type": "application/x-www-form-urlencoded"}, 422),
    ],
)
def test_a_body_that_is_no_form_is_refused_before_it_is_read(
    stranger: httpx.Client, disclosed: TestDatabase, body: bytes, headers: dict[str, str], status: int
) -> None:
    """By its size, its fields, its type, or because it is no text."""
    answer = stranger.post(SEND, content=body, headers=headers)

    assert answer.status_code == status and rows(disclosed) == []


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60), st.sampled_from(["question", "observation"]))
def test_what_passes_the_form_can_be_stored(words: str, kind: str) -> None:
    """Whatever is typed is refused with a code, or is text of 10 to 2000 signs without control signs."""
    fields = {"kind": kind, "words": words * 3}
    if not form.refusal(fields):
        made = form.question(fields)
        assert 10 <= len(made.words) <= 2000
        assert made.words.encode() and "\x00" not in made.words and made.words == made.words.strip()


def test_who_sends_many_waits(disclosed: TestDatabase, tmp_path: Path) -> None:
    """Of one line three an hour where the setting says three; then 429 with the time to wait, and nothing stored."""
    running = ApiServer(tmp_path, disclosed.conninfo(API_ROLE), questions_per_hour=3).start()
    try:
        with httpx.Client(base_url=running.url, timeout=60) as flood:
            statuses = [sent(flood, f"Question number {number} of many") for number in range(5)]
    finally:
        running.stop()

    assert [one.status_code for one in statuses] == [200, 200, 200, 429, 429]
    assert int(statuses[-1].headers["retry-after"]) > 60 and len(rows(disclosed)) == 3


def test_a_full_list_takes_no_more(stranger: httpx.Client, disclosed: TestDatabase) -> None:
    """After a hundred of a day, whoever sends them, the page says so; what waits is not pushed out."""
    with psycopg.connect(disclosed.conninfo()) as owner:
        owner.execute(
            "INSERT INTO public_question (facility_id, kind, language, words)"
            " SELECT 'vale', 'question', 'en', 'question number ' || n FROM generate_series(1, 100) n"
        )
    answer = sent(stranger)

    assert answer.status_code == 422 and "The list is full today." in answer.text and len(rows(disclosed)) == 100


def test_a_facility_that_takes_none_takes_none(stranger: httpx.Client, disclosed: TestDatabase) -> None:
    """The form is not there, and what is sent to its address all the same is not stored."""
    disclose(disclosed.conninfo(), **DISCLOSURE | {"questions": False})
    page, answer = stranger.get(PAGE).text, sent(stranger)

    assert "<textarea" not in page and "takes no questions here" in answer.text
    assert (answer.status_code, rows(disclosed)) == (422, [])


@pytest.fixture(scope="module")
def operator(disclosed: TestDatabase, public_server: ApiServer) -> Iterator[httpx.Client]:
    """One who may approve at vale, logged in, with ingest's side at work."""
    people.add_user(disclosed.conninfo(), "engineer", vale="approve")
    with command_runner_of(disclosed), httpx.Client(base_url=public_server.url, timeout=60) as client:
        log_in(client, "engineer")
        yield client


def decide(operator: httpx.Client, database: TestDatabase, **fields: str) -> str:
    """Send a form of the office about the only question, and give its page when that is carried out."""
    ((number,),) = rows(database, "SELECT id FROM public_question")
    token = hidden_fields(operator.get(OFFICE).text)["form_token"]
    answer = operator.post(OFFICE, data={"form_token": token, "question": str(number), **fields})
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    until(lambda: "Waiting: load" not in operator.get(place).text)
    return operator.get(place).text


def test_an_answer_stands_on_the_page_with_the_question(
    stranger: httpx.Client, operator: httpx.Client, disclosed: TestDatabase
) -> None:
    """A name is left out before it is published, which the page says; in whatever language it was asked."""
    stranger.post(f"{SEND}?lang=es", data={"kind": "observation", "words": "Soy Ana, 600 000 000. El río era marrón."})
    assert "Soy Ana" in operator.get(OFFICE).text
    said = decide(
        operator, disclosed, do="publish", words="El río era marrón.", answer="It rained; samples\nare taken."
    )
    page = stranger.get(PAGE).text
    answers = sections(page)["Questions and answers"]

    assert "Done" in said and "Ana" not in page
    assert "El río era marrón. Words of it were left out" in answers and "It rained; samples are taken." in answers
    assert '<blockquote class="quoted" lang="es">' in page


@pytest.mark.parametrize(
    "words", ["Why was the river clean on Monday?", "Why was the river brown on Monday, my friends?"]
)
def test_nobody_publishes_words_that_the_citizen_did_not_write(
    stranger: httpx.Client, operator: httpx.Client, disclosed: TestDatabase, words: str
) -> None:
    """An office may leave words out, and not put others in their place: the question waits as it was sent."""
    sent(stranger)
    said = decide(operator, disclosed, do="publish", words=words, answer="It was not.")

    assert "Refused" in said and "did not write" in said
    assert rows(disclosed) == [(ASKED, "question", "en", "waiting")]


def test_what_is_left_out_may_be_marked(
    stranger: httpx.Client, operator: httpx.Client, disclosed: TestDatabase
) -> None:
    """[…] stands for words that are left out."""
    sent(stranger)
    decide(operator, disclosed, do="publish", words="Why was the river […] on Monday?", answer="It rained.")

    assert rows(disclosed) == [("Why was the river […] on Monday?", "question", "en", "published")]


def test_what_is_declined_leaves_its_reason_and_no_word(
    stranger: httpx.Client, operator: httpx.Client, disclosed: TestDatabase
) -> None:
    """Its number and the reason stand on the page; the words are gone from the database."""
    sent(stranger, "You are all criminals, you know it")
    decide(operator, disclosed, do="decline", reason="An insult, and no question.")
    page = stranger.get(PAGE).text

    assert "An insult, and no question." in page and "criminals" not in page
    assert rows(disclosed)[0][0] == "" and rows(disclosed)[0][3] == "declined"


def test_only_who_may_approve_reads_what_waits(
    stranger: httpx.Client, public_server: ApiServer, disclosed: TestDatabase
) -> None:
    """A stranger gets 401; who may annotate sees the rule and not the words, and decides nothing."""
    sent(stranger)
    people.add_user(disclosed.conninfo(), "shift", vale="annotate")
    with httpx.Client(base_url=public_server.url, timeout=60) as shift:
        log_in(shift, "shift")
        page, waiting = shift.get(OFFICE), shift.get("/api/v1/facilities/vale/questions")
        refused = shift.post(OFFICE, data={"do": "publish", "question": "1"})

    assert [stranger.get(OFFICE).status_code, page.status_code, waiting.status_code] == [401, 200, 403]
    assert ASKED not in page.text and "1 question waits" in page.text and refused.status_code == 403
