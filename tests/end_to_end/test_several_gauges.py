"""Several gauges of one thing, and several plans on one gauge: verdict, figures of all pages and mails agree.

Gateway, ingest, assessor, notifier, api and pages are the real ones; only the clock of the first four is given.
"""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.end_to_end.reading_chain import Centre, ReadingChain
from tests.end_to_end.test_sight import CERTAIN, FREEBOARD, LIMIT, RATE, TEXT, WELL, weir, well
from tests.page_figures import PageFigure, figure_of
from tests.tailings.plan_texts import APPROVED, plan

SECOND: Final = (
    weir("n03:meter")
    + """\
[instruments."n02:pond"]
driver = "pond_level"
pressure = "vented"
[datastreams."n02:pond.level"]
quantity = "pond-level"
unit = "m"
[datastreams."n02:pond.level".filters.gross_range]
fail = [330.0, 345.0]
suspect = [334.0, 341.0]
[instruments."n02:rain"]
driver = "rain_gauge"
[datastreams."n02:rain.rain"]
quantity = "rain"
unit = "mm"
"""
)
HIGHEST: Final = plan("wall", "n07:vw1.level", "above", yellow=330.0, red=332.0)
LOWEST: Final = plan("drawdown", "n07:vw1.level", "below", yellow=320.0)
FIRST_WEIR: Final = weir("n02:weir")
OVERTOPPING: Final = plan("overtopping", "n01:pond.level", "above", yellow=340.9)


def room(**levels: float) -> str:
    """A plan of levels on the freeboard, beside its minimum of 1.5 m, which is red."""
    return FREEBOARD + plan("room", "n01:pond.freeboard", "below", **levels)


def figure(centre: Centre, chain: ReadingChain, tab: str, name: str) -> PageFigure:
    """A figure of a page of the facility, by its name."""
    return figure_of(centre.page(f"/f/{chain.facility.id}{tab}"), name)


def told(centre: Centre, chain: ReadingChain) -> Any:
    """The answer about the safety of the facility."""
    return centre.get(f"/facilities/{chain.facility.id}/safety")


Readings = Mapping[str, float | None]
POND: Final[tuple[tuple[Readings, Readings], ...]] = (
    ({"n01:pond.level": 337.0, "n02:pond.level": 339.0}, {}),
    ({"n01:pond.level": None, "n02:pond.level": 339.0}, {}),
    ({"n01:pond.level": 350.0, "n02:pond.level": 339.0}, {}),
    ({"n02:pond.level": 339.0}, {"n01:pond.level": 337.0}),
)
"""What both gauges of a pond at 339 m read now, and before: one lower, missing, rejected, silent."""


@pytest.mark.parametrize(("now", "before"), POND)
def test_the_freeboard_is_that_of_the_worst_gauge(centre: Centre, now: Readings, before: Readings) -> None:
    """342 m less 339 m in the api and on the pages, whichever of two gauges says so."""
    with centre.chain(TEXT + SECOND, 12) as chain:
        for at in range(3):
            chain.read(at, before)
        for at in range(10, 13):
            chain.read(at, now)
        chain.assess()

        assert told(centre, chain)["freeboard"]["freeboard_m"] == pytest.approx(3.0)
        assert {figure(centre, chain, tab, "Freeboard").value for tab in ("", "/safety")} == {"3.00m"}
        assert figure(centre, chain, "", "Pond level").value.startswith("339.0")


def test_of_two_rain_gauges_and_weirs_the_greater_is_told(centre: Centre) -> None:
    """Twelve readings of 2 mm are 24 mm, and 0.1 m over a notch of 90 degrees 4.4 L/s, though both come second."""
    with centre.chain(TEXT + SECOND + FIRST_WEIR, 12) as chain:
        for at in range(1, 13):
            chain.read(at, {"n01:rain.rain": 0.5, "n02:rain.rain": 2.0})
        chain.read(12, {"n02:weir.height": 0.05, "n03:meter.height": 0.1})
        chain.assess()
        found = told(centre, chain)

        assert found["rain"]["sum_24h_mm"] == pytest.approx(24.0)
        assert found["seepage"]["flow"] == pytest.approx(4.41, abs=0.05)


