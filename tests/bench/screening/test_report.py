"""The document of the screening benchmark: what is generated is what is kept, and the controls fail what is asked."""

from pathlib import Path

import pytest

from bench.kept import FOLDER
from bench.screening import report
from bench.screening.__main__ import main
from bench.screening.report import LEAST, MOST, WAYS


def test_the_document_is_made_of_the_results_beside_it() -> None:
    """docs/bench/screening.md is what screening.json gives."""
    kept = (FOLDER / "screening.md").read_text()

    made = report.text(report.read(FOLDER))

    assert made == kept


def test_the_product_holds_what_it_claims_and_the_controls_do_not() -> None:
    """Of the results that are kept: 76 to 84 % overall and by number of samples; both controls hold less."""
    found = report.read(FOLDER).countries
    numbers = (None, *range(9))

    shares = [held / all for held, all in (report.coverage(found, "pooled", own) for own in numbers)]
    controls = [held / all for held, all in (report.coverage(found, way) for way in WAYS if way != "pooled")]

    assert all(LEAST <= share <= MOST for share in shares)
    assert all(share < LEAST for share in controls)
    assert report.beaten(found, "plan") > len(found) / 2 >= report.beaten(found, "turned over")


def test_a_small_country_goes_through_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Thirty facilities are counted, written and told; the exit code says whether what is asked is met."""
    code = main(["--countries", "1", "--facilities", "30", "--samples", "6", "--out", str(tmp_path)])

    assert code in (0, 1)
    assert "held" in capsys.readouterr().out
    assert report.read(tmp_path).facilities == 30
