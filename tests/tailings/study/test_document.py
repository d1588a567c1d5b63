"""The worked study of docs/operating/value.md: its figures are those that the demo's files give."""

from pathlib import Path

import pytest

from tailings.estimate.outcomes import p90_p50_p10, share_of_losses
from tailings.series import Values
from tailings.study import net_values
from tests.tailings.study.example import demo

pytestmark = pytest.mark.xdist_group("the demo's whole study")

DOCUMENT = Path(__file__).parents[3] / "docs" / "operating" / "value.md"


def rows() -> list[str]:
    """The table as the study gives it."""
    drawn = net_values(demo(), {})

    def row(name: str, values: Values | None, digits: int) -> str:
        assert values is not None
        cells = (f"{value / 1e6:.{digits}f}" for value in p90_p50_p10(values))
        return f"| {name} | {' | '.join(cells)} |"

    return [
        row("dry tailings, Mt", drawn.tonnes, 2),
        row("recoverable value, M EUR", drawn.recovered_value, 0),
        row("net value, undiscounted, M EUR", drawn.net, 1),
        row("net present value, M EUR", drawn.npv, 1),
    ]


def test_the_document_prints_what_the_study_gives() -> None:
    """Each row of its table, the chance of a loss both ways, and the sentences of the method on money and time."""
    text, npv = DOCUMENT.read_text(), net_values(demo(), {}).npv
    assert npv is not None
    money = [line for line in demo().method.splitlines() if line.startswith(("Money is", "Beside it"))]

    assert [row for row in rows() if row not in text] == []
    assert (
        f"The chance of a loss is {100 * demo().chance_of_loss:.1f} %, discounted {100 * share_of_losses(npv):.1f} %."
        in text
    )
    assert [line for line in money if f"> {line}" not in text] == []
