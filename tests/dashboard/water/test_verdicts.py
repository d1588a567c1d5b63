"""Verdicts of water from a facility file and a laboratory's table, through the real import, by the api and the page.

Expected figures are by hand. Limits: cadmium in hardness class 3 (70 mg/L CaCO3) 0.09 ug/L as an annual mean and
0.6 ug/L as a maximum (Directive 2008/105/EC, Annex I Part A); twelve samples a year (Directive 2000/60/EC, Annex V
1.3.4); means by Directive 2009/90/EC, Article 5.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import httpx
import pytest

from tests.dashboard.water.sampled_sites import sampled
from tests.servers import Database
from tests.tailings.water.tables import monthly, months_before, table
from texts import writing

NOW: Final = datetime.now(UTC)
COLUMNS: Final = "Cd ug/L dissolved,CaCO3 mg/L total"
PERMIT: Final = f"""
[[facility.permit]]
point = "outfall"
medium = "pond discharge"
substance = "Zn"
fraction = "total"
statistic = "maximum"
most = 0.5
unit = "mg/L"
samples_a_year = 4
source = "Permit 44/2024, condition 3.2, page 11"
valid_from = {(NOW - timedelta(days=800)).date()}
valid_to = {(NOW + timedelta(days=800)).date()}

[[facility.permit]]
point = "outfall"
medium = "pond discharge"
substance = "As"
fraction = "total"
statistic = "annual-mean"
most = 0.02
unit = "mg/L"
samples_a_year = 12
source = "Permit 44/2024, condition 3.3, page 12"
valid_from = {(NOW - timedelta(days=800)).date()}

[[facility.permit]]
point = "outfall"
medium = "pond discharge"
substance = "Cu"
fraction = "total"
statistic = "maximum"
most = 0.1
unit = "mg/L"
source = "Permit 9/2011, ended"
valid_from = 2011-01-01
valid_to = {(NOW - timedelta(days=801)).date()}
"""

ACIDITY: Final = f"""
[[facility.permit]]
point = "outfall"
medium = "pond discharge"
substance = "pH"
statistic = "range"
least = 6.0
most = 9.0
unit = "[pH]"
source = "Permit 46/2024"
valid_from = {(NOW - timedelta(days=800)).date()}
"""
EXTREMES: Final = "".join(
    f"""
[[facility.permit]]
point = "outfall"
medium = "pond discharge"
substance = "{substance}"
statistic = "{statistic}"
most = {most}
samples_a_year = 12
source = "Permit 45/2024"
valid_from = {(NOW - timedelta(days=800)).date()}
{more}
"""
    for substance, statistic, most, more in (
        ("CN", "maximum", 0, 'unit = "mg/L"\nfraction = "total"'),
        ("Eh", "maximum", 400, 'unit = "mV"'),
        ("Eh", "annual-mean", 100, 'unit = "mV"'),
    )
)
"""No cyanide at all, and a potential, which may be below zero."""


def cadmium(*results: str, hardness: str = "70", first: int = 0) -> str:
    """Monthly samples of the river with these cadmium results, the newest first."""
    return monthly(NOW, COLUMNS, [f"{result},{hardness}" for result in results], first=first)


def other_waters() -> str:
    """A clean year in the river, and seepage, groundwater and pond water full of cadmium at three other points."""
    rows = [
        f"X-{medium},{medium.replace(' ', '-')},{medium},{NOW.isoformat()},Lab A,320,70"
        for medium in ("seepage", "groundwater", "pond")
    ]
    return cadmium(*["0.02"] * 12) + "\n".join(rows) + f"\nX-own,river-down,seepage,{NOW.isoformat()},Lab A,320,70\n"


def corrected() -> list[bytes]:
    """Twelve months of which the oldest exceeds the maximum, and a second file: that one was taken ten years before."""
    sent = cadmium(*["0.02"] * 11, "5")
    day = f"{months_before(NOW, 11):%Y-%m-%d}"
    return [sent.encode(), sent.replace(day, f"{int(day[:4]) - 10}-01-15").encode()]


SUMMER: Final = f"{NOW.year - 2}-07-15"


SITES: Final = {
    "few": cadmium("0.02", "0.03", "<0.02"),
    "year": cadmium(*["0.02"] * 11, "<0.02"),
    "certain": cadmium("0.5", "0.5", "0.5", "0.5"),
    "blunt": cadmium(*["<0.5"] * 12),
    "mixed": cadmium(*["0.02"] * 11, "<3"),
    "half": cadmium(*["0.13"] * 8, *["<0.06"] * 4),
    "above": cadmium(">0.7", *["0.02"] * 11),
    "range": cadmium(">0.05", *["0.02"] * 11),
    "waters": other_waters(),
    "total": monthly(NOW, "Cd ug/L total,CaCO3 mg/L total", ["0.5,70"] * 12),
    "soft": monthly(NOW, "Cd ug/L dissolved", ["0.12"] * 12),
    "old": cadmium(*["0.02"] * 12, first=14),
    "permit": monthly(NOW, "Zn ug/L total,As ug/L total", ["620,8", *["110,8"] * 4], "outfall", "pond discharge"),
    "narrow": monthly(NOW, "Zn mg/L total,pH", ["0.5004,9.004", *["0.1,7"] * 4], "outfall", "pond discharge"),
    "within": monthly(NOW, "Zn mg/L total,pH", ["0.49996,8.996", *["0.1,7"] * 11], "outfall", "pond discharge"),
    "none": "",
    "extremes": monthly(
        NOW, "CN ug/L total,Eh mV", [f"4,{-20 * (back + 1)}" for back in range(12)], "outfall", "pond discharge"
    ),
    "potential": monthly(NOW, "Eh mV", ["500"] * 4, "outfall", "pond discharge"),
    "midnight": table(COLUMNS, [f"M-1,river-down,surface water,{SUMMER} 00:30,Lab A,0.02,70"]),
}


@pytest.fixture(scope="module")
def sites(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the api over one facility a case."""
    tables = {id: [table.encode()] if table else [] for id, table in SITES.items()} | {"corrected": corrected()}
    permits = dict.fromkeys(("permit", "none"), PERMIT) | dict.fromkeys(("narrow", "within"), PERMIT + ACIDITY)
    permits |= dict.fromkeys(("extremes", "potential"), EXTREMES)
    with sampled(cluster, tmp_path_factory, tables, permits) as client:
        yield client