@pytest.mark.parametrize(("first_h", "is_whole", "told_as"), [(73, True, "5.0"), (24, False, "≥ 5.0")])
def test_rain_of_fewer_hours_is_at_least_so_much(centre: Centre, first_h: int, is_whole: bool, told_as: str) -> None:
    """A gauge that was silent for two of three days has caught 5 mm at least; one that never was, 5 mm."""
    with centre.chain(TEXT, first_h * 60) as chain:
        for at in range(0, first_h * 60 + 1, 30):
            chain.read(at, {"n01:rain.rain": 5.0 if at == first_h * 60 else 0.0})
        chain.assess()
        rain = told(centre, chain)["rain"]

        assert (rain["sum_72h_mm"], rain["is_72h_whole"], rain["is_24h_whole"]) == (5.0, is_whole, True)
        assert figure(centre, chain, "/safety", "Rain").value.startswith(told_as)


WELLS: Final = "".join(
    f'[instruments."n03:w{number:03}"]\ndriver = "pond_level"\npressure = "vented"\n'
    f'[datastreams."n03:w{number:03}.level"]\nquantity = "water-level"\nunit = "m"\n'
    for number in range(125)
)
"""More piezometers than an answer fits lines to."""


def test_many_piezometers_hide_no_rain(centre: Centre) -> None:
    """A rain gauge that the file states behind 125 piezometers is told of with its 24 mm."""
    with centre.chain(TEXT + WELLS + SECOND, 12) as chain:
        chain.read(11, {f"n03:w{number:03}.level": 325.0 for number in range(125)})
        chain.read(12, {"n01:rain.rain": 6.0, "n02:rain.rain": 24.0})
        chain.assess()

        assert told(centre, chain)["rain"]["sum_24h_mm"] == pytest.approx(24.0)


def test_each_of_many_plans_names_its_alarm(centre: Centre) -> None:
    """Of 21 plans that stand at a level none is told without its alarm of record."""
    plans = "".join(
        f'[tarp.p{number}]\nfailure_mode = "mode {number}"\n{APPROVED}[[tarp.p{number}.levels]]\nlevel = "yellow"\n'
        f'when = {{ datastream = "n01:pond.level", test = "above", value = {336.0 + number / 100} }}\n'
        for number in range(21)
    )
    with centre.chain(TEXT.replace(LIMIT, "", 1) + plans, 2) as chain:
        for at in range(3):
            chain.read(at, {"n01:pond.level": 339.0})
        chain.assess()
        alarms = [one["alarm"] for one in told(centre, chain)["plans"]]

        assert len(alarms) == 21 and None not in alarms


def test_a_violated_minimum_is_red_on_every_page(centre: Centre) -> None:
    """A pond at 340.6 m leaves 1.4 m of 1.5 m: red, though the plan on its level begins at 340.9 m."""
    with centre.chain(TEXT + FREEBOARD + OVERTOPPING, 2) as chain:
        for at in range(3):
            chain.read(at, {"n01:pond.level": 340.6})

        assert chain.assess().verdict == "red"
        assert centre.verdict(chain) == ("red", "red", "red")
        shown = [figure(centre, chain, tab, "Freeboard") for tab in ("", "/safety")]
        assert [(one.state, one.value) for one in shown] == [("red", "1.40m")] * 2


def test_a_lower_dyke_below_its_minimum_is_red_at_the_freeboard(centre: Centre) -> None:
    """1 m below an inner dyke is less than 1.5 m: the figure is red, though 2 m are left below the crest."""
    dyke = FREEBOARD + "geometry = [{ valid_from = 2024-06-12, crest_m = 341.0 }]\n"
    with centre.chain(TEXT + dyke + OVERTOPPING, 2) as chain:
        for at in range(3):
            chain.read(at, {"n01:pond.level": 340.0})

        assert chain.assess().verdict == "red"
        shown = [figure(centre, chain, tab, "Freeboard") for tab in ("", "/safety")]
        assert [(one.state, one.value) for one in shown] == [("red", "2.00m")] * 2


