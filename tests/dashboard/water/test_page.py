"""The water page over a real site: its figures are the api's, an exceedance is said, and a probe claims nothing."""

import re
from dataclasses import replace

import httpx
import pytest

import texts
from api.water.models import WaterAnalysis
from dashboard.water import page
from tailings.water import Analysis, ParsedSample
from tests.dashboard.examples import NO_EVENTS, NOW, datastream
from tests.dashboard.safety.examples import rising
from tests.dashboard.water.examples import answered

PAGE, API = "/f/vale/water", "/api/v1/facilities/vale/water"
EN = texts.load()


def cells(text: str, part: str) -> list[str]:
    """The texts of the cells of one column."""
    return re.findall(rf'data-part="{part}">(?:<a [^>]*>)?([^<]*)<', text)


def test_an_exceeded_annual_mean_is_the_verdict(client: httpx.Client) -> None:
    """Cadmium: 0.175 ug/L against 0.09, of twelve samples one below its limit; nickel's maximum 9.1 against 8.2."""
    text = client.get(PAGE).text

    assert 'class="verdict red"' in text and "2 limits exceeded" in text
    assert "Cd annual mean (river-down)" in text and "12 samples; 1 below its limit of quantification" in text


def test_each_figure_of_the_table_is_the_api_s(client: httpx.Client) -> None:
    """Laboratory values and limits in the same order as the api gives them."""
    told = client.get(API).json()["limits"]
    text = client.get(PAGE).text

    assert cells(text, "value") == [f"{one['sign']}{one['value']:.3g}" for one in told]
    assert [cell.split(" to ")[-1] for cell in cells(text, "limit")] == [f"{one['most']:g}" for one in told]


def test_a_secondary_source_is_marked(client: httpx.Client) -> None:
    """Nickel's limits of 2026 were not read in the text itself: said at each of them, and at no other."""
    told = client.get(API).json()["limits"]
    text = client.get(PAGE).text

    assert text.count("secondary source, the text itself was not read") == sum(
        one["checked"] == "secondary" for one in told
    )
    assert "results are dissolved, the limit is for bioavailable" in text


def test_another_water_is_named_and_not_judged(client: httpx.Client) -> None:
    """The weir's cadmium is 35 times the river's annual mean: no limit is for seepage, so it changes nothing."""
    told, text = client.get(API).json(), client.get(PAGE).text

    assert {one["point"] for one in told["limits"]} == {"river-down"}
    assert told["without_limit"] == [{"point": "weir", "medium": "seepage", "samples": 1}]
    assert "No limit for seepage at weir (1 sample)" in text


def test_the_river_s_sulphate_does_not_say_what_the_seepage_is() -> None:
    """Neutral at pH 7.2: 1600 mg/L of sulphate in the river would make the seepage saline; its own 90 do not."""
    probe = datastream("n06:sonde.ph", "ph", 7.2)
    river, weir = (
        ParsedSample(
            medium[:4],
            medium[:4],
            medium,
            NOW,
            "Lab A",
            analyses=(Analysis("SO4", "dissolved", value, "", "ug/L", method=""),),
        )
        for medium, value in (("surface water", 1.6e6), ("seepage", 9e4))
    )

    assert page.context(answered([probe], (river, weir)), EN, NO_EVENTS)["drainage"].kind == "neutral"
    assert [(one.code, one.value) for one in answered([probe], (river,)).drainage.reasons] == [("ph-above", 7.2)]


def test_probes_alone_never_meet_a_limit() -> None:
    """A pH probe within every range, and no laboratory: compliance is not known."""
    probe = datastream("n06:sonde.ph", "ph", 7.2)

    context = page.context(answered([probe]), EN, NO_EVENTS)

    assert context["verdict"].state == "unknown" and context["lines"] == []
    assert "Compliance needs a year of laboratory results" in context["verdict"].says
    assert [row.name for row in context["probes"]] == ["n06:sonde.ph"]


def test_a_probe_without_a_trigger_is_fresh_and_never_green() -> None:
    """pH 4.7 of a fresh probe: its figure has no tick, for a tick would be read as a limit that is met."""
    context = page.context(answered([datastream("n06:sonde.ph", "ph", 4.7)]), EN, NO_EVENTS)

    assert [(fact.name, fact.state) for fact in context["facts"][:1]] == [("pH", "fresh")]


