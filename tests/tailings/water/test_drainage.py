"""Kinds of drainage and signs of acidification; classes after the guide that the module names."""

import pytest

from tailings.trend import Rate
from tailings.water import drainage

WEEK_S = 7 * 86400.0
FALLS, RISES, STILL = (Rate(slope, 0.002, 5.0, WEEK_S, 168, independent=168.0) for slope in (-0.05, 0.05, 0.0005))


@pytest.mark.parametrize(
    ("ph", "sulphate", "kind"),
    [
        (4.1, 1610.0, "acid"),
        (6.0, 300.0, "neutral"),
        (7.2, 1610.0, "saline"),
        (7.2, None, "neutral"),
        (None, 1610.0, "unknown"),
    ],
)
def test_the_kind_follows_from_ph_and_sulphate(ph: float | None, sulphate: float | None, kind: str) -> None:
    """Below pH 6 acid; above it saline beyond 1,000 mg/L sulphate; without a pH unknown."""
    assert drainage.classify(ph, sulphate, None).kind == kind


def test_reasons_hold_the_figures() -> None:
    """What decided is given with its value; without sulphate a high conductivity is a reason and no class."""
    assert drainage.classify(4.1, 1610.0, None).reasons == (("ph-below", 4.1), ("sulphate-above", 1610.0))
    assert drainage.classify(7.0, None, 2900.0).reasons == (("ph-above", 7.0), ("conductivity-high", 2900.0))


def test_acidifying_needs_a_falling_ph_and_a_second_sign() -> None:
    """pH falls and conductivity rises: acidifying; pH alone is not enough, and a sign that disagrees stops it."""
    assert drainage.classify(6.5, None, None, FALLS, RISES).is_acidifying
    assert not drainage.classify(6.5, None, None, FALLS).is_acidifying
    assert not drainage.classify(6.5, None, None, FALLS, RISES, redox_rate=STILL).is_acidifying