@pytest.mark.parametrize(
    ("levels", "pond_m", "reached", "following"),
    [
        ({"yellow": 2.0, "orange": 1.2}, 340.9, "red", None),
        ({"yellow": 1.5}, 339.0, None, "red"),
    ],
)
def test_a_milder_level_beyond_red_hides_no_red(
    centre: Centre, levels: dict[str, float], pond_m: float, reached: str | None, following: str | None
) -> None:
    """The minimum of 1.5 m is red: a plan's orange at 1.2 m, or its yellow at 1.5 m, says nothing more."""
    with centre.chain(TEXT + room(**levels), 2) as chain:
        for at in range(3):
            chain.read(at, {"n01:pond.level": pond_m})
        verdict = chain.assess().verdict
        (margin,) = told(centre, chain)["margins"]

        assert (margin["reached"], margin["next"]) == (reached, following)
        assert verdict == centre.verdict(chain)[1] == (reached or "green")


def test_a_lowest_level_hides_no_highest(centre: Centre) -> None:
    """331 m is past yellow at 330 m: one piezometer above, though a plan stated first has a lowest level for it."""
    with centre.chain(TEXT.replace(LIMIT, "", 1) + LOWEST + HIGHEST, 2) as chain:
        for at in range(3):
            chain.read(at, well(331.0))
        chain.assess()
        found = told(centre, chain)
        (plan, *_) = found["plans"]

        assert (found["piezometers"]["above"], found["piezometers"]["worst"]) == (1, "n07:vw1.level")
        assert (plan["plan"], plan["raised_by"], plan["past"]["value"]) == ("wall", "n07:vw1.level", 330.0)
        assert figure(centre, chain, "/safety", "Piezometers").state == "yellow"


@pytest.mark.parametrize(
    ("levels_m", "ends_at", "verdict", "mail"),
    [([338.0, 338.0, 341.5, 341.5], 3, "yellow", "SUSPECT past RED"), ([338.0] * 3, 20, "blind", "BLIND")],
)
def test_a_limit_without_a_plan_is_as_bad_as_its_mail(
    centre: Centre, levels_m: list[float], ends_at: float, verdict: str, mail: str
) -> None:
    """Who is told that the minimum freeboard is doubted, or not seen, reads no "not monitored" on the pages."""
    with centre.chain(TEXT + FREEBOARD, ends_at) as chain:
        for at, level_m in enumerate(levels_m):
            chain.read(at, {"n01:pond.level": level_m})
        chain.assess()
        chain.at = ends_at

        assert chain.assess().verdict == verdict
        assert centre.verdict(chain) == (verdict,) * 3
        assert [one.partition(",")[0] for one in chain.mails] == [mail]


@pytest.mark.parametrize(
    ("plan", "level_m", "barometer_hpa"),
    [(WELL, 330.2, None), (CERTAIN, 329.92, 961.0)],
)
def test_what_may_be_past_a_level_is_no_green_figure(
    centre: Centre, plan: str, level_m: float, barometer_hpa: float | None
) -> None:
    """A level that a suspect reading, or one within its uncertainty of red, may have reached clears no piezometer."""
    with centre.chain(TEXT.replace(LIMIT, "", 1) + plan, 182) as chain:
        for at in range(3):
            chain.read(at, well(325.0))
        for at in range(177, 183):
            chain.read(at, well(level_m if at >= 180 else 325.0, barometer_hpa))
        found = chain.assess()

        assert (found.verdict, found.level) == ("yellow", "green")
        assert told(centre, chain)["piezometers"]["evaluated"] == 0
        assert figure(centre, chain, "/safety", "Piezometers").state != "green"


def test_a_rate_past_red_is_no_green_figure(centre: Centre) -> None:
    """A pond that rose 1 m in an hour is red by its rate: so are its figures, though its level is short of yellow."""
    with centre.chain(TEXT.replace(LIMIT, "", 1) + OVERTOPPING + RATE, 61) as chain:
        for at in range(61):
            chain.read(at, {"n01:pond.level": 337.0})
        assert chain.assess().verdict == "green"
        assert figure(centre, chain, "", "Pond level").state == "green"
        chain.read(61, {"n01:pond.level": 338.0})

        assert chain.assess().verdict == "red"
        assert {figure(centre, chain, "", name).state for name in ("Pond level", "Freeboard")} == {"red"}
        assert figure(centre, chain, "/safety", "Freeboard").state == "red"