def limit(sites: httpx.Client, id: str, statistic: str = "annual-mean", symbol: str = "Cd") -> dict[str, Any]:
    """What the api says of one limit of a facility."""
    answer = sites.get(f"/api/v1/facilities/{id}/water").json()
    (found,) = [one for one in answer["limits"] if (one["symbol"], one["statistic"]) == (symbol, statistic)]
    return dict(found)


def outcome(sites: httpx.Client, id: str, statistic: str = "annual-mean", symbol: str = "Cd") -> tuple[str, str]:
    """Outcome and reason of one limit of a facility."""
    found = limit(sites, id, statistic, symbol)
    return found["outcome"], found["reason"]


def verdict(sites: httpx.Client, id: str) -> tuple[str, str]:
    """The state and the words of the verdict of a facility's water page, tags taken out."""
    text = sites.get(f"/f/{id}/water").text
    found = re.search(r'class="verdict (\w+)"(.*?)</section>', text, re.DOTALL)
    assert found, text[:2000]
    return found[1], " ".join(re.sub(r"<[^>]+>", " ", found[2]).split())


def page(sites: httpx.Client, id: str) -> str:
    """The text of a facility's water page, tags taken out."""
    return " ".join(re.sub(r"<[^>]+>", " ", sites.get(f"/f/{id}/water").text).split())


@pytest.mark.case("11", "Three samples are no annual mean: the page says 3 of 12 samples, and nothing is met.")
def test_three_samples_do_not_meet_an_annual_mean(sites: httpx.Client) -> None:
    """(0.02 + 0.03 + 0.02 / 2) / 3 = 0.02 ug/L is far below 0.09, and nine months are not known."""
    found = limit(sites, "few")

    assert (found["outcome"], found["reason"]) == ("not-decided", "too-few-samples")
    assert (found["samples"], found["counted"], found["required"]) == (3, 3, 12)
    assert found["missing"] == [f"{months_before(NOW, 11):%Y-%m}/{months_before(NOW, 3):%Y-%m}"]
    assert verdict(sites, "few")[0] == "unknown" and "3 of 12 required samples" in page(sites, "few")


@pytest.mark.case("11", "A year of samples, one each month, meets the mean and the maximum.")
def test_twelve_months_meet_the_mean(sites: httpx.Client) -> None:
    """(11 x 0.02 + 0.02 / 2) / 12 = 0.0192 ug/L, which is below the limit of quantification: less than 0.02."""
    found = limit(sites, "year")

    assert (found["outcome"], found["sign"], found["value"]) == ("met", "<", 0.02)
    assert outcome(sites, "year", "maximum") == ("met", "")
    assert verdict(sites, "year")[0] == "green"


