"""The worked study of docs/operating/value.md: its figures are those that the demo's files give."""

from pathlib import Path

from tailings.estimate.outcomes import p90_p50_p10
from tailings.series import Values
from tailings.study import net_values
from tests.tailings.study.example import result

DOCUMENT = Path(__file__).parents[3] / "docs" / "operating" / "value.md"


def rows() -> list[str]:
    """The table as the study gives it."""
    drawn = net_values(result(), {})

    def row(name: str, values: Values, digits: int) -> str:
        cells = (f"{value / 1e6:.{digits}f}" for value in p90_p50_p10(values))
        return f"| {name} | {' | '.join(cells)} |"

    return [
        row("dry tailings, Mt", drawn.tonnes, 2),
        row("in-situ value, M USD", drawn.in_situ, 0),
        row("recoverable value, M USD", drawn.recovered_value, 0),
        row("net value, M USD", drawn.net, 1),
    ]


def test_the_document_prints_what_the_study_gives() -> None:
    """Each row of its table, and the chance of a loss."""
    text = DOCUMENT.read_text()

    assert [row for row in rows() if row not in text] == []
    assert f"The chance of a loss is {100 * result().chance_of_loss:.1f} %." in text
