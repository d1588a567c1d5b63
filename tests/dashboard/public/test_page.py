"""Five questions of a neighbour, answered from the public page's text alone, in each state of a facility."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from api.disclosure.models import PublicRegion
from dashboard.public import region as listed
from tests.dashboard.public.reading import sections
from tests.dashboard.public.site import DISCLOSURE, disclose
from tests.servers import TestDatabase
from texts import load

DOCS: Final = Path(__file__).parents[3] / "docs" / "operating" / "public-page.md"
PAGE: Final = "/public/f/vale"
SAFE: Final = "Is it safe now?"
CALL: Final = "Whom do I call, and what do I do in an alarm?"
KNOW: Final = "How do you know?"
WATER: Final = "Is the water clean?"
LATELY: Final = "What happened in the last 30 days?"
UNKNOWN: Final = "What is not known?"
Read = Callable[..., dict[str, str]]
ASSESSED: Final = """
UPDATE assessment SET valid_until = now() - interval '1 h', made_at = now() - interval '2 h',
    document = document || jsonb_build_object('verdict', 'green', 'level', 'green', 'sight', 'full',
        'made_at', now() - interval '2 h', 'valid_until', now() - interval '1 h')
WHERE facility_id = 'vale'
"""
AS: Final = "UPDATE assessment SET document = document || %s, verdict = %s WHERE facility_id = 'vale'"


@pytest.fixture
def read(stranger: httpx.Client, disclosed: TestDatabase) -> Read:
    """Read the page as it is with what its operator states; all of `DISCLOSURE` where nothing else is said."""

    def page(language: str = "en", **stated: Any) -> dict[str, str]:
        disclose(disclosed.conninfo(), **(DISCLOSURE | stated))
        return sections(stranger.get(f"{PAGE}?lang={language}").text)

    return page


@pytest.fixture
def assessed_otherwise(disclosed: TestDatabase) -> Callable[..., None]:
    """Put another assessment in place of the stored one."""

    def store(statement: str, *values: Any) -> None:
        with psycopg.connect(disclosed.conninfo()) as owner:
            owner.execute(statement.encode(), values)

    return store


@pytest.fixture(autouse=True)
def restored(disclosed: TestDatabase) -> Any:
    """The assessment as it was, after each test."""
    with psycopg.connect(disclosed.conninfo()) as owner:
        owner.execute("CREATE TABLE kept_assessment AS SELECT * FROM assessment")
    yield
    with psycopg.connect(disclosed.conninfo()) as owner:
        owner.execute(
            "UPDATE assessment a SET document = k.document, verdict = k.verdict, made_at = k.made_at,"
            " valid_until = k.valid_until FROM kept_assessment k WHERE k.facility_id = a.facility_id"
        )
        owner.execute("DROP TABLE kept_assessment")


def test_is_it_safe_now(read: Read) -> None:
    """Yellow: what is seen less of stands first, then the state, what it means for a person, and since when."""
    said = read()[SAFE]

    assert "Yellow: the lowest of three warning levels" in said
    assert said.index("Some instruments are missing for: Overtopping.") < said.index("Yellow:")
    assert "asks the operator to act, not you" in said and "So since" in said and "last evaluated on" in said


def test_how_do_you_know(read: Read) -> None:
    """Instruments of each kind, how many of them work, and when the newest value came."""
    said = read()[KNOW]

    assert "Level of the pond : 1 of 1 work now; newest value" in said
    assert "Water inside the dam : 6 of 9 work now" in said
    assert "3 plans of the engineers" in said


def test_a_limit_of_the_facility_is_no_plan_of_the_engineers(
    read: Read, assessed_otherwise: Callable[..., None]
) -> None:
    """A minimum freeboard counts in the verdict like a plan, and no engineer made a plan for it."""
    limit = '{"plan": "limit", "title": "freeboard", "kind": "limit", "state": "in-force", "level": "green"'
    limit += ', "signal": "green", "believed": "green", "sight": "full"}'
    assessed_otherwise(
        "UPDATE assessment SET document = jsonb_set(document, '{failure_modes}', document -> 'failure_modes' || %s)"
        " WHERE facility_id = 'vale'",
        Jsonb([json.loads(limit)]),
    )

    assert "3 plans of the engineers" in read()[KNOW]


def test_two_plans_of_one_way_of_failing_are_one_way(read: Read, assessed_otherwise: Callable[..., None]) -> None:
    """Four plans watch three ways of failing; one that is lost to both of its plans is named once."""
    twice = "document || jsonb_build_object('failure_modes', document -> 'failure_modes' || (document #> %s))"
    assessed_otherwise(f"UPDATE assessment SET document = {twice} WHERE facility_id = 'vale'", ["failure_modes", "0"])
    assessed_otherwise(AS, '{"verdict": "green", "level": "green", "reasons": []}', "green")
    found = read()

    assert "Instruments watch the 3 ways of failing" in found[SAFE] and "4 plans of the engineers" in found[KNOW]
    assert found[SAFE].count("Overtopping") == 1


def test_what_is_not_known(read: Read) -> None:
    """What is seen less of, instruments that do not work, limits that nothing decides, and what is never seen."""
    said = read()[UNKNOWN]

    assert "Less than planned is seen of: Overtopping." in said
    assert "Water inside the dam: 3 instruments do not work now." in said
    assert "Whether 1 limit of the water is met" in said and "instruments see only what they were placed for" in said


def test_is_the_water_clean(read: Read) -> None:
    """No: cadmium's mean is 0.175 against 0.09 of Directive 2008/105/EC, and nothing is said of drinking."""
    said = read()[WATER]

    assert said.startswith("No: 2 limits are exceeded. 1 more cannot be decided.")
    assert "Exceeded: Cadmium (Cd), surface water at the point river-down: annual mean" in said
    assert "0.175 µg/L found, at most 0.09 µg/L allowed" in said
    assert "Directive 2008/105/EC" in said and "does not say whether you may drink the water" in said
    assert "The limit of quantification is the least amount that the laboratory can measure" in said


