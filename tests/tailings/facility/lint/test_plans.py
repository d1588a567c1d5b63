"""Plans as a whole: gaps, actions, what can fail alone, how late they speak, who is told."""

from typing import Any

import pytest

from tailings.facility import lint
from tests.tailings.facility.lint import small
from tests.tailings.facility.lint.small import ACTION, leaf, loop, piezometer, plan, pond, stream

POND, LOOP, LEVEL = "n2:pond.level", "n1:loop.level", "n2:vw1.level"


def found(code: str, *parts: str) -> list[dict[str, Any]]:
    """Values of what one rule finds."""
    facility, text = small.small(*parts)
    return [dict(one.values) for one in lint.find(facility, text) if one.code == code]


def any_of(*tests: str) -> str:
    """Any of these."""
    return f"{{ any = [{', '.join(tests)}] }}"


def test_a_level_that_is_left_out_is_told() -> None:
    """Yellow and red alone lack orange; red alone lacks both; yellow and orange lack nothing below their worst."""
    at = [
        ("yellow", leaf(POND, "above", 1.0)),
        ("orange", leaf(POND, "above", 2.0)),
        ("red", leaf(POND, "above", 3.0)),
    ]

    assert [one["missing"] for one in found("levels-with-gap", pond(), plan(at[0], at[2]))] == [["orange"]]
    assert [one["missing"] for one in found("levels-with-gap", pond(), plan(at[2]))] == [["yellow", "orange"]]
    assert found("levels-with-gap", pond(), plan(*at[:2])) == []


def test_a_plan_that_ends_before_red_is_told() -> None:
    """Its worst level is orange."""
    orange, red = (plan((level, leaf(POND, "above", 1.0))) for level in ("orange", "red"))

    assert [one["worst"] for one in found("worst-below-red", pond(), orange)] == ["orange"]
    assert found("worst-below-red", pond(), red) == []


def test_a_level_without_anything_to_do_is_told() -> None:
    """And an action that nobody has to do by any time."""
    bare = plan(("red", leaf(POND, "above", 1.0)))
    late = plan(("red", leaf(POND, "above", 1.0)), more=ACTION.replace(", within_h = 4.0", ""))

    assert [one["level"] for one in found("level-without-action", pond(), bare)] == ["red"]
    assert found("level-without-action", pond(), late) == []
    assert [one["what"] for one in found("action-without-time", pond(), late)] == ["Look"]


def test_an_instrument_that_can_fail_alone_is_told() -> None:
    """One of one, both of `all`, none of `any`; what a test is held against counts too."""
    tests = [leaf(POND, "above", 1.0), leaf(LOOP, "above", 336.0)]
    both = f"{{ all = [{', '.join(tests)}] }}"
    held = leaf(POND, "above", 1.0, f', against = {{ datastream = "{LOOP}" }}')
    parts = pond() + loop()

    alone = [
        [one["instruments"] for one in found("single-instrument", parts, plan(("red", when)))]
        for when in (tests[0], both, held, any_of(*tests))
    ]
    assert alone == [[["n2:pond"]], [["n1:loop", "n2:pond"]], [["n1:loop", "n2:pond"]], []]


def test_a_correction_that_all_tests_share_is_told() -> None:
    """The one barometer of a piezometer; not where another test of `any` does without it."""
    shared, free = (
        found("shared-correction", piezometer() + pond(), plan(("red", when)))
        for when in (leaf(LEVEL, "above", 320.0), any_of(leaf(LEVEL, "above", 320.0), leaf(POND, "above", 340.0)))
    )

    assert [one["instruments"] for one in shared] == [["n1:baro"]]
    assert free == []