def test_probes_are_told_fresh_on_the_page(client: httpx.Client) -> None:
    """The table of probes says `fresh`, not `Green`."""
    table = client.get(PAGE).text.partition('id="probes-title"')[2].partition("</table>")[0]

    assert 'class="tag fresh"' in table and "#green" not in table


def test_results_are_printed_as_a_laboratory_does() -> None:
    """The sign stands before the figure; thousands of ug/L are mg/L; no exponents."""
    told = [("Cd", 0.05, "<", "ug/L"), ("SO4", 1_610_000.0, "", "ug/L"), ("EC", 2890.0, "", "uS/cm")]

    assert [
        page.printed(WaterAnalysis(symbol=symbol, fraction="total", value=value, sign=sign, unit=unit, method=""))
        for symbol, value, sign, unit in told
    ] == [
        "Cd <0.05 µg/L",
        "SO4 1610 mg/L",
        "EC 2890 µS/cm",
    ]


def test_turning_acid_is_said_with_its_signs() -> None:
    """pH falls 0.05 a day and conductivity rises: both signs are named."""
    rows = [datastream("n06:sonde.ph", "ph", 6.4), datastream("n06:sonde.ec", "conductivity-25", 900.0)]
    hours = {"n06:sonde.ph": rising(6.4, -0.05), "n06:sonde.ec": rising(900.0, 20.0)}

    context = page.context(answered(rows, hours=hours), EN, NO_EVENTS)

    assert context["signs"] == "2 of 2 signs of acidification: pH falls, conductivity rises. Worsening."
    assert context["reasons"] == ["pH 6.4 is not below 6."]


@pytest.mark.parametrize(("river", "toe"), [("n01:river", "n06:toe"), ("n06:river", "n01:toe")])
def test_of_several_sondes_the_most_acid_one_is_told_whatever_they_are_called(river: str, toe: str) -> None:
    """The toe at pH 3.4 with 3,100 uS/cm, the river at 7.4 with 300, and a probe that is rejected at 1.0: acid."""
    rows = [
        datastream(f"{river}.ph", "ph", 7.4),
        datastream(f"{river}.ec", "conductivity-25", 300.0),
        datastream(f"{toe}.ph", "ph", 3.4),
        datastream(f"{toe}.ec", "conductivity-25", 3100.0),
        datastream("n00:dead.ph", "ph", 1.0, quality=4),
    ]
    told = answered(rows)
    context = page.context(told, EN, NO_EVENTS)

    assert told.drainage.kind == "acid"
    assert [(one.code, one.value) for one in told.drainage.reasons] == [
        ("ph-below", 3.4),
        ("conductivity-high", 3100.0),
    ]
    assert [fact.value for fact in context["facts"][:2]] == ["3.4", "3100"]


def test_salt_is_told_whatever_the_unit_of_the_probe() -> None:
    """2.9 mS/cm are 2,900 uS/cm, above 2,500; 2.4 mS/cm are not."""
    found = []
    for value in (2.9, 2.4):
        salt = replace(datastream("n06:sonde.ec", "conductivity", value), unit="mS/cm")
        told = answered([datastream("n06:sonde.ph", "ph", 7.0), salt])
        found.append([one.code for one in told.drainage.reasons])

    assert found == [["ph-above", "conductivity-high"], ["ph-above"]]


def test_nothing_measured_is_nothing_claimed(client: httpx.Client) -> None:
    """Rosa: no laboratory, no probe, no balance."""
    text = client.get("/f/rosa/water").text

    assert "Unknown: no laboratory results in the last year" in text and "Drainage: Unknown" in text


def test_a_figure_leads_to_its_samples_and_their_file(client: httpx.Client) -> None:
    """A limit's value leads to the point's samples; there stand the file and its hash, the same as the api's."""
    told = client.get(API).json()["samples"]
    text = client.get(PAGE).text

    points = set(re.findall(r'href="#at-([^"]+)"', text))
    assert points and all(f'id="at-{point}"' in text for point in points)
    assert {one["file"] for one in told} == {"year.csv"} and f"sha256 {told[0]['sha256'][:12]}" in text