@pytest.mark.case("11", "A mean that must exceed the standard, whatever the missing months bring, is exceeded now.")
def test_an_incomplete_mean_that_must_exceed_is_exceeded(sites: httpx.Client) -> None:
    """Four months of 0.5 and eight of nothing are 2.0 / 12 = 0.167 ug/L, above 0.09."""
    found = limit(sites, "certain")

    assert (found["outcome"], found["notes"]) == ("exceeded", ["incomplete"])
    assert verdict(sites, "certain")[0] == "red"
    assert "whatever the missing samples" in page(sites, "certain")


@pytest.mark.case("11", "A result below a limit of quantification that is above the standard decides nothing.")
def test_a_blunt_method_decides_nothing(sites: httpx.Client) -> None:
    """Twelve times <0.5 against 0.09: half of it would be 0.25 and "exceeded"; as a maximum of 0.6 it is met."""
    assert outcome(sites, "blunt") == ("not-decided", "loq-above-standard")
    assert outcome(sites, "mixed") == ("not-decided", "loq-above-standard")
    assert outcome(sites, "blunt", "maximum") == ("met", "")
    assert verdict(sites, "blunt")[0] == "unknown"


@pytest.mark.case("11", "A mean counts a result below its limit of quantification as half of it, as the law says.")
def test_a_mean_counts_half_of_the_limit_of_quantification(sites: httpx.Client) -> None:
    """(8 x 0.13 + 4 x 0.03) / 12 = 0.0967 ug/L exceeds 0.09; with zeros it would be 0.0867 and met."""
    found = limit(sites, "half")

    assert (found["outcome"], found["below"]) == ("exceeded", 4)
    assert found["value"] == pytest.approx(1.16 / 12)


@pytest.mark.case("11", "A result above the range of the method is exceeded, or decides nothing; it is never met.")
def test_a_result_above_the_range_is_exceeded_or_open(sites: httpx.Client) -> None:
    """>0.7 exceeds 0.6; >0.05 says neither that 0.6 is met nor what the mean is."""
    assert outcome(sites, "above", "maximum") == ("exceeded", "")
    assert outcome(sites, "range", "maximum") == ("not-decided", "above-range")
    assert outcome(sites, "range") == ("not-decided", "above-range")
    assert (verdict(sites, "above")[0], verdict(sites, "range")[0]) == ("red", "unknown")


@pytest.mark.case("11", "A sample of another water changes no verdict.")
def test_another_water_changes_no_verdict(sites: httpx.Client) -> None:
    """320 ug/L in seepage, groundwater and pond, one of them at the river's own point: the river's year is met."""
    answer = sites.get("/api/v1/facilities/waters/water").json()

    assert {(one["point"], one["outcome"]) for one in answer["limits"]} == {("river-down", "met")}
    assert verdict(sites, "waters") == verdict(sites, "year")
    assert {(one["point"], one["medium"]) for one in answer["without_limit"]} == {
        ("seepage", "seepage"),
        ("groundwater", "groundwater"),
        ("pond", "pond"),
        ("river-down", "seepage"),
    }


@pytest.mark.case("11", "Total metal does not decide a limit of what is dissolved, nor a class that nobody measured.")
def test_another_fraction_and_an_unknown_class_decide_nothing(sites: httpx.Client) -> None:
    """Total cadmium; and dissolved 0.12 ug/L without a hardness, which is above class 3 and below class 4."""
    assert outcome(sites, "total") == ("not-decided", "wrong-fraction")
    assert outcome(sites, "soft") == ("not-decided", "no-hardness")
    assert outcome(sites, "soft", "maximum") == ("met", "")


@pytest.mark.case("11", "A year without a sample is outdated: what was met before is not met now.")
def test_an_old_year_is_outdated(sites: httpx.Client) -> None:
    """Twelve good months that ended fourteen months ago."""
    assert outcome(sites, "old") == ("not-decided", "outdated")
    assert verdict(sites, "old")[0] == "unknown"


