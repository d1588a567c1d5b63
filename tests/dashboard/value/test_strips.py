"""Strip logs along a line: where holes stand, what is written at them, and the water between them."""

import itertools
import re
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

from api.studies import holes
from dashboard.drawing import Drawing
from dashboard.value import strips
from tailings.study import WaterLevel, lines
from tailings.study.allowed import water_line
from tailings.study.results import Strip
from tests.dashboard import svg_paths
from tests.tailings.study.example import result
from tests.tailings.study.test_lines import section
from texts import load

EN, MINUS = load(), "\u2212"
WATER = (WaterLevel("a", 120.0, 0.0, 326.0), WaterLevel("b", 120.0, -280.0, 338.0))


def drawn(
    section_m: float | None, water: tuple[WaterLevel, ...] = WATER, logs: Sequence[Strip] | None = None
) -> Drawing:
    """The demo's holes along a section at a chainage, or along their axis; `logs` in place of its own."""
    sections = [] if section_m is None else [section("b", section_m)]
    study = msgspec.structs.replace(result(), strips=result().strips if logs is None else tuple(logs), spacing_m=60.0)
    return strips.drawing(holes.along(study, sections, water)[0], study, EN)


def test_each_hole_has_its_name_collar_and_distance_off_the_line() -> None:
    """Eight holes of section B: collars by 8 mm a metre below 340 m, 30 m off; offsets of the four places below."""
    words = [text.words for text in drawn(120.0).texts]

    assert len([one for one in words if one.startswith("DH-")]) == 8
    assert [words.count(at) for at in ("337.8 m", "338.4 m", "339.0 m", "339.7 m", "30 m off")] == [2, 2, 2, 2, 8]
    assert [one for one in words if one.startswith(MINUS)] == [f"{MINUS}{at}" for at in (270, 200, 120, 40)]


def test_no_hole_covers_another_along_section_or_axis() -> None:
    """Their columns stand a column's width apart, inside the drawing, in the order of their distance."""
    for found, step in ((drawn(120.0), 161.0), (drawn(None), 80.0)):
        lefts = [text.x for text in found.texts if text.words.startswith("DH-")]
        assert all(after - before >= step for before, after in itertools.pairwise(lefts))
        assert lefts[0] >= strips.LEFT and lefts[-1] + step <= strips.RIGHT + 1


def test_columns_stand_where_they_are_wanted_unless_they_would_overlap() -> None:
    """Alone each keeps its place; two at one place share it evenly; at the edge they move inwards."""
    assert strips.beside([100.0, 400.0], 80.0) == [100.0, 400.0]
    assert strips.beside([300.0, 300.0], 80.0) == [260.0, 340.0]
    assert strips.beside([1300.0, 1310.0], 80.0) == [1176.0, 1256.0]


def test_the_water_line_runs_through_the_holes_at_the_level_of_their_place() -> None:
    """At each hole it has the level that inverse distance gives on the line there, in pixels of its own axis."""
    found = drawn(120.0)
    line = next(path.d for path in found.paths if path.look == "now" and path.d.count("l") > 10)
    points = svg_paths.points(line)
    lefts = [text.x for text in found.texts if text.words.startswith("DH-")]
    level = water_line(WATER, np.full(4, 120.0), np.array([-270.0, -200.0, -120.0, -40.0]))
    assert level is not None
    marks = {text.words: text.y - 4 for text in found.texts if re.fullmatch("3[0-9]{2}", text.words)}
    per_m = (marks["320"] - marks["335"]) / 15
    at = {x: 335 - (y - marks["335"]) / per_m for x, y in points}

    assert [at[left] for left in lefts[::2]] == pytest.approx(list(level), abs=0.02)
    assert [at[left] for left in lefts[1::2]] == pytest.approx(list(level), abs=0.02)


def test_without_a_fresh_level_there_is_no_water_line() -> None:
    """One path less, and the words of the key alone."""
    wet, dry = drawn(120.0), drawn(120.0, (WaterLevel("a", 0.0, 0.0, None),))

    assert [path.look for path in wet.paths].count("now") == [path.look for path in dry.paths].count("now") + 1
    assert {"above", "below", "dotted"} <= {path.look for path in dry.paths}


def test_the_line_of_oxidation_runs_through_logged_depths_and_breaks_at_a_silent_log() -> None:
    """Along the axis of four holes of section A (DH-01 to DH-04) without the third: a run of two, and one alone."""
    four = [one for one in result().strips if one.hole in ("DH-01", "DH-02", "DH-03", "DH-04")]
    silent = [msgspec.structs.replace(one, oxidised_m=None) if one.hole == "DH-03" else one for one in four]
    whole, broken = (drawn(None, (), some) for some in (four, silent))
    paths = [[path.d for path in one.paths if path.look == "oxidation"] for one in (whole, broken)]
    runs = [[len(svg_paths.points(d)) for d in some] for some in paths]

    assert sorted(runs[0]) == [2, 8]
    assert sorted(runs[1]) == [2, 2, 4]


def test_the_line_of_oxidation_lies_at_the_depth_that_the_log_says() -> None:
    """In pixels of the elevation axis, below the collar of the first hole."""
    row = lines.rows([section("a", 30.0)], result().strips, 60.0)[0]
    found = drawn(30.0, ())
    marks = {text.words: text.y - 4 for text in found.texts if re.fullmatch("3[0-9]{2}", text.words)}
    run = next(path.d for path in found.paths if path.look == "oxidation" and len(svg_paths.points(path.d)) > 2)
    y = svg_paths.points(run)[0][1]
    first = row.holes[0].hole

    assert first.oxidised_m is not None
    assert first.collar_m - first.oxidised_m == pytest.approx(
        335 - (y - marks["335"]) / ((marks["320"] - marks["335"]) / 15), abs=0.02
    )


def test_without_a_log_of_oxidation_nothing_is_drawn_or_named() -> None:
    """No line and no key."""
    silent = [msgspec.structs.replace(one, oxidised_m=None) for one in result().strips]
    found = drawn(None, (), silent)

    assert "oxidation" not in {path.look for path in found.paths}
    assert "Oxidised down to here" not in {text.words for text in found.texts}
