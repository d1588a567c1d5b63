"""A bar is for who looks at a terminal."""

import pytest
from tailwatch_client.progress import bar


def test_there_is_none_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard error is a file here."""
    with bar("observations") as tell:
        tell(0.5)

    assert capsys.readouterr() == ("", "")


def test_it_shows_what_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """By rich, on standard error, with its name."""
    with bar("observations", True) as tell:
        tell(0.5)
        tell(1.0)
    shown = capsys.readouterr()

    assert "observations" in shown.err and shown.out == ""