@pytest.mark.case("11", "A limit of the permit counts in the verdict, and shows its source and its dates.")
def test_a_permit_s_limit_counts_with_source_and_dates(sites: httpx.Client) -> None:
    """Zinc of 620 ug/L exceeds the permit's 0.5 mg/L; the permit that has ended is not shown."""
    zinc, text = limit(sites, "permit", "maximum", "Zn"), page(sites, "permit")

    assert (zinc["outcome"], zinc["value"], zinc["most"], zinc["unit"]) == ("exceeded", 0.62, 0.5, "mg/L")
    assert (zinc["checked"], zinc["source"]) == ("entered", "Permit 44/2024, condition 3.2, page 11")
    days = [writing.day(date.fromisoformat(zinc[name])) for name in ("valid_from", "valid_to")]
    assert all(day in text for day in days) and zinc["source"] in text
    assert verdict(sites, "permit")[0] == "red" and "9/2011" not in text


@pytest.mark.case("11", "What a permit asks for and nobody sampled is not decided.")
def test_a_permit_without_samples_is_not_decided(sites: httpx.Client) -> None:
    """No sample at all: both limits of the permit stand there; five of twelve samples of arsenic are too few."""
    answer = sites.get("/api/v1/facilities/none/water").json()

    assert {(one["symbol"], one["reason"]) for one in answer["limits"]} == {("Zn", "no-sample"), ("As", "no-sample")}
    assert verdict(sites, "none")[0] == "unknown"
    assert outcome(sites, "permit", symbol="As") == ("not-decided", "too-few-samples")


def test_what_is_just_past_a_limit_is_not_told_as_the_limit(sites: httpx.Client) -> None:
    """0.5004 mg/L of 0.5 is 0.08 % over, 0.49996 is 0.008 % below; pH 9.004 is no 9 where 6 to 9 are allowed."""
    narrow, within = page(sites, "narrow"), page(sites, "within")
    public = " ".join(re.sub(r"<[^>]+>", " ", sites.get("/public/f/narrow").text).split())

    assert outcome(sites, "narrow", "maximum", "Zn")[0] == outcome(sites, "narrow", "range", "pH")[0] == "exceeded"
    assert "0.5004 mg/L found, at most 0.5 mg/L allowed" in public and "9.004 found, 6–9 allowed" in public
    assert "0.5004" in narrow and "9.004" in narrow and "0.08 % over" in narrow
    assert "0.49996" in within and "8.996" in within and "0.008 % left" in within


def test_a_limit_of_nothing_has_a_page(sites: httpx.Client) -> None:
    """4 ug/L of cyanide where none is allowed: exceeded, and no share of zero is told."""
    found = limit(sites, "extremes", "maximum", "CN")

    assert (found["outcome"], found["value"], found["most"]) == ("exceeded", 0.004, 0.0)
    assert verdict(sites, "extremes")[0] == "red" and "Permit 45/2024" in page(sites, "extremes")


def test_a_potential_below_zero_exceeds_no_maximum(sites: httpx.Client) -> None:
    """-20 to -240 mV keep 400 mV; four months of 500 mV exceed it, and say nothing certain of the year's mean."""
    found = limit(sites, "extremes", "maximum", "Eh")

    assert (found["outcome"], found["value"]) == ("met", -20.0)
    assert outcome(sites, "extremes", "annual-mean", "Eh") == ("met", "")
    assert outcome(sites, "potential", "maximum", "Eh") == ("exceeded", "")
    assert outcome(sites, "potential", "annual-mean", "Eh") == ("not-decided", "too-few-samples")


def test_a_sample_whose_time_was_corrected_is_not_there_as_it_was(sites: httpx.Client) -> None:
    """5 ug/L exceeds the maximum of 0.6; the laboratory says that it was taken ten years before: it does not count."""
    answer = sites.get("/api/v1/facilities/corrected/water").json()

    assert len(answer["samples"]) == 11
    assert outcome(sites, "corrected", "maximum") == ("not-decided", "too-few-samples")


def test_the_day_of_the_last_sample_is_that_of_the_facility(sites: httpx.Client) -> None:
    """Half past midnight in Lisbon's summer is still the day before in UTC."""
    (found,) = {one["newest"] for one in sites.get("/api/v1/facilities/midnight/water").json()["limits"]}

    assert found == f"{NOW.year - 2}-07-14T23:30:00Z"
    assert f"last sample {writing.day(date.fromisoformat(SUMMER))}" in page(sites, "midnight")


def test_a_month_before_is_a_month_before() -> None:
    """The dates of these tests are in twelve calendar months, whatever day it is."""
    days = [months_before(NOW, back) for back in range(12)]

    assert len({(day.year, day.month) for day in days}) == 12