def test_what_nobody_says_the_uncertainty_of_is_told() -> None:
    """A piezometer's kind has one, its barometer has none; with a budget of the barometer nothing is left to tell."""
    red = plan(("red", leaf(LEVEL, "above", 320.0)))
    budget = """
[[instruments."n1:baro".uncertainty]]
valid_from = 2024-06-12
terms = [{ quantity = "barometric-pressure", kind = "accuracy", value = 0.3, unit = "hPa" }]
"""
    told = found("uncertainty-not-stated", piezometer(), red)

    assert told == [{"instrument": "n1:baro", "quantities": ["barometric-pressure"]}]
    assert found("uncertainty-not-stated", piezometer(), red, budget) == []


def test_a_node_that_can_fail_alone_is_told() -> None:
    """A pond and a piezometer on one node; not with a loop on another; nor twice where one instrument is alone."""
    here = [leaf(POND, "above", 1.0), leaf(LEVEL, "above", 320.0)]
    parts = piezometer() + pond() + loop()

    assert [one["node"] for one in found("single-node", parts, plan(("red", any_of(*here))))] == ["n2"]
    assert found("single-node", parts, plan(("red", any_of(*here, leaf(LOOP, "above", 336.0))))) == []
    assert found("single-node", parts, plan(("red", here[0]))) == []


def test_an_agent_that_a_plan_hangs_on_alone_is_noted() -> None:
    """Once, with its plans; not where a second agent serves the other node that the plan looks at."""
    when = any_of(leaf(POND, "above", 1.0), leaf(LOOP, "above", 336.0))
    parts = pond() + loop() + plan(("red", when))
    _, text = small.small(parts)
    second = text.replace('nodes = ["n1", "n2"]', 'nodes = ["n1"]\n[agents.gw2]\nnodes = ["n2"]')

    assert found("single-agent", parts) == [{"agent": "gw1", "plans": ["plan"]}]
    assert [one.code for one in lint.find(small.parse(second), second) if one.code == "single-agent"] == []


@pytest.mark.parametrize(
    ("more", "delay_s"),
    [
        (", for_n = 3", None),
        (", for_n = 12", 3300.0),
        (", for_s = 14500", 14500.0),
        (", for_n = 50, for_s = 60", 14700.0),
    ],
)
def test_a_level_that_speaks_late_is_noted(more: str, delay_s: float | None) -> None:
    """More than ten intervals of 300 s, or later than its action of 4 h is due; three readings are not late."""
    values = found("speaks-late", pond(), plan(("red", leaf(POND, "above", 1.0, more)), more=ACTION))

    assert [one["delay_s"] for one in values] == ([] if delay_s is None else [delay_s])


def test_of_several_tests_the_earliest_speaks() -> None:
    """`any` speaks with its first, `all` with its last."""
    early, late = leaf(POND, "above", 1.0), leaf(LOOP, "above", 336.0, ", for_n = 12")
    parts = pond() + loop()

    assert found("speaks-late", parts, plan(("red", any_of(early, late)))) == []
    assert len(found("speaks-late", parts, plan(("red", f"{{ all = [{early}, {late}] }}")))) == 1


@pytest.mark.parametrize(
    ("from_levels", "code", "levels"),
    [
        (None, "recipients-not-known", None),
        ([], "nobody-is-told", ["yellow", "red"]),
        ([2], "nobody-is-told", ["yellow"]),
        ([3, 1], None, None),
    ],
)
def test_levels_that_nobody_hears_of_are_told(from_levels: list[int] | None, code: str | None, levels: Any) -> None:
    """A recipient from orange on hears of red and not of yellow; without a centre nothing is claimed."""
    facility, _ = small.small(pond(), plan(("yellow", leaf(POND, "above", 1.0)), ("red", leaf(POND, "above", 2.0))))

    told = lint.find_untold(facility, from_levels)
    assert [(one.code, one.values.get("levels")) for one in told] == ([] if code is None else [(code, levels)])


def test_a_facility_without_plans_has_nothing_to_find() -> None:
    """Nor is anybody to be told."""
    facility, text = small.small(pond(), stream("n1:rain.count", "tips", "{count}"))

    assert lint.find(facility, text) == lint.find_untold(facility, None) == ()
