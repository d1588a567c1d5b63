"""Which limits are held against which samples: water, fraction, hardness class, age, and the permit."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from tailings.assess.water import LimitVerdict, WaterVerdict, assess
from tailings.water import ParsedSample
from tests.tailings.assess.water.samples import MONTHS, NOW, POINT, ZONE, limit, monthly, sample, verdict

RIVER = {"Cd": "0.05", "CaCO3": "70000"}


def river(results: dict[str, str], **more: str) -> list[ParsedSample]:
    """The same results in each of twelve months."""
    return [sample(at, results, **more) for at in MONTHS]


def by_law(samples: Sequence[ParsedSample]) -> WaterVerdict:
    """What is said by limits of law alone."""
    return assess(samples, (), NOW, ZONE)


def of(samples: Sequence[ParsedSample], symbol: str, statistic: str = "annual-mean") -> LimitVerdict:
    """What is said of one limit of law."""
    (found,) = [one for one in by_law(samples).limits if (one.limit.symbol, one.limit.statistic) == (symbol, statistic)]
    return found


@pytest.mark.parametrize(
    ("hardness", "number", "most"),
    [("39", 1, 0.08), ("40", 2, 0.08), ("99.9", 3, 0.09), ("100", 4, 0.15), ("300", 5, 0.25)],
)
def test_the_class_is_that_of_the_mean_hardness(hardness: str, number: int, most: float) -> None:
    """Directive 2008/105/EC, Annex I Part A, No 6 and footnote 6."""
    found = of(river({"Cd": "0.05", "CaCO3": str(float(hardness) * 1000)}), "Cd")

    assert (found.limit.hardness_class, found.limit.most, found.outcome) == (number, most, "met")


@pytest.mark.parametrize(
    ("cadmium", "outcome", "most", "notes"),
    [
        ("0.05", "met", 0.08, ("class-unknown",)),
        ("0.12", "not-decided", 0.08, ()),
        ("0.26", "exceeded", 0.25, ("class-unknown",)),
    ],
)
def test_without_a_hardness_only_what_all_classes_say_is_said(
    cadmium: str, outcome: str, most: float, notes: tuple[str, ...]
) -> None:
    """0.05 is below the strictest class (0.08) and 0.26 above the widest (0.25); between them nothing is said."""
    found = of(river({"Cd": cadmium}), "Cd")

    assert (found.outcome, found.limit.most, found.notes) == (outcome, most, notes)


def test_nickel_s_mean_is_of_what_is_bioavailable() -> None:
    """Dissolved nickel decides nothing either way; what a model calls bioavailable does (Annex I Part B(3))."""
    dissolved = of(river({"Ni": "0.5"}), "Ni")
    modelled = of([*river({"Ni": "3.9"}), *river({"Ni": "0.5"}, fraction="bioavailable")], "Ni")

    assert (dissolved.outcome, dissolved.reason, dissolved.fraction) == ("not-decided", "wrong-fraction", "dissolved")
    assert (modelled.reason, modelled.fraction, modelled.value) == ("too-few-samples", "bioavailable", 0.5)


def test_total_metal_is_not_dissolved_metal() -> None:
    """The value is shown with its fraction, and decides nothing."""
    found = of(river(RIVER, fraction="total"), "Cd", "maximum")

    assert (found.outcome, found.reason, found.fraction, found.value) == (
        "not-decided",
        "wrong-fraction",
        "total",
        0.05,
    )


def test_another_water_changes_no_verdict() -> None:
    """A river's year, and the same with seepage and groundwater at its point, are told alike."""
    clean = river(RIVER)
    foul = [
        sample(at, {"Cd": "320", "CaCO3": "900000"}, medium) for at in MONTHS for medium in ("seepage", "groundwater")
    ]

    assert by_law([*clean, *foul]).limits == by_law(clean).limits
    assert by_law(clean).outcome == "met"
    assert [(one.medium, one.samples) for one in by_law([*clean, *foul]).without_limit] == [
        ("groundwater", 12),
        ("seepage", 12),
    ]


def test_one_limit_that_is_not_decided_leaves_the_whole_not_decided() -> None:
    """Cadmium is met, nickel's bioavailable mean is not known: the whole is neither."""
    found = by_law(river({**RIVER, "Ni": "0.5"}))

    assert {one.outcome for one in found.limits} == {"met", "not-decided"}
    assert found.outcome == "not-decided" and by_law([]).outcome == "not-decided"


def test_what_was_sampled_and_is_not_any_more_is_outdated() -> None:
    """Two years later cadmium is outdated; five years later nobody asks for it."""
    later, much_later = NOW + timedelta(days=730), NOW + timedelta(days=1826)
    found = assess(river(RIVER), (), later, ZONE)

    assert {(one.outcome, one.reason) for one in found.limits} == {("not-decided", "outdated")}
    assert assess(river(RIVER), (), much_later, ZONE).limits == ()


def test_a_sample_of_tomorrow_does_not_count() -> None:
    """A date in the future is a mistake of somebody's table."""
    tomorrow = sample(NOW + timedelta(days=1), {"Zn": "900"})

    assert verdict([*monthly(["5"] * 12), tomorrow], limit(10.0, "maximum")).outcome == "met"


def test_a_limit_of_a_permit_is_for_its_point_and_its_dates() -> None:
    """Without a sample it stands there as not decided; before and after its dates it is gone."""
    ended = limit(10.0, valid_to=date(2026, 11, 24))
    elsewhere = limit(10.0)

    assert assess(monthly(["5"] * 12), (ended,), NOW, ZONE).limits == ()
    found = assess([], (elsewhere,), NOW, ZONE).limits
    assert [(one.point, one.outcome, one.reason, one.required) for one in found] == [
        (POINT, "not-decided", "no-sample", 12),
    ]


def test_a_limit_of_law_that_gave_way_is_held_as_on_its_last_day() -> None:
    """Nickel of 40 ug/L in March exceeds the maximum of 34 ug/L that held until 9 May 2026, not that of 8.2 since."""
    samples = [sample(at, {"Ni": "40" if at.month == 3 else "2"}) for at in MONTHS]

    found = {
        since: [
            (one.limit.most, one.limit.valid_to, one.outcome)
            for one in assess(samples, (), NOW, ZONE, since).limits
            if one.limit.statistic == "maximum"
        ]
        for since in (None, date(2026, 5, 10), date(2026, 1, 1))
    }

    assert found[None] == found[date(2026, 5, 10)] == [(8.2, None, "met")]
    assert found[date(2026, 1, 1)] == [(34.0, date(2026, 5, 9), "exceeded"), (8.2, None, "met")]
