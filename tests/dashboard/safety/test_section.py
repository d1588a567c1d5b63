"""The section drawing: line and words; geometry by hand from the test facility's section A."""

import dataclasses
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

import texts
from api.observations.trends import Then
from api.safety import profiles
from dashboard.drawing import Drawing, Scale
from dashboard.safety import labels, section
from tailings import Facility, inclinometer, parse
from tailings.facility import DesignLine, Outline
from tests.dashboard.examples import NOW, datastream
from tests.dashboard.safety.examples import level, planned, pond, watched
from tests.tailings.facilities import VALE
from tests.tailings.test_inclinometer import CHAIN

EN = texts.load()
A = planned().sections["a"]
(GROUND,) = A.geometry


def drawn(*args: Any, **more: Any) -> section.SectionPicture:
    """Section A with these rows."""
    picture = of_the_day(*args, **more)
    assert picture
    return picture


def of_the_day(*args: Any, **more: Any) -> section.SectionPicture | None:
    """Section A as it is drawn today; None where it is not."""
    dam = watched(*args, **more)
    return section.picture(next(one for one in dam.answer.sections if one.id == "a"), dam, EN)


def surveyed(*outlines: Outline) -> Facility:
    """The test facility with these outlines of its section A."""
    return replace(planned(), sections=planned().sections | {"a": replace(A, geometry=outlines)})


def test_dashed_through_a_stale_instrument_and_only_there() -> None:
    """n02 is stale: the segment that ends at it is dashed, the others are not; the drawing says it."""
    rows = [level("n04", 330.0), level("n03", 326.2), level("n02", 322.0, age_s=90_000), pond()]

    drawing = drawn(rows, {"pore-pressure": "green"}).drawing

    looks = [path.look for path in drawing.paths if path.look.startswith("now")]
    assert looks.count("now stale") == 1 and looks.count("now") == 3
    assert "n02 vw1 stale" in drawing.says and "n04 vw1 330.00 m, 0.40 m below yellow" in drawing.says


def test_a_rejected_level_is_not_in_the_line() -> None:
    """n03 is rejected: it has no mark, and its label says so."""
    rows = [level("n04", 330.0), level("n03", 999.0, quality=4), level("n02", 322.0), pond()]

    picture = drawn(rows)

    assert [path.look for path in picture.drawing.paths].count("mark") == 3  # n04, n02 and the pond
    assert "rejected" in [text.words for text in picture.drawing.texts]


def test_thirty_days_ago_is_dotted() -> None:
    """The line of then has the values of then."""
    before = {f"{name}:vw1.level": Then(NOW, value) for name, value in (("n04", 329.0), ("n03", 325.0))}
    rows = [level("n04", 330.0), level("n03", 326.2), pond()]

    picture = drawn(rows, before=before)

    assert [path.look for path in picture.drawing.paths].count("before") == 1
    assert [tip.before_m for tip in picture.tips] == [329.0, 325.0]


def test_labels_never_lie_over_each_other() -> None:
    """A label whose place is taken goes up until it is free."""
    taken: list[labels.Box] = []
    for _ in range(6):
        bottom = labels.free(100.0, 300.0, taken)
        taken.append((100.0, bottom - labels.HEIGHT, 100.0 + labels.WIDTH, bottom))

    assert len({box[3] for box in taken}) == 6
    assert all(b[3] <= a[1] for a, b in pairwise(taken))


@pytest.mark.parametrize("title", ["", "Piezometer P-08", "Piezometer P-08 lower, inclined"])
def test_a_label_is_as_wide_as_its_words_and_ends_before_the_axis(title: str) -> None:
    """A stale piezometer at the toe, by its code and by its name: "322.10 m · 25 h old" ends left of the axis."""
    rows = [level("n04", 330.0), level("n02", 322.1, age_s=90_000), pond()]
    toe = next(one for one in drawn(rows).tips if one.row.node == "n02")
    named = dataclasses.replace(toe, row=dataclasses.replace(toe.row, title=title), offset_m=68.0)
    x, y = Scale(-110.0, 70.0, 26.0, 890.0), Scale(305.0, 345.0, 400.0, 40.0)
    drawing = Drawing(930, 440, "")

    labels.put(drawing, x, y, [named], EN)

    (value,) = [one for one in drawing.texts if one.words.endswith("25 h old")]
    assert value.x + labels.NARROW * len(value.words) <= x.at_high


