"""The gauges: which come first, what they say, and that what is not known has no margin."""

import texts
from dashboard.safety import margins
from tests.dashboard.safety.examples import level, pond, rising, watched

EN = texts.load()


def test_the_least_margin_comes_first_and_the_unknown_last() -> None:
    """One past yellow, one below, one stale: in this order, with what each says."""
    rows = [level("n04", 330.62), level("n03", 325.9), level("n02", 321.0, age_s=26 * 3600.0)]
    dam = watched(rows, {"pore-pressure": "yellow"}, hours={"n04:vw1.level": rising(330.62, 0.05)})

    found = margins.of_facility(dam, EN)

    assert [(row.name, row.state, row.margin, row.value) for row in found] == [
        ("n04 vw1", "yellow", "0.22 m over", "330.62 m"),
        ("n03 vw1", "green", "1.10 m", "325.90 m"),
        ("n02 vw1", "stale", "unknown", "26 h old"),
    ]
    assert found[0].says == "7 d: rising 5 cm/d; orange in about 6 d (6 to 6 d, 95 % sure at this rate)"
    assert found[2].share is None and found[2].says == "Last 321.00 m"


def test_a_rejected_value_has_no_margin() -> None:
    """A value that a filter rejected fills no gauge."""
    found = margins.of_facility(watched([level("n04", 999.0, quality=4)], {"pore-pressure": "green"}), EN)

    assert [(row.state, row.share, row.margin) for row in found] == [("unknown", None, "unknown")]


def test_without_plans_there_is_no_gauge() -> None:
    """Nothing is invented."""
    assert margins.of_facility(watched([level("n04", 330.0), pond()], has_file=False), EN) == []
