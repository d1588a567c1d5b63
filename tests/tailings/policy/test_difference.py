"""The causes of a difference: they add up to it exactly, and are those of a second implementation."""

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from itertools import combinations
from math import factorial

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings.policy import PolicyQuery, PolicyRow, differences, evaluated
from tailings.policy.difference import OtherQuery
from tailings.policy.evaluation import measured
from tests.tailings.policy.rows import row

THEN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
SHARE = PolicyQuery("consequence_known")
PEOPLE = PolicyQuery("people_at_risk")
OF_ROWS = ("revised", "added", "removed")
Rows = dict[str, PolicyRow]
KEYS = st.sampled_from("abcdef")
CLASSES = st.dictionaries(KEYS, st.booleans(), min_size=1)
AMOUNTS = st.dictionaries(KEYS, st.floats(0, 1e6), min_size=1)


def classed(said: Mapping[str, bool]) -> Rows:
    """Rows with a consequence class where it is known."""
    return {key: row(key, **({"consequence_class": "High"} if known else {})) for key, known in said.items()}


def peopled(said: Mapping[str, float]) -> Rows:
    """Rows with people at risk."""
    return {key: row(key, people_at_risk=people) for key, people in said.items()}


def shapley(query: PolicyQuery, old: Rows, new: Rows) -> dict[str, Fraction]:
    """Shapley values by the formula over subsets, weights |S|!(n-|S|-1)!/n!; where every state has a value."""

    def worth(made: tuple[str, ...]) -> Fraction:
        kept = {key: one for key, one in old.items() if key in new or "removed" not in made}
        kept |= {key: one for key, one in new.items() if (key in old and "revised" in made)}
        kept |= {key: one for key, one in new.items() if (key not in old and "added" in made)}
        value = measured(query, list(kept.values())).value
        assert value is not None
        return value

    found = {}
    for cause in OF_ROWS:
        others = [one for one in OF_ROWS if one != cause]
        found[cause] = sum(
            (
                Fraction(factorial(size) * factorial(2 - size), factorial(3)) * (worth((*some, cause)) - worth(some))
                for size in range(3)
                for some in combinations(others, size)
            ),
            Fraction(0),
        )
    return found


@settings(max_examples=40)
@given(CLASSES, CLASSES)
def test_causes_add_up_to_the_difference(then: dict[str, bool], now: dict[str, bool]) -> None:
    """For any rows before and after, the exact effects sum to the exact difference of the shares, counted by hand."""
    before = evaluated(SHARE, THEN, list(classed(then).values()))
    after = evaluated(SHARE, NOW, list(classed(now).values()))
    found = differences(before, after)
    counted = Fraction(sum(now.values()), len(now)) - Fraction(sum(then.values()), len(then))

    assert sum((Fraction(one) for one in found.exact.values()), Fraction(0)) == counted
    assert found.total == float(counted)


@settings(max_examples=40)
@given(CLASSES, CLASSES)
def test_causes_are_those_of_the_formula(then: dict[str, bool], now: dict[str, bool]) -> None:
    """The mean over orders is the weighted sum over subsets, where all states have a value."""
    old, new = classed(then), classed(now)
    found = differences(evaluated(SHARE, THEN, list(old.values())), evaluated(SHARE, NOW, list(new.values())))

    if old.keys() & new.keys():
        assert {cause: Fraction(found.exact[cause]) for cause in OF_ROWS} == shapley(SHARE, old, new)
    assert Fraction(found.exact["method"]) == 0


@settings(max_examples=40)
@given(AMOUNTS, AMOUNTS)
def test_causes_of_a_sum_are_the_sums_of_its_rows(then: dict[str, float], now: dict[str, float]) -> None:
    """A plain sum has one answer: what came, less what went, and the change of what stayed, in exact arithmetic."""
    rows = [list(peopled(one).values()) for one in (then, now)]
    found = differences(evaluated(PEOPLE, THEN, rows[0]), evaluated(PEOPLE, NOW, rows[1]))
    came = sum((Fraction(now[key]) for key in now.keys() - then.keys()), Fraction(0))
    went = sum((Fraction(then[key]) for key in then.keys() - now.keys()), Fraction(0))
    stayed = sum((Fraction(now[key]) - Fraction(then[key]) for key in now.keys() & then.keys()), Fraction(0))

    assert [Fraction(found.exact[cause]) for cause in OF_ROWS] == [stayed, came, -went]


def test_a_change_of_method_comes_first() -> None:
    """What was 0.25 by an older method and is 0.5 by this one on the same rows: the method made all of it."""
    before = evaluated(SHARE, THEN, [row("a"), row("b", consequence_class="High")])
    older = msgspec.structs.replace(before, method=0, value=0.25)
    found = differences(older, evaluated(SHARE, NOW, before.rows))

    assert found.total == 0.25
    assert found.effects == {"method": 0.25, "revised": 0.0, "added": 0.0, "removed": 0.0}


def test_rows_are_named_with_what_differs() -> None:
    """Each row that changed stands with its cause, its versions and the values that differ."""
    before = evaluated(SHARE, THEN, [row("a"), row("b"), row("c", consequence_class="Low")])
    revised = msgspec.structs.replace(row("a", consequence_class="High"), version="revision 2")
    found = differences(before, evaluated(SHARE, NOW, [revised, row("c", consequence_class="Low"), row("d")]))

    assert [(one.cause, one.key, one.before, one.after) for one in found.changes] == [
        ("revised", "register:pt:a", {}, {"consequence_class": "High"}),
        ("removed", "register:pt:b", {}, {}),
        ("added", "register:pt:d", {}, {}),
    ]
    assert found.changes[0].versions == ("revision 1", "revision 2")


def test_without_a_value_nothing_is_compared() -> None:
    """No facility before: there is no difference, and no zero."""
    found = differences(evaluated(SHARE, THEN, []), evaluated(SHARE, NOW, [row("a")]))

    assert found.total is None and found.effects == {}


def test_different_queries_are_not_compared() -> None:
    """Portugal beside all countries is refused."""
    portugal = PolicyQuery("consequence_known", country="PT")

    with pytest.raises(OtherQuery, match="different queries"):
        differences(evaluated(SHARE, THEN, []), evaluated(portugal, NOW, []))


def test_effects_of_one_change_at_a_time_do_not_add_up() -> None:
    """The control: with each change made alone, the check of the sum fails, as it has to for a share."""
    old, new = classed({"a": True, "b": False, "c": False}), classed({"a": True, "b": True, "d": False})
    start, end = (measured(SHARE, list(one.values())).value for one in (old, new))
    alone = [
        measured(SHARE, [old["a"], new["b"], old["c"]]).value,
        measured(SHARE, [*old.values(), new["d"]]).value,
        measured(SHARE, [old["a"], old["b"]]).value,
    ]
    found = differences(evaluated(SHARE, THEN, list(old.values())), evaluated(SHARE, NOW, list(new.values())))

    assert start is not None and end is not None
    assert sum((one - start for one in alone if one is not None), Fraction(0)) != end - start
    assert sum((Fraction(one) for one in found.exact.values()), Fraction(0)) == end - start