@pytest.mark.parametrize("names", [("n04",), ("n04", "n03", "n02"), ()])
def test_a_drawing_begins_at_what_stands_highest(names: tuple[str, ...]) -> None:
    """No blank above the highest words, and nothing of them is cut off: their line is 12 px high."""
    rows = [level(name, 325.0) for name in names]

    picture = drawn([*rows, pond()])

    assert 12 <= min(text.y for text in picture.drawing.texts) <= 32
    assert max(text.y for text in picture.drawing.texts) < picture.drawing.height


def test_the_pond_has_the_level_that_it_has_reached() -> None:
    """340.2 m is past the plan's yellow of 340.0 m; a fresh one below it is green, and a rejected one is unknown."""
    rejected = datastream("n01:pond.level", "pond-level", 339.0, quality=4)
    found = [drawn([row]).pond_state for row in (pond(340.2), pond(339.0), rejected)]

    assert found == ["yellow", "green", "unknown"]


def test_a_section_is_drawn_by_the_outline_of_the_day() -> None:
    """Raised to 345 m since yesterday: that crest is drawn, not the one of before; before the first there is none."""
    first = GROUND
    raised = replace(first, valid_from=NOW - timedelta(days=1), ground=((-110.0, 337.46), (0.0, 345.0), (70.0, 319.0)))
    later = replace(first, valid_from=NOW + timedelta(days=1))

    today = of_the_day([pond()], file=surveyed(first, raised))
    none = of_the_day([pond()], file=surveyed(later))

    assert today and today.outline.crest == (0.0, 345.0)
    assert none is None


DESIGN = DesignLine(
    valid_from=GROUND.valid_from, source="design report of 2019", line=((-110.0, 338.0), (0.0, 330.0), (70.0, 316.0))
)
"""By hand: 330 m at n04 (offset 0), 327 m at n03 (15 m), 324 m at n02 (30 m)."""


def designed(*designs: DesignLine) -> Facility:
    """The test facility with these design lines of its section A."""
    return replace(planned(), sections=planned().sections | {"a": replace(A, design_line=designs)})


def test_each_piezometer_stands_to_the_line_of_the_design() -> None:
    """Above and below it in metres, the highest first, with who drew the line; a rejected one is not compared."""
    rows = [level("n04", 330.36), level("n03", 326.2), level("n02", 999.0, quality=4), pond()]

    picture = drawn(rows, file=designed(DESIGN))

    assert picture.design_words == (
        "Against the phreatic line of the design, thin purple (design report of 2019): n04 vw1 0.36 m above; "
        "n03 vw1 0.80 m below."
    )
    assert [tip.design_m for tip in picture.tips] == pytest.approx([330.0, 327.0, 324.0])
    assert "Design" in [text.words for text in picture.drawing.texts]


def test_without_a_line_of_the_design_nothing_is_compared() -> None:
    """None is stated, or none yet: no words, no line."""
    later = replace(DESIGN, valid_from=NOW + timedelta(days=1))
    pictures = [drawn([level("n04", 330.36), pond()], file=file) for file in (planned(), designed(later))]

    assert [one.design_words for one in pictures] == ["", ""]
    assert all("fit" not in [path.look for path in one.drawing.paths] for one in pictures)


def test_an_inclinometer_stands_in_its_section_with_its_displacement() -> None:
    """From its fixed end at 330 m at the offset of its node, bent to the side by what it reads: "9.5 mm"."""
    text = VALE.read_text() + CHAIN.replace(
        'driver = "inclinometer_chain"\n',
        'driver = "inclinometer_chain"\ngeometry = [{ valid_from = 2024-06-12, tip_elevation_m = 330.0 }]\n',
    )
    file = parse(text.replace('"n03:vw1", "n02:vw1"]', '"n03:vw1", "n02:vw1", "n07:ipi"]', 1))
    (chain,) = inclinometer.chains(file, NOW)
    told = profiles.of_chain(chain, {NOW: {"n07:ipi.d1": Then(NOW, 2.0), "n07:ipi.d2": Then(NOW, 9.5)}})
    dam = watched([level("n04", 330.0), pond()], file=file)
    dam = dataclasses.replace(dam, answer=dam.answer.model_copy(update={"profiles": [told]}))
    (own,) = [one for one in dam.answer.sections if one.id == "a"]

    picture = section.picture(own, dam, EN)

    assert [(one.instrument, one.offset_m, one.base_m) for one in own.chains] == [("n07:ipi", 0.0, 330.0)]
    assert picture and "n07 ipi, 9.5 mm" in [text.words for text in picture.drawing.texts]
    assert [path.look for path in picture.drawing.paths].count("fit") == 1