def test_whom_do_i_call_and_what_do_i_do_in_an_alarm(read: Read) -> None:
    """The emergency number first, then the operator's office and the authority, and the plan's words."""
    said = read()[CALL]

    assert said.index("112") < said.index("+351 266 000 001") < said.index("mines@authority.example")
    assert "In an alarm Walk uphill to the chapel." in said and "Example operator" in said


def test_the_five_answers_in_the_docs_are_those_of_the_page(read: Read) -> None:
    """Each of the five questions is a heading, and each piece of its answer stands below it, in this order."""
    table = DOCS.read_text().partition("## Five questions")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("|")][2:]
    found = read()
    missing = []
    for question, _, answer in rows:
        rest = found[question]
        for piece in answer.split(" … "):
            head, told, rest = rest.partition(piece)
            missing += [] if told else [(question, piece, head)]

    assert {question for question, *_ in rows} == {SAFE, KNOW, UNKNOWN, WATER, CALL}
    assert missing == []


def test_the_same_in_spanish(read: Read) -> None:
    """State, plan and headings in the language of the address; the operator's words where it has stated them so."""
    found = read("es")

    assert "Amarillo: el más bajo de tres niveles de aviso" in found["¿Es seguro ahora?"]
    assert "Suba a pie hasta la capilla." in found["¿A quién llamo y qué hago si hay una alarma?"]


def test_what_nobody_evaluates_any_more_is_not_known(read: Read, assessed_otherwise: Callable[..., None]) -> None:
    """A green whose time is over is never green: the page says since when nobody looked, before anything else."""
    assessed_otherwise(ASSESSED)
    found = read()

    assert found[SAFE].startswith("Nobody has evaluated the measurements since")
    assert "Not known: the instruments cannot tell now" in found[SAFE] and "No warning" not in found[SAFE]
    assert "Take it as not known, not as safe." in found[SAFE]
    assert "Whether the dam is safe now: nobody has evaluated" in found[UNKNOWN]


def test_the_history_of_the_state_ends_with_the_state(read: Read, assessed_otherwise: Callable[..., None]) -> None:
    """Nobody has evaluated for an hour: the newest line of the changes is that it is not known, as the feed has it."""
    assessed_otherwise(ASSESSED)
    _, _, changes = read()[LATELY].partition("How the state changed")

    assert re.match(r"[^:]*\d\d:\d\d[^:]*: Not known: the instruments cannot tell now", changes), changes


@pytest.mark.parametrize(
    ("verdict", "title", "means"),
    [
        ("green", "No warning", "It is no promise"),
        ("orange", "Orange: the second of three", "Be ready to leave"),
        ("red", "Red: the highest warning level, danger", "Do now what stands below for an alarm"),
        ("blind", "Not known: the instruments cannot tell now", "not as safe"),
        ("not-monitored", "Not known: no agreed plan watches this site", "not as safe"),
    ],
)
def test_each_state_is_said_with_what_it_means(
    read: Read, assessed_otherwise: Callable[..., None], verdict: str, title: str, means: str
) -> None:
    """In words of their own, and only green says that there is no warning."""
    assessed_otherwise(AS, f'{{"verdict": "{verdict}", "level": "green"}}', verdict)
    said = read()[SAFE]

    assert title in said and means in said
    assert ("No warning" in said) == (verdict == "green")


@pytest.mark.parametrize("code", ["suspect-past", "within-uncertainty"])
def test_a_yellow_of_doubt_is_no_level_that_is_passed(
    read: Read, assessed_otherwise: Callable[..., None], code: str
) -> None:
    """A suspect reading past red makes the verdict yellow: the page says which level it would mean."""
    doubt = f'[{{"code": "{code}", "plan": "overtopping", "level": "red"}}]'
    assessed_otherwise(AS, f'{{"verdict": "yellow", "level": "green", "reasons": {doubt}}}', "yellow")
    said = read()[SAFE]

    assert "would mean the level red." in said and "No measurement is past a warning level for certain." in said
    assert "A measurement is past the lowest warning level" not in said


