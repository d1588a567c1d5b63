"""$filter against a second implementation: conditions that hypothesis makes, judged by a small evaluator in Python.

The evaluator has the rules of OData 4.0 part 2, section 5.1.1: arithmetic with null is null, null is equal to null,
any other comparison with it is false, and `not` turns true and false.
"""

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.api import people
from tests.servers import TestDatabase

ROWS = "/sta/v1.1/Datastreams(1)/Observations"
WINDOW = "phenomenonTime lt 2026-05-01T05:10:00Z"
"""The first 310 minutes: among them a missing, a suspect and a failed reading."""
EXAMPLES = 100
Row = dict[str, Any]
Tree = tuple[Any, ...]

FIELDS: dict[str, Callable[[Row], Any]] = {
    "result": lambda row: row["result"],
    "resultQuality/flag": lambda row: row["resultQuality"]["flag"],
    "minute(phenomenonTime)": lambda row: int(row["phenomenonTime"][14:16]),
    "parameters/nothing": lambda row: None,
}
WHOLE = ("resultQuality/flag", "minute(phenomenonTime)")
COMPARED = {"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le}
COMPUTED = {"add": operator.add, "sub": operator.sub, "mul": operator.mul}

whole = st.one_of(
    st.integers(-60, 400).map(lambda number: ("literal", number)),
    st.sampled_from(WHOLE).map(lambda name: ("field", name)),
)
numbers = st.recursive(
    st.one_of(
        whole,
        st.sampled_from([0.5, 317.999, 318.1, 320.25]).map(lambda number: ("literal", number)),
        st.sampled_from(["result", "parameters/nothing"]).map(lambda name: ("field", name)),
        st.tuples(st.just("mod"), whole, whole),
    ),
    lambda inner: st.tuples(st.sampled_from(["add", "sub", "mul", "div"]), inner, inner),
    max_leaves=4,
)
comparisons = st.tuples(
    st.sampled_from(["eq", "ne", *COMPARED]), numbers, st.one_of(numbers, st.just(("literal", None)))
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(st.tuples(st.sampled_from(["and", "or"]), inner, inner), st.tuples(st.just("not"), inner)),
    max_leaves=5,
)


def text(tree: Tree) -> str:
    """A tree as $filter has it."""
    match tree:
        case ("literal", value):
            return "null" if value is None else str(value)
        case ("field", name):
            return str(name)
        case ("not", inner):
            return f"not ({text(inner)})"
    return (
        f"({text(tree[1])}) {tree[0]} ({text(tree[2])})"
        if tree[0] in ("and", "or")
        else f"({text(tree[1])} {tree[0]} {text(tree[2])})"
    )


def value(tree: Tree, row: Row) -> Any:
    """What an expression is for a row, None where it is missing."""
    match tree:
        case ("literal", number):
            return number
        case ("field", name):
            return FIELDS[name](row)
    left, right = value(tree[1], row), value(tree[2], row)
    if left is None or right is None:
        return None
    if tree[0] in ("div", "mod"):
        if right == 0:
            return None
        return left / right if tree[0] == "div" else math.fmod(left, right)
    return COMPUTED[tree[0]](left, right)


def holds(tree: Tree, row: Row) -> bool:
    """Whether a condition is true for a row."""
    match tree:
        case ("and", left, right):
            return holds(left, row) and holds(right, row)
        case ("or", left, right):
            return holds(left, row) or holds(right, row)
        case ("not", inner):
            return not holds(inner, row)
    left, right = value(tree[1], row), value(tree[2], row)
    if tree[0] in ("eq", "ne"):
        return (left == right) == (tree[0] == "eq")
    return left is not None and right is not None and COMPARED[tree[0]](left, right)


@pytest.fixture(scope="module")
def known(client: httpx.Client, read_database: TestDatabase) -> Iterator[httpx.Client]:
    """A client with a key, which may ask more in a minute than a stranger."""
    key = people.add_key(read_database.conninfo(), "read")
    with httpx.Client(base_url=client.base_url, timeout=60, headers=people.bearer(key)) as with_key:
        yield with_key


def check(client: httpx.Client, judge: Callable[[Tree, Row], bool], seed_examples: int) -> None:
    """Compare the rows of conditions with those that `judge` finds true; raises AssertionError for the first other."""
    rows = client.get(ROWS, params={"$top": 400, "$filter": WINDOW}).json()["value"]

    @settings(
        max_examples=seed_examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tree=conditions)
    def judged(tree: Tree) -> None:
        asked = {"$top": 400, "$select": "id", "$filter": f"{WINDOW} and ({text(tree)})"}
        answer = client.get(ROWS, params=asked)

        assert answer.status_code == 200, (text(tree), answer.text)
        expected = [row["@iot.id"] for row in rows if judge(tree, row)]
        assert [one["@iot.id"] for one in answer.json()["value"]] == expected, text(tree)

    assert len(rows) == 310
    judged()


def test_a_condition_holds_for_the_rows_of_a_second_implementation(known: httpx.Client) -> None:
    """Comparison, arithmetic, null, and, or and not give the same observations here and there."""
    check(known, holds, EXAMPLES)


def test_a_wrong_meaning_of_null_is_found(known: httpx.Client) -> None:
    """The control: a judge for whom the opposite of a comparison with null is false too is caught."""

    def wrong(tree: Tree, row: Row) -> bool:
        if tree[0] == "not" and tree[1][0] in COMPARED:
            return all(value(side, row) is not None for side in tree[1][1:]) and not holds(tree[1], row)
        return holds(tree, row)

    with pytest.raises(AssertionError, match=r"not \("):
        check(known, wrong, EXAMPLES)
