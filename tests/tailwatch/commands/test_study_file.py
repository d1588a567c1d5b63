"""A study file with its surfaces' grids in it."""

from pathlib import Path

import pytest

from tailings.study import BadStudy, read_inputs
from tailwatch.commands import _study_file
from tests.tailings.study.example import STUDY
from tests.tailings.study.surfaces import ascii_grid

SURFACE = """
[surfaces.{name}]
file = "{name}.asc"  # levelled
height_sd_m = 0.1
datum_sd_m = 0.05
author = "A. Surveyor"
dated = 2026-05-04
source = "levelled"
"""


def study(folder: Path) -> Path:
    """The demo's study file without its volume, with two surfaces by name."""
    head, _, tail = STUDY.read_text().partition("[volume_m3]")
    text = head + tail[tail.index("[density_t_m3]") :] + "".join(SURFACE.format(name=one) for one in ("top", "bottom"))
    for name, height in (("top", 338.0), ("bottom", 318.0)):
        (folder / f"{name}.asc").write_text(ascii_grid(lambda x, y, h=height: h + 0 * x, (-10, -310), (13, 16), 20.0))
    (folder / "study.toml").write_text(text)
    return folder / "study.toml"


def test_the_grids_stand_in_the_file_that_is_stored(tmp_path: Path) -> None:
    """Their text as it was sent; a file that has them already stays as it is."""
    text = _study_file.whole(study(tmp_path))
    (tmp_path / "again.toml").write_text(text)
    found = read_inputs(text).surfaces
    assert found is not None

    assert found.top.grid == (tmp_path / "top.asc").read_text() and found.bottom.surface.height_m.max() == 318.0
    assert _study_file.whole(tmp_path / "again.toml") == text


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "No such file"), (b"II*\0\0", "is no grid"), (b"\xff\xfe", "is no text"), (b"1 " * 1_000_001, "more than")],
)
def test_a_file_that_cannot_be_a_grid_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    """One that is not there, an image, bytes, one that is too large: by its name."""
    path = study(tmp_path)
    (tmp_path / "top.asc").unlink()
    if content is not None:
        (tmp_path / "top.asc").write_bytes(content)

    with pytest.raises(BadStudy, match=f"surfaces.top: .*top.asc.* {says}"):
        _study_file.whole(path)


def test_what_is_wrong_with_the_grids_is_told_by_their_key(tmp_path: Path) -> None:
    """No grid; both a volume and surfaces; neither."""
    path = study(tmp_path)
    whole = _study_file.whole(path)
    cases = {
        "heights of top.asc are not here": path.read_text(),
        "ncols": whole.replace("ncols 13", "ncols 14"),
        "one of the two": STUDY.read_text() + whole[whole.index("[surfaces.top]") :],
        "volume_m3: state it": whole[: whole.index("[surfaces.top]")],
    }

    for says, text in cases.items():
        with pytest.raises(BadStudy, match=says):
            read_inputs(text)