def test_a_level_beside_blind_is_said(read: Read, assessed_otherwise: Callable[..., None]) -> None:
    """Blindness hides no level that was reached before."""
    assessed_otherwise(AS, '{"verdict": "blind", "level": "orange"}', "blind")

    assert "The warning level orange was reached before and still stands." in read()[SAFE]


def test_an_operator_who_opens_nothing_is_said_to(read: Read) -> None:
    """The page has name, offices and what is not published; no state, figure or alarm."""
    found = read(opens=[], emergency=None, in_an_alarm={})

    assert "Not published: the operator does not say whether there is a warning" in found[SAFE]
    assert "does not publish which instruments" in found[KNOW] and found[WATER].startswith("Not published")
    assert found[UNKNOWN].count("the operator does not publish") == 6
    assert "The operator has stated no number for emergencies." in found[CALL] and "112" not in found[CALL]
    assert "Whom to call in danger: the operator has not stated it." in found[UNKNOWN]


def test_samples_of_the_delay_do_not_count(read: Read) -> None:
    """A hundred days late, nine or ten of the thirteen samples are left, and the page says how late it is."""
    found = read(delay_h=2400.0)

    assert "13 samples" not in found[WATER] and "samples that a laboratory examined" in found[WATER]
    assert "raised in the last 2400 h: the operator shows it later." in found[UNKNOWN]


def test_a_late_reading_has_no_uncertainty_of_the_newest_one(read: Read) -> None:
    """What is stored is that of the newest reading: of one of some hours before it is not known here, and that
    the operator states none, which he does, is not said."""
    at_once, late = (read(delay_h=hours)["The newest measurements"] for hours in (0.0, 6.0))

    assert "±" in at_once
    assert "±" not in late and "not known here" in late and "not stated" not in late


def test_the_list_has_each_public_facility_the_worst_first(stranger: httpx.Client, read: Read) -> None:
    """Vale is yellow, rosa has no plan and so is not known; both by name."""
    read()
    found = sections(stranger.get("/public/region").text)
    (heading, text) = list(found.items())[1]

    assert heading == "2 sites of 2 have a warning, or are not known."
    assert text.index("Vale do Sino") < text.index("Rosa")
    assert "Yellow: the lowest" in text and "no agreed plan watches this site" in text


def test_the_list_says_whom_to_call_in_danger(stranger: httpx.Client, read: Read) -> None:
    """Vale states the number, which can be dialled; rosa states none, and the list says so."""
    read()
    answer = stranger.get("/public/region").text
    text = list(sections(answer).values())[1]

    assert "In danger: Civil protection 112" in text and 'href="tel:112"' in answer
    assert "The operator has stated no number for emergencies." in text


@pytest.mark.parametrize(("language", "words"), [("en", ("dam", "water")), ("es", ("presa", "agua"))])
def test_a_list_without_a_warning_speaks_of_dams_and_not_of_water(
    stranger: httpx.Client,
    read: Read,
    assessed_otherwise: Callable[..., None],
    language: str,
    words: tuple[str, str],
) -> None:
    """Vale's dam is green, and cadmium is past its limit in its water: the list says of which of both it speaks."""
    read()
    assessed_otherwise(AS, '{"verdict": "green", "level": "green", "reasons": []}', "green")
    found = PublicRegion.model_validate(stranger.get("/api/v1/public/facilities").json())
    of_vale = [one for one in found.facilities if one.facility == "vale"]
    said = listed.region(found.model_copy(update={"facilities": of_vale}), load(language))["says"]

    assert all(word in said for word in words)


def test_the_page_of_a_region_has_its_own_alone(stranger: httpx.Client, read: Read) -> None:
    """Another region has none, and says so."""
    read()

    assert "Rosa" in stranger.get("/public/region?region=PTI14").text
    assert "No site here has a public page." in stranger.get("/public/region?region=ES61").text


def test_a_verdict_that_changes_is_written_down(
    stranger: httpx.Client, read: Read, assessed_otherwise: Callable[..., None], disclosed: TestDatabase
) -> None:
    """Orange since its instant; a gap in which nobody assessed is written as not known, from its end on."""
    assessed_otherwise(
        "UPDATE assessment SET verdict = 'green', made_at = now() - interval '3 h', valid_until = now()"
        " - interval '2 h' WHERE facility_id = 'vale'"
    )
    assessed_otherwise("UPDATE assessment SET verdict = 'orange', made_at = now() WHERE facility_id = 'vale'")
    with psycopg.connect(disclosed.conninfo()) as owner:
        rows = owner.execute("SELECT verdict FROM verdict_change WHERE facility_id = 'vale' ORDER BY id DESC LIMIT 3")

        assert [row[0] for row in rows] == ["orange", "blind", "green"]


def test_the_page_needs_no_script_and_has_none_inside(stranger: httpx.Client, read: Read) -> None:
    """HTML below 30 kB compressed; every heading of a section is read aloud, and no word is in a picture alone."""
    read()
    with stranger.stream("GET", PAGE, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    text = stranger.get(PAGE).text

    assert len(raw) < 30_000 and text.count("<script") == 1 and " onclick" not in text
    assert text.count("<h1") == 1 and text.index("<h1") < text.index("<h2")
