"""Tests of what layers of land use contradict of a row of a register; that readings do is tested with its likeness."""

import math

import pytest

from tailings.register.compared import FieldChange
from tailings.register.measured import Span, contradicted_by_layers

NONE: tuple[FieldChange, ...] = ()


@pytest.mark.parametrize(
    ("said", "span", "there"),
    [
        (8_000.0, (0.0, 0.0), 0.0),
        (8_000.0, (2_000.0, 2_600.0), 2_600.0),
        (0.0, (5_000.0, math.inf), 5_000.0),
        (2_900.0, (2_600.0, 2_600.0), None),
        (8_000.0, (7_000.0, math.inf), None),
        (8_000.0, None, None),
    ],
)
def test_a_distance_contradicts_where_no_place_of_the_layer_allows_it(
    said: float, span: Span | None, there: float | None
) -> None:
    """Nearer, or farther, than a layer allows by more than 500 m (our rule); what it leaves open does not."""
    expected = NONE if there is None else (FieldChange("protected_area_m", said, there),)

    assert contradicted_by_layers({"protected_area_m": said}, span, None) == expected


@pytest.mark.parametrize(
    ("said", "span", "there"),
    [
        (0.0, (420.0, math.inf), 420.0),
        (900.0, (0.0, 310.0), 310.0),
        (500.0, (420.0, 900.0), None),
        (0.0, (0.0, 900.0), None),
        (0.0, None, None),
    ],
)
def test_people_contradict_outside_of_the_span(said: float, span: Span | None, there: float | None) -> None:
    """Nobody is said where a whole village lies in the area, or more than live there; in the span nothing is."""
    expected = NONE if there is None else (FieldChange("people_at_risk", said, there),)

    assert contradicted_by_layers({"people_at_risk": said}, None, span) == expected


def test_what_a_register_leaves_out_is_not_contradicted() -> None:
    """An empty column says nothing."""
    assert contradicted_by_layers({}, (0.0, 0.0), (420.0, 420.0)) == NONE
