"""What is one facility by the words of people: chains, words that contradict one another, any order."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tailings.register.same_facility import Decision, apart, facilities, groups, standing


def rows(*pairs: tuple[int, int], is_same: bool = True) -> list[Decision]:
    """Words on pairs of rows."""
    return [Decision(one, other, None, is_same) for one, other in pairs]


def of_site(entry: int, facility: str, is_same: bool = True) -> Decision:
    """A word on a row and a facility of this site."""
    return Decision(entry, None, facility, is_same)


def test_a_chain_of_any_length_leads_to_the_facility() -> None:
    """Four rows, each said to be the next one, the last of them a facility of this site."""
    found = groups([*rows((1, 2), (2, 3), (3, 4)), of_site(4, "vale")])

    assert facilities(found) == dict.fromkeys((1, 2, 3, 4), "vale")
    assert standing(found) == {}


def test_two_that_a_person_found_to_be_different_are_not_joined_by_way_of_others() -> None:
    """The first and the third row are not the same, whatever is said of the second; nor is a row that facility."""
    found = groups([*rows((1, 2), (2, 3)), *rows((1, 3), is_same=False)])
    denied = groups([*rows((1, 2)), of_site(2, "vale"), of_site(1, "vale", is_same=False)])

    assert found == [frozenset({1, 2})]
    assert facilities(denied) == {2: "vale"}


def test_who_is_one_facility_with_a_row_is_not_what_that_row_is_not() -> None:
    """Rows 1 and 2 are one, 3 and 4 are one, and a person found 2 and 3 to be different: so are all four pairs."""
    said = [*rows((1, 2), (3, 4)), *rows((2, 3), is_same=False), of_site(4, "vale", is_same=False)]

    assert apart(groups(said), said) == {
        frozenset(pair) for pair in ((1, 3), (1, 4), (2, 3), (2, 4), (3, "vale"), (4, "vale"))
    }


def test_facilities_of_this_site_stay_apart() -> None:
    """What is said of a facility itself counts before what a chain says, and a row is one facility at most."""
    found = groups([*rows((1, 2), (2, 3)), of_site(1, "vale"), of_site(3, "foz"), of_site(3, "vale")])

    assert facilities(found) == {1: "vale", 2: "vale", 3: "foz"}


def test_the_first_row_that_its_register_still_has_stands_for_the_others() -> None:
    """Of three rows the first is gone; a fourth that is gone joins two, and stands for none."""
    found = groups(rows((1, 2), (2, 3)))
    by_gone = groups(rows((1, 4), (2, 4)))

    assert (standing(found), standing(found, gone={1})) == ({2: 1, 3: 1}, {3: 2})
    assert (standing(by_gone, gone={4}), standing(by_gone, gone={1, 2, 4})) == ({2: 1}, {})


pairs = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda one: one[0] < one[1]), max_size=20)


@given(pairs, st.randoms())
def test_groups_are_the_connected_components(found: list[tuple[int, int]], order: random.Random) -> None:
    """Those of scipy, in whatever order the words come, where nobody said that two are different."""
    said = rows(*set(found))
    order.shuffle(said)
    at = np.array(found, int).reshape(-1, 2)
    _, labels = connected_components(coo_array((np.ones(len(at)), at.T), shape=(13, 13)), directed=False)

    parts = {frozenset(np.flatnonzero(labels == label).tolist()) for label in labels}
    assert set(groups(said)) == {part for part in parts if len(part) > 1}
