"""What the pages are made of, from rows of an invented facility."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import texts
from dashboard import pages, period
from dashboard.facilities import page as facilities
from dashboard.reads import Shown

from .examples import NO_EVENTS, NOW, datastream, facility, node

ROOT = Path(__file__).parents[2]
EN = texts.load()
POND = datastream("n01:pond.level", "pond-level", 339.0)
LEVEL = datastream("n02:vw1.level", "water-level", 330.0)
BATTERY = replace(datastream("n02:battery.voltage", "voltage", 3.6), formula=None)
DAM = facility([BATTERY, LEVEL, POND], [node("n01"), node("n02")])


def test_quantities_come_in_the_order_in_which_a_dam_is_read() -> None:
    """Pond, then water in the wall, then what powers the nodes."""
    assert [group["name"] for group in pages.by_quantity(DAM.datastreams, EN)] == [
        "Pond level",
        "Water level",
        "Voltage",
    ]


def test_datastreams_of_one_instrument_and_quantity_are_told_apart() -> None:
    """The segments of a chain are one instrument; the list names their channels."""
    tilts = [datastream(f"n04:chain.tilt-{number}", "tilt", 0.1) for number in (1, 2)]
    groups = {group["name"]: group for group in pages.by_quantity([*tilts, POND], EN)}

    assert groups["Tilt"]["twins"] == {"n04 chain"}
    assert groups["Pond level"]["twins"] == set()
    assert [row.channel for row in groups["Tilt"]["rows"]] == ["tilt-1", "tilt-2"]
    assert pages.twins([*tilts, POND]) == {("n04 chain", "tilt")}


def test_batteries_and_empty_datastreams_stay_out_of_the_list_of_values() -> None:
    """Batteries are on the nodes page; what was never measured is counted in the verdict."""
    never = replace(LEVEL, time=None)

    assert [pages.is_shown(row) for row in (POND, LEVEL, BATTERY, never)] == [True, True, False, False]


def test_facilities_of_several_zones_are_shown_in_utc() -> None:
    """One zone is that of the facilities; two zones would mix, so it is UTC."""
    other = replace(DAM, id="rosa", timezone="Europe/Oslo")

    assert pages.zone_of(Shown(NOW, 1, (DAM,))) == "Europe/Lisbon"
    assert pages.zone_of(Shown(NOW, 1, (DAM, other))) == "UTC"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        (("-7d", None), (2026, 9, 27), (2026, 11, 25)),
        (("2020-06-04T00:00:00Z", "2020-06-05T00:00:00Z"), (2020, 4, 6), (2020, 6, 4)),
        (("2020-06-01T00:00:00Z", "2020-09-01T06:00:00Z"), (2020, 6, 1), (2020, 9, 1)),
        (("2019-01-01T00:00:00Z", "2020-09-01T06:00:00Z"), (2019, 9, 2), (2020, 9, 1)),
    ],
)
def test_the_strips_of_days_follow_what_is_asked_for(
    asked: tuple[str, str | None], first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    """Sixty days up to now, else up to the end of the span, or all of the span up to a year (days counted by hand)."""
    found = pages.covered(period.parse(*asked, "UTC", NOW), NOW)

    assert found == (date(*first), date(*last))


def test_links_keep_the_view_and_change_one_thing() -> None:
    """A link to another datastream keeps the time, and leaves out what is empty."""
    context = pages.facility(Shown(NOW, 1, (DAM,)), EN, {"from": "-24h"}, [], NO_EVENTS)

    assert context["page_link"](ds="n02:vw1.level") == "/f/vale?ds=n02:vw1.level&from=-24h"


def test_the_overview_is_sorted_worst_first() -> None:
    """Unknown comes before green, and a green one that needs a look before one that does not."""
    quiet = facility([POND], [])
    unknown = replace(quiet, id="rosa", name="Rosa", datastreams=())

    assert [row.id for row in facilities.ordered((quiet, unknown))] == ["rosa", "vale"]


def test_each_problem_of_the_api_has_words_on_a_page() -> None:
    """Whatever kind of problem the code of the api can answer, in each language that is spoken."""
    source = "\n".join(file.read_text() for file in (ROOT / "api").rglob("*.py"))
    kinds = set(re.findall(r'slug(?:: ClassVar\[str\])? = "([a-z-]+)"', source))
    kinds |= set(re.findall(r'errors\.answer\([^"]*"([a-z-]+)"', source)) | {
        "not-found",
        "method-not-allowed",
        "refused",
    }

    assert {"host-refused", "internal", "too-many"} <= kinds
    for language in texts.languages.known():
        words = texts.load(language.tag)["problem"]
        assert kinds <= words["titles"].keys() & words["says"].keys(), language.tag
