"""Cross-sections of a facility file: what a good one gives, and what each bad one is told."""

import pytest

from tailings import BadFacility, parse
from tests.tailings.facilities import VALE, changed, vale

FOUNDATION = "foundation = [[-110.0, 309.0], [0.0, 312.0]"
INSTRUMENTS = 'instruments = ["n04:vw1", "n03:vw1", "n02:vw1"]'
BAD = {
    "unknown instrument": (INSTRUMENTS, 'instruments = ["n04:vw9"]', "there is no instrument 'n04:vw9'"),
    "no tip": (INSTRUMENTS, 'instruments = ["n04:battery"]', "has no tip_elevation_m"),
    "no place": (
        "position = { chainage_m = 20.0, offset_m = 0.0, elevation_m = 342.0 }",
        "position = { elevation_m = 342.0 }",
        "node n04 has no offset_m",
    ),
    "foundation in the air": (FOUNDATION, "foundation = [[-110.0, 409.0], [0.0, 312.0]", "is above the ground"),
    "not in order": (FOUNDATION, "foundation = [[0.5, 309.0], [0.0, 312.0]", "must rise from each point to the next"),
    "two points of an outline": (
        "outline = [[-110.0, 337.46], [-72.0, 338.85], [-84.0, 328.0], [-110.0, 320.0]]",
        "outline = [[-110.0, 337.46], [-72.0, 338.85]]",
        "expected a list of at least 3 entries",
    ),
    "unknown key": ("is_lift = true", "is_lfit = true", "did you mean 'is_lift'?"),
}


def test_a_section_is_read() -> None:
    """Its crest is the highest point nearest to offset 0, and the ground runs in straight lines between its points."""
    (section,) = vale().sections["a"].geometry

    assert section.crest == (2.0, 342.0)
    assert section.ground_m(8.0) == pytest.approx(337.0)  # by hand: half way from 342 at 2 m to 332 at 14 m
    assert (section.ground_m(-999.0), section.ground_m(999.0)) == (337.46, 319.0)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_section_is_refused(name: str) -> None:
    """Each fault is told with its key and what to do."""
    old, new, sentence = BAD[name]

    with pytest.raises(BadFacility) as caught:
        parse(changed(old, new))

    assert sentence in str(caught.value)


DESIGN = """
[[sections.a.design_line]]
valid_from = 2024-06-12
source = "design report of 2019, figure 12"
line = [[-110.0, 338.0], [0.0, 330.0], [70.0, 316.0]]
"""


def test_a_design_line_is_read() -> None:
    """Straight between its points (by hand, 327 m at 15 m), and nothing before its first and past its last."""
    facility = parse(VALE.read_text().replace("[sections.b]\n", f"{DESIGN}\n[sections.b]\n"))
    (design,) = facility.sections["a"].design_line

    assert design.level_m(15.0) == pytest.approx(327.0)
    assert (design.level_m(-110.1), design.level_m(70.0), design.level_m(70.1)) == (None, 316.0, None)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('source = "design report of 2019, figure 12"\n', "", "source"),
        ("[0.0, 330.0], ", "[-120.0, 330.0], ", "must rise from each point to the next"),
        ("valid_from = 2024-06-12\n", "", "valid_from"),
    ],
)
def test_a_bad_design_line_is_refused(old: str, new: str, says: str) -> None:
    """Without a source, out of order, without a day."""
    with pytest.raises(BadFacility, match=says):
        parse(VALE.read_text().replace("[sections.b]\n", f"{DESIGN.replace(old, new, 1)}\n[sections.b]\n"))


def test_the_material_at_a_point_is_known() -> None:
    """By hand from the outlines: the starter dam at 20 m, the raise below the crest, nothing stated under the toe."""
    (section,) = vale().sections["a"].geometry
    found = [section.material_at(point) for point in ((20.0, 325.0), (0.0, 340.0), (60.0, 310.0))]

    assert [one and one.name for one in found] == ["Starter dam", "Raise", None]
