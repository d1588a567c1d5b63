"""Tests of the document and the picture that are made of the results."""

from pathlib import Path
from xml.etree import ElementTree

import msgspec

from bench.coverage import counting, report
from bench.coverage.__main__ import main
from bench.coverage.counting import One
from bench.coverage.deposits import DepositCase

CASE = DepositCase("plain", 16)


def run(g: int, low: float, high: float, again: int | None = None, *, g_of_curve: int | None = None) -> One:
    """A run whose truths are all 1; its curve has the G of the metal unless another is given."""
    names = report.NAMES
    return One(
        g,
        g_of_curve or g,
        dict.fromkeys(names, (low, (low + high) / 2, high)),
        dict.fromkeys(names, 1.0),
        known=dict.fromkeys(names, (0.9, 1.0, 1.1)),
        again=again,
    )


def counted(misses: int) -> counting.Counted:
    """20 runs of G2 of which some miss, and one that falls from G1 to G3 when it is drilled again."""
    found = [*(run(2, 0.9, 1.1) for _ in range(20 - misses)), *(run(2, 1.001, 1.2) for _ in range(misses))]
    return counting.counted(CASE, "says", [*found, run(1, 0.9, 1.1, 3)], 1, 2.0)


def test_a_failure_is_named() -> None:
    """16 of 21 hold: fine; 10 of 21 do not: each quantity and its score are named, and the jump."""
    good, bad = report.text([counted(5)]), report.text([counted(11)])

    assert "0 of 1 rows" in good and "- none" in good
    assert "1 of 1 rows" in bad and "- plain: **tonnes 48 % (0.001; true model 100 %)**" in bad
    assert "of 1 deposits" in good and "1 went from G1 to G3" in good


def test_a_class_of_few_runs_is_not_judged() -> None:
    """Four runs of G2 say nothing."""
    few = counting.counted(CASE, "says", [run(2, 2.0, 3.0) for _ in range(4)], 1, 2.0)

    assert [(row.is_asked, row.misses, row.near_misses) for row in few.rows] == [(False, {}, {})]


def test_a_curve_of_g3_is_counted_and_not_judged() -> None:
    """Intervals of G2 that never hold: tonnes, grade and metal miss; the shares above cut-offs stand there unjudged."""
    (row,) = counting.counted(CASE, "says", [run(2, 2.0, 3.0, g_of_curve=3) for _ in range(20)], 1, 2.0).rows

    assert {"tonnes", "grade", "metal"} < set(row.misses)
    assert not any("above" in name for name in (*row.likely, *row.misses, *row.near_misses))
    assert row.coverage["above 0.5"] == 0.0


def test_a_miss_among_many_figures_is_named_and_is_no_failure() -> None:
    """13 of 21 hold, two standard errors too few: among fifteen figures of one row it may be, among three hundred of
    twenty rows that are right otherwise it is chance; the plain number stays."""
    one, many = [counted(8)], [counted(8), *(renamed(f"plain-{number}") for number in range(20))]

    assert "- plain: tonnes 62 % (0.05; true model 100 %)" in report.text(many)
    assert "1 of 21 rows of G1 and G2 miss something that was asked, and 0 have a failure" in report.text(many)
    assert "1 of 1 rows of G1 and G2 miss" in report.text(one)


def renamed(name: str) -> counting.Counted:
    """A case that holds, by another name."""
    case = DepositCase(name, 16)
    return counting.counted(case, "says", [run(2, 0.9, 1.1) for _ in range(17)] + [run(2, 1.001, 1.2)] * 4, 1, 2.0)


def test_the_picture_is_xml_with_a_dot_for_each_share() -> None:
    """Three quantities a row and three in the legend."""
    found = ElementTree.fromstring(report.picture([counted(5)]))

    assert len(found.findall("{http://www.w3.org/2000/svg}circle")) == 6


def test_the_command_writes_what_it_ran_and_keeps_the_rest(tmp_path: Path) -> None:
    """One run of one case beside what the file has."""
    report.write(tmp_path, [msgspec.structs.replace(counted(5), case=DepositCase("plain-16", 16))])

    assert main(["--cases", "even-4", "--runs", "1", "--out", str(tmp_path)]) == 0
    found = report.read(tmp_path)
    assert [one.case.name for one in found] == ["plain-16", "even-4"]
    assert (tmp_path / "coverage.md").read_text() == report.text(found)
