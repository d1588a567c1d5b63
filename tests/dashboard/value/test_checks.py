"""Quality control of the laboratory on the value page: its rows and its drawings."""

import pytest

from api.studies.models import Sample
from dashboard.value import checks
from dashboard.value.valued import ValuedFacility
from tests.dashboard import svg_paths
from tests.dashboard.value.valued import valued
from texts import load

EN = load()
SENT = [
    ("S1", "primary", "", 1000.0, ""),
    ("D1", "duplicate", "S1", 1100.0, ""),
    ("B1", "blank", "", 5.0, "<"),
    ("B2", "blank", "", 30.0, ""),
    ("M1", "standard", "synthetic-1", 1300.0, ""),
    ("M2", "standard", "synthetic-1", 1600.0, ""),
]


def sent(values: list[tuple[str, str, str, float, str]]) -> ValuedFacility:
    """The demo's study with these results of tungsten [mg/kg]."""
    samples = [
        Sample(
            name=name,
            revision=1,
            kind=kind,
            of_sample=of,
            hole="",
            chainage_m=None,
            offset_m=None,
            collar_m=None,
            top_m=None,
            bottom_m=None,
            material="",
            file=1,
            file_row=2,
            assays=[{"element": "W", "mg_per_kg": value, "sign": sign}],
        )
        for name, kind, of, value, sign in values
    ]
    return valued(samples=samples)


def test_quality_control_counts_what_the_laboratory_sent() -> None:
    """100 on 2100: half difference 4.8 %; 30 is above five limits of 5; the mean of 1450 is 16 % above 1250."""
    found = sent(SENT).now.control[0]

    assert (found.element, found.primary, found.blanks, found.bad_blanks) == ("W", 1, [5.0, 30.0], 1)
    assert [(one.first_mg_per_kg, one.again_mg_per_kg) for one in found.duplicates] == [(1000.0, 1100.0)]
    assert (found.half_difference, found.bias) == pytest.approx((100 / 2100, 0.16))
    assert ([one.mg_per_kg for one in found.standards], found.bad_standards) == ([1300.0, 1600.0], 1)


def test_each_kind_is_drawn_with_its_bounds() -> None:
    """Two blanks under a dotted bound, one duplicate between two, two standards between two; each says what it is."""
    found = checks.drawings(sent(SENT), EN)
    dots = [[path.d.count("M") for path in one.paths if path.look == "check"] for one in found]
    bounds = [[path.look for path in one.paths].count("dotted") for one in found]

    assert dots == [[2], [1], [2]]
    assert bounds == [1, 2, 2]
    assert [one.says[:12] for one in found] == ["2 blanks aga", "1 duplicates", "2 standards "]


def test_a_blank_above_five_limits_is_drawn_above_the_bound() -> None:
    """30 mg/kg lies above 25 in pixels, 5 below."""
    blanks = checks.drawings(sent(SENT), EN)[0]
    (bound,) = [svg_paths.points(path.d)[0][1] for path in blanks.paths if path.look == "dotted"]
    (dots,) = [path.d for path in blanks.paths if path.look == "check"]
    heights = [float(part.split()[1].split("a")[0]) for part in dots.split("M")[1:]]

    assert heights[1] < bound < heights[0]


def test_what_was_not_sent_is_not_drawn() -> None:
    """Samples alone give no drawing; a standard without a certified value gives none either."""
    assert checks.drawings(sent(SENT[:1]), EN) == []
    assert checks.drawings(sent([SENT[0], ("M1", "standard", "another", 1.0, "")]), EN) == []
