"""`tailwatch study volume` as it is typed."""

from pathlib import Path

from typer.testing import CliRunner

from tailwatch.__main__ import app

FLAT = "0 0 100\n10 0 100\n0 10 100\n10 10 100\n"


def test_the_volume_of_two_surveys_is_told(tmp_path: Path) -> None:
    """Three metres over four cells of 100 m² are 1200 m³; without uncertainty the three figures are one."""
    (tmp_path / "base.xyz").write_text(FLAT)
    (tmp_path / "top.xyz").write_text(FLAT.replace(" 100\n", " 103\n"))
    words = ["study", "volume", str(tmp_path / "top.xyz"), str(tmp_path / "base.xyz")]

    told = CliRunner().invoke(app, [*words, "--height-sd-m", "0", "--datum-sd-m", "0"])

    assert told.output == "p90 = 1200\np50 = 1200\np10 = 1200\n"


def test_grids_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    """One sentence and exit code 2."""
    (tmp_path / "base.xyz").write_text(FLAT)
    (tmp_path / "top.xyz").write_text("1 2 3\n")

    told = CliRunner().invoke(app, ["study", "volume", str(tmp_path / "top.xyz"), str(tmp_path / "base.xyz")])

    assert told.exit_code == 2
