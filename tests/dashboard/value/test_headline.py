"""Verdict and figures, in sentences made from data."""

import msgspec
import pytest

from dashboard.value import headline
from tailings.study import WaterLevel
from tests.dashboard.value.valued import valued
from tests.tailings.study.example import result
from texts import load

EN = load()


@pytest.mark.parametrize(
    ("p90", "p50", "has_holes", "key"),
    [
        (1.0, 5.0, True, "worth"),
        (-1.0, 5.0, True, "drill"),
        (-1.0, 5.0, False, "look_closer"),
        (-9.0, -1.0, True, "not_worth"),
    ],
)
def test_the_title_follows_from_p90_p50_and_what_a_hole_would_tell(
    p90: float, p50: float, has_holes: bool, key: str
) -> None:
    """Nine in ten above zero: worth it; half above: more holes where one removes a tenth of the variance."""
    study = result() if has_holes else msgspec.structs.replace(result(), next_holes=())

    assert headline.title(study, p90, p50) == key


def test_the_verdict_says_value_range_chance_and_what_decides() -> None:
    """+14 M EUR and, discounted, +9.2: the figures of docs/operating/value.md; synthetic stands in the note."""
    found = headline.verdict(valued(), EN)

    for words in (
        "Net value after costs, undiscounted: +14 M EUR (P50)",
        "\u22120.6 to +31",
        "11 %",
        "Main drivers: Tungsten price and reprocessing cost.",
        "Discounted at 8 % a year over 5.4 years: +9.2 (\u22123.2 to +23)",
    ):
        assert words in found.says
    assert found.note.startswith("Synthetic:")
    assert found.title == "Worth 1 more hole, not yet a project"


def test_without_a_throughput_the_verdict_says_so_and_stands_on_the_undiscounted_value() -> None:
    """No number is put in its place; the way to the origin is that of the net value."""
    plain = msgspec.structs.replace(result().case, discounting=None)
    study = msgspec.structs.replace(result(), case=plain, missing_for_discounting=("yearly throughput",))
    found = headline.verdict(valued(study=study), EN)

    assert "Not discounted: yearly throughput missing." in found.says
    assert "Discounted at" not in found.says
    assert found.provenance.endswith("figure=net")


def test_the_line_beside_the_sliders_says_both_values_or_what_is_missing() -> None:
    """Each with the name of its origin; prices at 0.9 move both."""
    plain = msgspec.structs.replace(result(), case=msgspec.structs.replace(result().case, discounting=None))
    lines = headline.net_words(valued().now.what_if, EN)
    lower = headline.net_words(valued(factors={"price": 0.9}).now.what_if, EN)

    assert [name for name, _ in lines] == ["net", "npv"]
    assert lines[1][1] == "NPV at 8 %: P50 +9.2 M EUR, P90 \u22123.2 to P10 +23; chance of a loss 17 %"
    assert all(one != other for one, other in zip(lines, lower, strict=True))
    assert headline.net_words(valued(study=plain).now.what_if, EN)[1][1].startswith("Not discounted")


def test_in_situ_value_never_stands_without_the_recoverable_one() -> None:
    """Both are there, in this order, and the second says not to quote it alone."""
    names = [fact.name for fact in headline.facts(valued(), EN)]

    assert names.index("In-situ value") == names.index("Recoverable value") + 1
    assert headline.facts(valued(), EN)[2].sub == "Never quote it alone"


def test_a_closed_bench_shows_with_the_state_that_closes_it() -> None:
    """8 % of the tonnes lie in the bench at the crest (2 of 10 rows, 2 of 5 layers)."""
    found = headline.facts(valued({"wall": "yellow"}), EN)[3]

    assert (found.value, found.state, found.sub) == ("92", "yellow", "Closed: Bench 1")


def test_without_a_fresh_level_the_flooded_share_is_unknown() -> None:
    """Not zero, and not the last value."""
    assert headline.facts(valued(water=(WaterLevel("a", 0, 0, None),)), EN)[4].value == "Unknown"


def test_the_flooded_share_says_by_which_levels_and_since_when() -> None:
    """The oldest reading of those that count stands there, in the facility's zone; a stale one is named apart."""
    water = (WaterLevel("n03:vw1.level", 20, 0, 330.0), WaterLevel("n02:pond.level", 120, -280, None))
    found = headline.facts(valued({"wall": "green"}, water), EN)[4]

    assert (found.value, found.sub) == ("60", "From n03 at 25 Nov 13:31 without n02:pond.level")


def test_the_record_names_its_missing_fields() -> None:
    """The demo's study states no extent, and not what can be recovered from new waste."""
    assert headline.record(valued(), EN) == (11, ["extent", "recoverability of new waste"])


def test_a_study_with_an_extent_has_one_field_more() -> None:
    """The count follows."""
    whole = msgspec.structs.replace(result(), extent_m2=72_000.0)

    assert headline.record(valued(study=whole), EN) == (12, ["recoverability of new waste"])
