"""The overview of facilities by value, confidence and state."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.studies.models import OutcomeSpread, Worth, Worths
from dashboard.reads import Shown
from dashboard.value import overview
from tailings.levels import LevelWord
from tests.dashboard.examples import NOW, facility, mode, standing
from texts import load

LEVELS: dict[str, LevelWord] = {"a": "red", "c": "yellow"}
DAY = datetime(2026, 11, 25, tzinfo=UTC)


def worth(id: str, net: float, unfc: str, currency: str = "USD", usd: float = 1.0) -> Worth:
    """A study in short."""
    return Worth(
        facility=id,
        made_at=DAY,
        net=OutcomeSpread(p90=net - 1e6, p50=net, p10=net + 1e6),
        npv=None,
        currency=currency,
        usd=usd,
        element="W",
        chance_of_loss=0.1,
        unfc=unfc,
        signed_by="",
        synthetic="",
    )


@pytest.mark.parametrize(("by", "order"), [("value", "cab-"), ("confidence", "bca-"), ("state", "acb-")])
def test_the_order_is_that_which_is_asked_for(by: str, order: str) -> None:
    """c is worth most, b is known best, a stands at red; what has no study stands last in each order."""
    rows = tuple(
        replace(facility([], []), id=id, name=id, assessment=standing(mode("p", "piping", LEVELS.get(id, "green"))))
        for id in ("a", "b", "c", "-")
    )
    worths = [worth("a", 5e6, "E2;F2;G3"), worth("b", 2e6, "E2;F2;G1"), worth("c", 9e6, "E2;F2;G2")]

    found = overview.context(Shown(NOW, 1, rows), Worths(studies=worths), load(), by)

    assert "".join(line.facility.id for line in found["lines"]) == order


def test_currencies_are_compared_in_dollars() -> None:
    """6 M EUR at 1.10 USD are more than 6.5 M USD; each row keeps its own currency."""
    rows = tuple(replace(facility([], []), id=id, name=id) for id in ("d", "e"))
    worths = [worth("d", 6.5e6, "E2;F2;G2"), worth("e", 6e6, "E2;F2;G2", "EUR", 1.1)]

    lines = overview.context(Shown(NOW, 1, rows), Worths(studies=worths), load())["lines"]

    assert [(line.worth.currency, line.net[1]) for line in lines] == [("EUR", "+6.0"), ("USD", "+6.5")]
